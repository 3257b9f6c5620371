"""The commands and shared options as data, and the program's help text; imports nothing else."""

from __future__ import annotations

from typing import Final

WIDTH: Final = 80
"""Width of all help texts, in columns."""

COMMANDS = {
    "send": "send one prompt, from arguments or stdin, and print the reply",
    "sessions": "saved sessions: list, search, show, rename, tag, star, archive, delete, restore",
    "export": "export a session to read, to send again, or for other programs",
    "import": "create sessions from a request or from conversations of another program",
    "rerun": "send each turn of a session again, changed or not, and compare the replies",
    "sweep": "send one prompt with a grid of parameter values, or several times; print a table",
    "replay": "play a recorded session as a film, with its recorded timing; nothing is sent",
    "mock": "serve recorded sessions: the same answers, offline",
    "presets": "saved sets of model, system prompt and parameters: list, show, path, delete",
    "tools": "show tool definitions: your library, a file, or an MCP server",
    "params": "list or explain the parameters of a service: types, ranges, defaults",
    "providers": "list the services with their API key sources and addresses",
    "models": "list or search the models of a service, with prices and context; saves the list",
    "probe": "test which parameters a service honors, ignores, accepts or refuses",
    "local": "the embedded model: status, fetch, path",
    "web": "serve the workbench to a browser; anyone with the address can use it",
    "config": "the configuration file: path, init, check",
    "themes": "list the color themes",
    "completion": "print the completion code for bash, zsh or fish",
}

# ``--set`` and ``--unset`` fill one list, since each applies to what those before it have made.
SHARED: tuple[tuple[tuple[str, ...], dict[str, object]], ...] = (
    (("--model", "-m"), {"metavar": "ID", "help": "the model; vendor/model also selects the service"}),
    (("--provider", "-p"), {"metavar": "ID", "help": "the service (see: chat-tui providers)"}),
    (("--base-url",), {"metavar": "URL", "help": "an OpenAI-compatible base URL; no stored API key is sent there"}),
    (("--api-key-env",), {"metavar": "NAME", "help": "environment variable that contains the API key"}),
    (
        ("--set",),
        {
            "metavar": "NAME=VALUE",
            "dest": "changes",
            "type": lambda text: ("set", text),
            "action": "append",
            "default": [],
            "help": "set a parameter; JSON, text or @FILE (repeatable)",
        },
    ),
    (
        ("--unset",),
        {
            "metavar": "NAME",
            "dest": "changes",
            "type": lambda text: ("unset", text),
            "action": "append",
            "default": [],
            "help": "unset a parameter; all: every one so far (repeatable)",
        },
    ),
    (("--system", "-s"), {"metavar": "TEXT|@FILE", "help": "the system prompt"}),
    (("--preset",), {"metavar": "NAME|FILE", "help": "start from a preset; other options override it"}),
    (("--session",), {"metavar": "NAME|FILE", "help": "continue a session, or name a new one"}),
    (("--offline",), {"metavar": "SESSION", "help": "use recorded answers of a session instead of the network"}),
    (("--theme",), {"metavar": "NAME", "help": "color theme (see: chat-tui themes)"}),
    (("--config",), {"metavar": "FILE", "help": "configuration file to use"}),
    (("--data-dir",), {"metavar": "DIR", "help": "folder for sessions and the model file"}),
    (("--validation",), {"choices": ("block", "warn", "off"), "help": "how to treat a value that breaks a rule"}),
)
"""Names and argparse settings of the options shared by all commands; each takes a value."""


def attribute(names: tuple[str, ...], settings: dict[str, object]) -> str:
    """Return the name under which the parser stores an option."""
    return str(settings.get("dest", names[0].removeprefix("--").replace("-", "_")))


def overview() -> str:
    """Return the text of ``chat-tui --help``."""
    commands = [_entry(name, words, 12) for name, words in COMMANDS.items()]
    options = [_entry(f"{', '.join(names)} {_value(given)}", str(given["help"]), 29) for names, given in SHARED]
    return "\n".join(
        [
            "usage: chat-tui [OPTIONS]             open the workbench",
            "       chat-tui COMMAND [OPTIONS] …   (details: chat-tui COMMAND --help)",
            "",
            "A workbench for exploring chat-completions APIs by hand.",
            "",
            "commands:",
            *commands,
            "",
            "options:",
            *options,
            _entry("--version, -V", "print the version", 29),
            _entry("--help, -h", "print this help", 29),
            "",
        ]
    )


def _entry(name: str, words: str, column: int) -> str:
    """Format a name and its description, wrapped into the second column."""
    lines = [f"  {name:<{column}}"]
    for word in words.split():
        if len(lines[-1]) + len(word) > WIDTH:
            lines.append(" " * (column + 2))
        lines[-1] += f"{word} "
    return "\n".join(line.rstrip() for line in lines)


def _value(settings: dict[str, object]) -> str:
    choices = settings.get("choices")
    return "|".join(map(str, choices)) if isinstance(choices, tuple) else str(settings["metavar"])
