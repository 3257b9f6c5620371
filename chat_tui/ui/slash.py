"""Slash commands: their table, and the parser for the composer's text."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

Completes: TypeAlias = Literal[
    "", "parameter", "set_parameter", "provider", "model", "theme", "session", "preset", "format", "topic", "file"
]


class SlashCommand(Struct, frozen=True):
    """One slash command."""

    name: str
    arguments: str
    """Argument syntax as shown in the help: ``NAME VALUE``."""
    words: str
    completes: Completes = ""
    """What the first argument names, for completion."""
    needs: int = 0
    """Minimum number of words in the argument."""


COMMANDS: Final[tuple[SlashCommand, ...]] = (
    SlashCommand("set", "NAME VALUE", "Set a parameter: JSON, text, or @FILE", "parameter", 2),
    SlashCommand("unset", "NAME|all", "Unset a parameter, or all of them", "set_parameter", 1),
    SlashCommand("model", "[ID]", "Choose the model", "model"),
    SlashCommand("provider", "[ID]", "Choose the provider", "provider"),
    SlashCommand("system", "[TEXT]", "Set the system prompt (TEXT or @FILE); no text removes it"),
    SlashCommand("preset", "[save] [NAME]", "Use or save a preset; without a name, choose", "preset"),
    SlashCommand("attach", "[FILE] [DETAIL]", "Attach (or choose) an image, sound, PDF or text", "file"),
    SlashCommand("schema", "FILE", "Request JSON output: a schema, an example, or FILE.py:CLASS", "file", 1),
    SlashCommand("tool", "[FILE]|mcp COMMAND", "List tools, or add those of a file or server", "file"),
    SlashCommand("new", "", "Start a new session"),
    SlashCommand("open", "[NAME]", "Open a session by name, id or file", "session"),
    SlashCommand("name", "[TEXT]", "Name the session"),
    SlashCommand("tree", "", "List the branches of this session and switch to one"),
    SlashCommand("import", "[FILE]", "Import a request or conversations; without FILE, paste"),
    SlashCommand("export", "[FORMAT] [FILE]", "Export the session; without a format, choose", "format"),
    SlashCommand("replay", "", "Replay the session as a film, with its recorded timing"),
    SlashCommand("theme", "[NAME]", "Choose the theme", "theme"),
    SlashCommand("panel", "", "Go to the side panel"),
    SlashCommand("probe", "", "Test which parameters the service accepts, honors or refuses"),
    SlashCommand("rerun", "[NAME=VALUE…]", "Send each turn again and compare the replies"),
    SlashCommand("sweep", "[NAME=VALUES…]", "Send the last prompt over a grid: 0,0.5,1 or 0..2:0.5", "parameter"),
    SlashCommand("repeat", "K", "Send the last prompt K times; show the replies side by side", needs=1),
    SlashCommand("help", "[NAME]", "Show help; with a name, on that parameter or command", "topic"),
    SlashCommand("quit", "", "Quit; the session is saved"),
)

BY_NAME: Final = {command.name: command for command in COMMANDS}


class Message(Struct, frozen=True):
    """Text to be sent as a message."""

    text: str


class Command(Struct, frozen=True):
    """A command with its argument, unsplit and stripped."""

    command: SlashCommand
    argument: str


class Refused(Struct, frozen=True):
    """Invalid input, with the reason in a sentence. Nothing is sent."""

    sentence: str


def parse(text: str) -> Message | Command | Refused:
    """Parse the composer's text. ``//x`` is the message ``/x``; blank text is a message too."""
    if text.startswith("//"):
        return Message(text[1:])
    if not text.startswith("/"):
        return Message(text)
    name, *rest = text[1:].split(None, 1) or [""]
    argument = rest[0] if rest else ""
    command = BY_NAME.get(name)
    if command is not None:
        return _checked(command, argument.strip())
    return Refused(f"There is no command /{name}. /help lists them all; start with // to send a literal slash.")


def _spaced(argument: str) -> str:
    """Return ``NAME=VALUE`` as ``NAME VALUE``; no name contains an equals sign."""
    name, equals, value = argument.partition("=")
    return f"{name} {value}".strip() if equals and [name] == name.split() else argument


def _checked(command: SlashCommand, argument: str) -> Command | Refused:
    if command is BY_NAME["set"]:
        argument = _spaced(argument)
    if len(argument.split(None, 1)) < command.needs:
        return Refused(f"/{command.name} needs {command.arguments}.")
    if argument and not command.arguments:
        return Refused(f"/{command.name} takes no argument.")
    return Command(command, argument)
