"""Implements ``chat-tui providers`` and ``chat-tui themes``: lists the services with keys and addresses, or themes."""

from __future__ import annotations

import argparse

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.services import Services


def run(command: str, argv: list[str]) -> int:
    """List the providers or the themes."""
    args = parse(command, argv, describe)
    if command == "providers":
        return _providers(start.setup(args).services, as_json=args.json)
    return _themes(start.setup(args).services, as_json=args.json)


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def _providers(services: Services, *, as_json: bool) -> int:
    rows: list[JsonObject] = []
    for provider in services.providers.values():
        try:
            key = services.endpoints.endpoint(provider.id).key_source
        except ProblemError:
            key = ""
        rows.append(
            {
                "id": provider.id,
                "title": provider.title,
                "url": provider.base_url.rstrip("/") + provider.path,
                "key": key or ("missing" if provider.key_required else "not needed"),
                "key_env": provider.key_env,
                "yours": provider.user_defined,
            }
        )
    if as_json:
        output.json_line(list(rows), indent=2)
        return diagnostics.OK
    head = ("id", "key", "address")
    output.table([head, *((str(row["id"]), _key_words(row), str(row["url"])) for row in rows)])
    return diagnostics.OK


def _key_words(row: JsonObject) -> str:
    return f"missing ({row['key_env']})" if row["key"] == "missing" and row["key_env"] else str(row["key"])


def _themes(services: Services, *, as_json: bool) -> int:
    names = sorted({path.stem for folder in services.options.theme_dirs for path in folder.glob("*.toml")})
    if as_json:
        output.json_line(list(names))
    else:
        for name in names:
            output.line(f"{name}{'  (selected)' if name == services.options.theme else ''}")
    return diagnostics.OK
