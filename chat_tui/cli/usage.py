"""The commands and shared options as data, and the program's help text; imports nothing else."""

from __future__ import annotations

from typing import Final

WIDTH: Final = 80
"""Width of all help texts, in columns."""

COMMANDS = {
    "send": "one exchange: prompt or stdin in, the reply on stdout",
    "sessions": "kept sessions: list, search, show, rename, tag, star, archive, delete, restore",
    "export": "a session in another format: to read, to send again, for other programs",
    "import": "a request, or conversations of another program, become new sessions",
    "rerun": "send each turn of a session again, changed or not, and compare the replies",
    "sweep": "one prompt over a grid of parameter values, or several times; a table of replies",
    "replay": "a recorded session as a film, at its recorded pace; nothing is sent",
    "mock": "recorded sessions as a server: the same answers, offline",
    "presets": "saved sets of model, system prompt and parameters: list, show, path, delete",
    "tools": "tool definitions: your library, those in a file, those of an MCP server",
    "params": "the parameters a service knows: types, ranges, defaults",
    "providers": "the services that can be talked to",
    "models": "the models a service offers: search, prices, context; kept for the workbench",
    "probe": "ask a service which parameters it takes, honours, ignores or refuses",
    "local": "the embedded model: status, fetch, path",
    "web": "the workbench in a browser, for whoever has the address",
    "config": "the configuration file: path, init, check",
    "themes": "the colour themes",
    "completion": "what makes bash, zsh or fish complete the words of chat-tui",
}

SHARED: tuple[tuple[tuple[str, ...], dict[str, object]], ...] = (
    (("--model", "-m"), {"metavar": "ID", "help": "the model; vendor/model picks the service too"}),
    (("--provider", "-p"), {"metavar": "ID", "help": "the service (see: chat-tui providers)"}),
    (("--base-url",), {"metavar": "URL", "help": "an OpenAI-compatible address; no stored key goes there"}),
    (("--api-key-env",), {"metavar": "NAME", "help": "environment variable that holds the key"}),
    (
        ("--set",),
        {
            "metavar": "NAME=VALUE",
            "action": "append",
            "default": [],
            "help": "set a parameter; JSON, text or @FILE (repeatable)",
        },
    ),
    (
        ("--unset",),
        {
            "metavar": "NAME",
            "action": "append",
            "default": [],
            "help": "leave a parameter out (repeatable); all: every one",
        },
    ),
    (("--system", "-s"), {"metavar": "TEXT|@FILE", "help": "the system prompt"}),
    (("--preset",), {"metavar": "NAME|FILE", "help": "start from a preset; other options override it"}),
    (("--session",), {"metavar": "NAME|FILE", "help": "go on with a session, or name a new one"}),
    (("--offline",), {"metavar": "SESSION", "help": "recorded answers of a session instead of the network"}),
    (("--theme",), {"metavar": "NAME", "help": "colours (see: chat-tui themes)"}),
    (("--config",), {"metavar": "FILE", "help": "another configuration file"}),
    (("--data-dir",), {"metavar": "DIR", "help": "where sessions and the model file are kept"}),
    (("--validation",), {"choices": ("block", "warn", "off"), "help": "what a broken rule does before sending"}),
)
"""Names and argparse settings of the options shared by all commands; each takes a value."""


def overview() -> str:
    """Return the text of ``chat-tui --help``."""
    commands = [_entry(name, words, 12) for name, words in COMMANDS.items()]
    options = [_entry(f"{', '.join(names)} {_value(given)}", str(given["help"]), 29) for names, given in SHARED]
    return "\n".join(
        [
            "usage: chat-tui [OPTIONS]             open the workbench",
            "       chat-tui COMMAND [OPTIONS] …   (chat-tui COMMAND --help tells more)",
            "",
            "A workbench for exploring chat-completions APIs by hand.",
            "",
            "commands:",
            *commands,
            "",
            "options:",
            *options,
            _entry("--version, -V", "print the version", 29),
            _entry("--help, -h", "print this", 29),
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
