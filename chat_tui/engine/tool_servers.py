"""Lists the tools of an MCP server as definitions, and why some cannot be used."""

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
    """The tools that a server listed."""

    definitions: tuple[ToolDefinition, ...]
    refused: tuple[str, ...]
    """A sentence for each tool that no request can contain."""


def server_words(line: str) -> list[str]:
    """Split a line into program and arguments; no shell interprets it.

    Raises:
        ProblemError: A quote is not closed, or the line is empty.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        why = str(error)[:1].lower() + str(error)[1:]
        raise ProblemError(Problem(kind="usage", what="Not a valid MCP server command", why=why)) from None
    if not words:
        raise ProblemError(Problem(kind="usage", what="Give the command of an MCP server"))
    return words


async def tools_of_server(runner: ToolRunner, argv: Sequence[str]) -> Offer:
    """Start a server, list its tools, and stop it. The tools will run in the current directory.

    Raises:
        ProblemError: The server did not start or did not answer, or the optional dependency ``mcp`` is missing.
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
