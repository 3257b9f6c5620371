"""The command line: parsers, and where a command word stands."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, cast

from chat_tui.cli import diagnostics
from chat_tui.cli.usage import COMMANDS, SHARED


class Parser(argparse.ArgumentParser):
    """Reports wrong usage in one line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """One sentence and where help is."""
        diagnostics.note(f"{message}. See: {self.prog} --help")
        raise SystemExit(diagnostics.USAGE)


def parser_for(command: str, describe: Callable[[argparse.ArgumentParser], None]) -> Parser:
    """The parser of one command, with the shared options last."""
    parser = Parser(
        prog=f"chat-tui {command}".strip(),
        description=COMMANDS.get(command, "").capitalize() or None,
        allow_abbrev=False,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=30, width=100),
    )
    describe(parser)
    shared = parser.add_argument_group("options of every command")
    for names, settings in SHARED:
        shared.add_argument(*names, **cast("dict[str, Any]", settings))
    return parser


def split_command(argv: Sequence[str]) -> tuple[str, list[str]]:
    """The command word and everything else in order; an empty word where there is none.

    Shared options may stand before the command: ``chat-tui --provider openai send Hi``.
    """
    with_value = {name for names, _ in SHARED for name in names}
    position = 0
    while position < len(argv):
        word = argv[position]
        if word == "--":
            break
        if not word.startswith("-"):
            return word, [*argv[:position], *argv[position + 1 :]]
        position += 2 if word in with_value else 1
    return "", list(argv)
