"""Implements ``chat-tui local``: shows the embedded model's status, fetches its file, or prints its path."""

from __future__ import annotations

import argparse

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.ports import LocalModel


def run(command: str, argv: list[str]) -> int:
    """Print the status, fetch the model file, or print its path."""
    args = parse(command, argv, describe)
    local = start.setup(args).services.local
    if args.action == "fetch":
        return _fetch(local)
    status = local.status()
    if args.action == "path":
        if status.model_path is None:
            raise ProblemError(
                Problem(kind="local", what="The model file is missing", hint="Run: chat-tui local fetch")
            )
        output.line(status.model_path)
        return diagnostics.OK
    output.table(
        [
            ("model", status.model_name),
            ("file", status.model_path or "missing (chat-tui local fetch)"),
            ("source", "your own file" if status.own_file else "default model"),
            ("runtime", "installed" if status.runtime else "missing (pip install 'chat-tui[local]')"),
            ("state", status.problem or "ready"),
        ]
    )
    return diagnostics.OK


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=("status", "fetch", "path"),
        default="status",
        help="show its status (default); download the model file (93 MB); print its path",
    )


def _fetch(local: LocalModel) -> int:
    import asyncio

    line, last = diagnostics.ProgressLine(), [""]

    def progress(words: str, share: float | None) -> None:
        line.show(words if share is None else f"{words} {share:4.0%}")
        if not line.live and words != last[0]:
            diagnostics.note(words)
        last[0] = words

    try:
        path = asyncio.run(local.fetch(progress))
    finally:
        line.clear()
    output.line(path)
    return diagnostics.OK
