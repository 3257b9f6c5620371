"""Implements ``chat-tui import``: creates sessions from a request or from exports of other programs."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse
from chat_tui.config.providers import LOCAL
from chat_tui.domain.formats.reading.detection import SOURCES
from chat_tui.domain.formats.reading.source_text import text_of_bytes
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.request_import import Imported
from chat_tui.domain.settings import SessionSettings, request_body
from chat_tui.engine.import_conversations import read_data, read_file
from chat_tui.engine.importing import read_request, session_of
from chat_tui.engine.opening import first_settings
from chat_tui.engine.services import Services
from chat_tui.engine.user_files import BYTES_LIMIT, read_bytes

if TYPE_CHECKING:
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.wiring import Setup


def run(command: str, argv: list[str]) -> int:
    """Parse the arguments and import; return the exit code."""
    args = parse(command, argv, describe)
    ready = start.setup(args)
    services, current = ready.services, _current(args, ready)
    data = _standard_input() if args.file == "-" else b""
    if args.file == "-":
        reading = read_data(services, data, name="", current=current, form=args.form or "")
    else:
        reading = read_file(services, args.file, current=current, form=args.form or "")
    if reading is not None:
        from chat_tui.cli.import_conversations import run as keep

        return keep(args, services, reading, current)
    text, faults = text_of_bytes(data if args.file == "-" else read_bytes(args.file))
    if faults:
        name = "Standard input" if args.file == "-" else args.file
        raise ProblemError(Problem(kind="usage", what=f"{name} is not UTF-8 text"))
    return _keep_request(args, services, _imported(args, services, text, current))


def _keep_request(args: argparse.Namespace, services: Services, imported: Imported) -> int:
    """Create the session of one request."""
    for note in imported.notes:
        diagnostics.note(note)
    if args.dry_run:
        output.json_line(request_body(imported.settings, imported.messages), indent=2)
        return diagnostics.OK
    title, path = args.session or "", None
    if title.endswith(".jsonl"):
        title, path = "", title
    bench = session_of(services, imported, title=title, path=path)
    import asyncio

    asyncio.run(bench.close())
    if bench.save_problem is not None:
        raise ProblemError(
            Problem(kind="session", what=f"The session {bench.path} could not be saved", why=bench.save_problem)
        )
    if args.json:
        kept: JsonObject = {"path": bench.path, "title": bench.title, "messages": len(imported.messages)}
        output.json_line({"format": "request", "sessions": [kept], "not_carried": {}, "notes": [*imported.notes]})
    else:
        output.line(bench.path or "")
    return diagnostics.OK


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", metavar="FILE", help="a request or an export of another program; - for standard input")
    parser.add_argument("--from", dest="form", metavar="FORMAT", help="file format: " + ", ".join(SOURCES))
    parser.add_argument("--dry-run", action="store_true", help="print what would be imported; create no session")
    parser.add_argument("--json", action="store_true", help="print one JSON object: format, sessions, losses")


def _standard_input() -> bytes:
    data = sys.stdin.buffer.read(BYTES_LIMIT + 1)
    if len(data) > BYTES_LIMIT:
        raise ProblemError(Problem(kind="usage", what="Standard input is larger than 512 MiB"))
    return data


def _current(args: argparse.Namespace, ready: Setup) -> SessionSettings:
    """Return provider and model for imports that name none."""
    try:
        choice = ready.choose()
        return first_settings(ready.services, choice.provider, choice.model)
    except ProblemError:
        if args.provider or args.model or args.base_url:
            raise
        return first_settings(ready.services, LOCAL, "")


def _imported(args: argparse.Namespace, services: Services, text: str, current: SessionSettings) -> Imported:
    """Read the request and apply the options: provider, model, system prompt, parameters."""
    imported = read_request(services, text, current=current)
    return replace(imported, settings=start.over_imported(args, imported.settings, current, services))
