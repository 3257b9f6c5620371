"""The tools that an MCP server offers, as definitions: those that can be used, and why others cannot."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from chat_tui.domain.json_values import Json, dump_json
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.tool_definitions import ToolDefinition
from chat_tui.domain.tool_files import definitions_in

if TYPE_CHECKING:
    from chat_tui.engine.ports import ToolRunner


class Offer(Struct, frozen=True):
    """What a server listed."""

    definitions: tuple[ToolDefinition, ...]
    refused: tuple[str, ...]
    """Tools that no request can hold, each a sentence."""


def server_words(line: str) -> list[str]:
    """The program and its arguments in a line, which is never given to a shell.

    Raises:
        ProblemError: A quote is not closed, or there is no word.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        why = str(error)[:1].lower() + str(error)[1:]
        raise ProblemError(Problem(kind="usage", what="This is no command of an MCP server", why=why)) from None
    if not words:
        raise ProblemError(Problem(kind="usage", what="Name the command of an MCP server"))
    return words


async def tools_of_server(runner: ToolRunner, argv: Sequence[str]) -> Offer:
    """Start a server, list its tools, and end it. Its calls are run where this program was started.

    Raises:
        ProblemError: It could not be started, did not answer, or the extra ``mcp`` is missing.
    """
    folder, source = str(Path.cwd()), "an MCP server of this session"
    found: dict[str, ToolDefinition] = {}
    refused = []
    for entry in await runner.served_by(argv):
        try:
            for definition in definitions_in(dump_json(entry), source, folder):
                found.setdefault(definition.name, definition)
        except ValueError as error:
            refused.append(f"{_named(entry)} cannot be used: {error}.")
    return Offer(tuple(found.values()), tuple(refused))


def _named(entry: Json) -> str:
    tool = entry.get("tool") if isinstance(entry, dict) else None
    function = tool.get("function") if isinstance(tool, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return f"The tool {name!r}" if isinstance(name, str) else "A tool without a name"
