"""Implements ``chat-tui export``: writes a session in another format to standard output or a file."""

from __future__ import annotations

import argparse

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse
from chat_tui.domain.formats.table import FORMATS, format_named
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.session_export import Wanted, export_session, refuse_own_file
from chat_tui.engine.written_files import is_taken, write_text


def run(command: str, argv: list[str]) -> int:
    """Export one session; return the exit code. Losses are reported on stderr."""
    args = parse(command, argv, describe)
    if args.to is None:
        raise ProblemError(
            Problem(kind="usage", what="export: --to FORMAT is required", hint=f"Formats: {', '.join(FORMATS)}.")
        )
    wanted = Wanted(
        form=format_named(args.to),
        branch=args.branch or "",
        path_only=args.path,
        exchange=args.exchange or "",
        weights=args.weights,
    )
    target = "" if args.output == "-" else args.output
    if target and not args.force:
        _refuse_taken(target)
    services = start.setup(args).services
    source = services.store.find(args.name)
    if target:
        refuse_own_file(source, target)
    made = export_session(services, source, wanted)
    if target:
        path = write_text(target, made.data, overwrite=args.force)
        diagnostics.note(f"Written to {path}.")
    else:
        output.write_bytes(made.data)
    for note in made.notes:
        diagnostics.note(note)
    return diagnostics.OK


def _refuse_taken(name: str) -> None:
    if is_taken(name):
        raise ProblemError(
            Problem(
                kind="usage", what=f"{name} already exists", hint="Use --force to overwrite it, or choose another name."
            )
        )


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = "\n".join(["formats:", *(f"  {each.id:<12}{each.title}" for each in FORMATS.values())])
    parser.add_argument("name", metavar="SESSION", help="title, id or file of a session")
    parser.add_argument("--to", metavar="FORMAT", help="one of the formats below")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="file to write, mode 0600 (default, or -: standard output)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite FILE")
    parser.add_argument(
        "--branch", metavar="ID", help="export the branch that ends at this message, not the selected one"
    )
    parser.add_argument("--path", action="store_true", help="export one branch only, in formats that hold all of them")
    parser.add_argument(
        "--exchange",
        metavar="N",
        help="request to export as request, curl, python or httpx, by number or id (default: the last)",
    )
    parser.add_argument(
        "--weights",
        choices=("all", "last"),
        default="all",
        help="for finetune: train on all replies, or give all but the last weight 0",
    )
