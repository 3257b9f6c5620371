"""``chat-tui`` without a command: opens the workbench."""

from __future__ import annotations

import argparse
import sys

from chat_tui.cli import start
from chat_tui.cli.arguments import COMMANDS, parser_for
from chat_tui.domain.problems import Problem, ProblemError


def run(command: str, argv: list[str]) -> int:
    """Open the workbench and return its exit code."""
    args = parser_for(command, _describe).parse_args(argv)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ProblemError(
            Problem(
                kind="usage",
                what="The workbench needs a terminal",
                hint="Use: chat-tui send PROMPT, or open a terminal.",
            )
        )
    ready = start.setup(args)
    bench = start.workbench(args, ready)
    from chat_tui.ui.app import ChatApp, run_app

    return run_app(ChatApp(ready.services, bench, first_run=ready.first_run))


def _describe(parser: argparse.ArgumentParser) -> None:
    parser.description = "A workbench for exploring chat-completions APIs by hand. Without a command it opens."
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name.ljust(width)}  {words}" for name, words in COMMANDS.items())
    parser.epilog = f"commands (chat-tui COMMAND --help tells more):\n{listed}"
    parser.formatter_class = lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=30, width=100)
    parser.add_argument("--version", action="version", version=_version(), help="print the version")


def _version() -> str:
    from chat_tui import __version__

    return f"chat-tui {__version__}"
