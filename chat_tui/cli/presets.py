"""Implements ``chat-tui presets``: lists, shows, locates or deletes presets."""

from __future__ import annotations

import argparse

from msgspec.structs import replace

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.preset import table_of, unknown_parameters
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.presets import provider_of
from chat_tui.engine.services import Services


def run(command: str, argv: list[str]) -> int:
    """List the presets, show one, print where they are, or delete one."""
    args = parse(command, argv, describe)
    services = start.setup(args).services
    if args.action == "list":
        return _list(services, as_json=args.json)
    if args.action == "path":
        output.line(services.presets.path(args.name or ""))
        return diagnostics.OK
    if args.name is None:
        raise ProblemError(Problem(kind="usage", what=f"presets {args.action}: NAME is required"))
    if args.action == "delete":
        services.presets.delete(args.name)
        return diagnostics.OK
    return _show(services, args.name, as_json=args.json)


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", "show", "path", "delete"),
        default="list",
        help="what to do (default: list)",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="preset name; show also takes a file")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _list(services: Services, *, as_json: bool) -> int:
    """List the presets; unusable ones are reported on stderr."""
    rows: list[tuple[str, ...]] = []
    tables: list[JsonObject] = []
    for name in services.presets.names():
        try:
            preset = services.presets.load(name)
        except ProblemError as error:
            diagnostics.report(error.problem)
            continue
        tables.append({"name": preset.name, "path": preset.place, **table_of(preset)})
        rows.append((preset.name, preset.provider, preset.model, ", ".join(preset.parameters)))
    if as_json:
        output.json_line([*tables], indent=2)
    elif rows:
        output.table(rows)
    elif not services.presets.names():
        diagnostics.note("no presets yet. Save one in the workbench with /preset save NAME")
    return diagnostics.OK


def _show(services: Services, name: str, *, as_json: bool) -> int:
    """Show a preset's fields; unknown parameters and problems are reported on stderr."""
    preset = services.presets.load(name)
    if as_json:
        output.json_line({"name": preset.name, "path": preset.place, **table_of(preset)}, indent=2)
    else:
        members = [*table_of(replace(preset, parameters={})).items(), *preset.parameters.items()]
        rows = [(name, value if isinstance(value, str) else start.compact(value, 200)) for name, value in members]
        output.table([row for row in rows if row != ("parameters", "{}")])
    for unknown in unknown_parameters(preset, services.catalogue):
        diagnostics.note(f"{unknown} is not a known parameter; it is sent unchanged")
    provider_of(services, preset)
    return diagnostics.OK
