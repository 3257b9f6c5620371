"""Implements ``chat-tui tools``: shows the tools of the library, of a file, or of an MCP server."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

from chat_tui.cli import diagnostics, output, start, tool_options
from chat_tui.cli.arguments import parse
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.shortening import shortened
from chat_tui.domain.tool_definitions import TIMEOUT_S, ToolDefinition
from chat_tui.engine.services import Services

_WIDEST: Final = 60
_QUIET_S: Final = 2
"""Seconds without a word."""


def run(command: str, argv: list[str]) -> int:
    """List the library, show the tools of a file, or list those of an MCP server."""
    args = parse(command, argv, describe)
    services = start.setup(args).services
    if args.action == "list":
        return _list(services, as_json=args.json)
    if not args.words:
        needed = "FILE or NAME" if args.action == "show" else "the server's command (chat-tui tools mcp -- COMMAND …)"
        raise ProblemError(Problem(kind="usage", what=f"tools {args.action}: {needed} is required"))
    if args.action == "show":
        for word in args.words:
            output.json_line(_entries(tool_options.definitions(services, word)), indent=2)
        return diagnostics.OK
    import asyncio

    output.json_line(asyncio.run(_served(services, args.words)), indent=2)
    return diagnostics.OK


async def _served(services: Services, argv: Sequence[str]) -> list[Json]:
    """Return the tools of an MCP server; a server that takes its time is reported on stderr."""
    import asyncio

    asking = asyncio.ensure_future(services.tool_runner.served_by(argv))
    await asyncio.wait({asking}, timeout=_QUIET_S)
    if not asking.done():
        diagnostics.note(f"waiting for the server's list of tools, at most {TIMEOUT_S:g} s")
    return await asking


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", "show", "mcp"),
        default="list",
        help="list the library (default); show definitions in file format; start an MCP server and show its tools",
    )
    parser.add_argument(
        "words", nargs="*", metavar="FILE|NAME|COMMAND", help="file or tool for show, server command for mcp"
    )
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def _list(services: Services, *, as_json: bool) -> int:
    """List the library; unusable files are reported on stderr."""
    definitions = services.tools.definitions()
    for problem in services.tools.problems():
        diagnostics.report(problem)
    if as_json:
        output.json_line(_entries(definitions), indent=2)
    elif definitions:
        output.table([(each.name, _runs(each), each.source, _beginning(each.description)) for each in definitions])
    else:
        diagnostics.note("no tools yet. Put JSON files into the tools folder next to the configuration")
    return diagnostics.OK


def _runs(definition: ToolDefinition) -> str:
    """Return how the tool's calls run once approved; ``-`` without a command."""
    return definition.via if definition.command else "-"


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return shortened(line, _WIDEST)


def _entries(definitions: Sequence[ToolDefinition]) -> Json:
    """Return the tools as entries of a definition file."""
    return [_entry(definition) for definition in definitions]


def _entry(definition: ToolDefinition) -> JsonObject:
    if not definition.command:
        return definition.tool
    return {"tool": definition.tool, definition.via: [*definition.command], "timeout_s": definition.timeout_s}
