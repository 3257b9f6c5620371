"""``chat-tui import``: a curl command or a JSON body becomes a new session, whose path is printed."""

from __future__ import annotations

import argparse
import sys

from msgspec.structs import replace

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parser_for
from chat_tui.config.providers import LOCAL
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.request_import import Imported
from chat_tui.domain.settings import request_body
from chat_tui.engine.importing import read_request, session_of
from chat_tui.engine.opening import first_settings
from chat_tui.engine.services import Services
from chat_tui.engine.user_files import READ_LIMIT, read_text


def run(command: str, argv: list[str]) -> int:
    """Parse the words and import; returns the exit code."""
    args = parser_for(command, _describe).parse_args(argv)
    text = _text_of(args.file)
    imported, services = _imported(args, text)
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
            Problem(kind="session", what=f"The session {bench.path} could not be kept", why=bench.save_problem)
        )
    output.line(bench.path or "")
    return diagnostics.OK


def _describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a curl command or a JSON body; - reads standard input")
    parser.add_argument("--dry-run", action="store_true", help="print the body it would send; make no session")


def _text_of(file: str) -> str:
    if file != "-":
        return read_text(file)
    data = sys.stdin.buffer.read(READ_LIMIT + 1) if sys.stdin is not None else b""
    if len(data) > READ_LIMIT:
        raise ProblemError(Problem(kind="usage", what="Standard input is larger than 16 MiB"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemError(Problem(kind="usage", what="Standard input is not UTF-8 text")) from None


def _imported(args: argparse.Namespace, text: str) -> tuple[Imported, Services]:
    """The request with what the options change in it: provider, model, system prompt, parameters."""
    ready = start.setup(args)
    services, named = ready.services, bool(args.provider or args.model or args.base_url)
    try:
        choice = ready.choose()
        current = first_settings(services, choice.provider, choice.model)
    except ProblemError:
        if named:
            raise
        current = first_settings(services, LOCAL, "")
    imported = read_request(services, text, current=current)
    settings = imported.settings
    if args.provider or args.base_url:
        settings = replace(settings, provider=current.provider)
    if args.model:
        settings = replace(settings, model=current.model)
    return replace(imported, settings=start.with_options(args, settings, services)), services
