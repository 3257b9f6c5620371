"""Implements ``chat-tui`` without a command: opens the workbench."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Final

from chat_tui.cli import start
from chat_tui.cli.arguments import parse
from chat_tui.domain.problems import Problem, ProblemError

BROWSER_DRIVER: Final = "chat_tui.ui.browser_driver:BrowserDriver"
"""The Textual driver for a workbench in a browser page."""
_FRAMES_A_SECOND: Final = "120"
"""Maximum screen refresh rate: at 60 Hz a typed key would wait up to 17 ms."""


def run(command: str, argv: list[str]) -> int:
    """Open the workbench and return its exit code."""
    args = parse(command, argv, describe)
    in_browser = os.environ.get("TEXTUAL_DRIVER") == BROWSER_DRIVER
    if not in_browser and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ProblemError(
            Problem(
                kind="usage",
                what="The workbench needs a terminal",
                hint="Run it in a terminal, or use: chat-tui send PROMPT",
            )
        )
    ready = start.setup(args)
    bench = start.workbench(args, ready)
    os.environ.setdefault("TEXTUAL_FPS", _FRAMES_A_SECOND)  # read when textual is imported
    from chat_tui.ui.app import ChatApp, run_app

    return run_app(
        ChatApp(ready.services, bench, first_run=ready.first_run and bench.settings.provider == ready.choose().provider)
    )


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.description = "Open the workbench. List the commands with: chat-tui --help"
