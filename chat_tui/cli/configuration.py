"""Implements ``chat-tui config``: shows, creates or checks the configuration file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from chat_tui.cli import diagnostics, output
from chat_tui.cli.arguments import parse
from chat_tui.domain.problems import Problem, ProblemError


def run(command: str, argv: list[str]) -> int:
    """Print the path, write the example, or check the file."""
    from chat_tui.wiring import config_path

    args = parse(command, argv, describe)
    path = config_path(dict(os.environ), args.config)
    if args.action == "init":
        return _init(path)
    if args.action == "check":
        return _check(path)
    output.line(str(path))
    return diagnostics.OK


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=("path", "init", "check"),
        default="path",
        help="print its path (default); create it with every setting explained; report its errors",
    )


def _init(path: Path) -> int:
    from chat_tui.wiring import write_example

    if path.exists():
        raise ProblemError(Problem(kind="config", what=f"{path} already exists", hint="It was not changed."))
    try:
        write_example(path)
    except OSError as error:
        raise ProblemError(Problem(kind="config", what=f"Cannot write {path}", why=error.strerror or "")) from None
    output.line(str(path))
    return diagnostics.OK


def _check(path: Path) -> int:
    from chat_tui.wiring import check_config

    if _is_missing(path):
        output.line(f"{path}: no such file; all settings have their defaults")
        return diagnostics.OK
    problems = check_config(path, dict(os.environ))
    for problem in problems:
        diagnostics.note(problem)
    if not problems:
        output.line(f"{path}: no problems")
    return diagnostics.USAGE if problems else diagnostics.OK


def _is_missing(path: Path) -> bool:
    """Whether there is nothing at a path, not even a link that leads nowhere."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    return False
