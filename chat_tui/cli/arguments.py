"""Parsing of the command line: the command word, its options and its words."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from chat_tui.cli import diagnostics
from chat_tui.cli.usage import COMMANDS, SHARED, WIDTH

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_MAY_BE_EMPTY: Final = frozenset({"--model", "--system", "--theme"})
"""An empty text means something here: no model, no system prompt, the theme of chat-tui itself."""


class Parser(argparse.ArgumentParser):
    """Reports wrong usage in one line with exit code 2, and writes its help as any other output."""

    def error(self, message: str) -> NoReturn:
        """One sentence and where help is."""
        diagnostics.note(f"{message}. See: {self.prog} --help")
        raise SystemExit(diagnostics.USAGE)

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """To standard output, whatever its encoding."""
        from chat_tui.cli import output

        if file is None:
            output.write(self.format_help())
        else:
            super().print_help(file)


def parse(command: str, argv: Sequence[str], describe: Callable[[argparse.ArgumentParser], None]) -> argparse.Namespace:
    """The options and words of one command; options may stand between the words.

    Args:
        command: Its name; empty for the workbench.
        argv: What stands behind it.
        describe: Adds the command's own arguments to a parser.

    Raises:
        SystemExit: Wrong usage (2), or help was asked for and written (0).
    """
    parser = _parser(command, describe)
    args = _unmarked(parser.parse_intermixed_args(_marked(argv)))
    for names, settings in SHARED:
        name = names[0]
        value = getattr(args, name.removeprefix("--").replace("-", "_"))
        if value == "" and name not in _MAY_BE_EMPTY:
            parser.error(f"argument {name}: {settings['metavar']} is empty")
    return args


def whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    """An argument's type: a whole number from ``low``, and up to ``high`` where there is one."""
    bounds = f"from {low} to {high}" if high is not None else f"of at least {low}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if number < low or (high is not None and number > high):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {bounds}")
        return number

    return read


def split_command(argv: Sequence[str]) -> tuple[str | None, list[str]]:
    """The command word and everything else in order; None where there is no command.

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
    return None, list(argv)


def _parser(command: str, describe: Callable[[argparse.ArgumentParser], None]) -> Parser:
    """The parser of one command: its own arguments in the usage, the shared options in a group at the end."""
    parser = Parser(
        prog=f"chat-tui {command}".strip(),
        description=COMMANDS.get(command, "").capitalize() or None,
        allow_abbrev=False,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=26, width=WIDTH),
    )
    describe(parser)
    parser.usage = parser.format_usage().removeprefix("usage: ").rstrip().replace("%", "%%")
    parser.epilog = _wrapped(parser.epilog or "") or None
    shared = parser.add_argument_group("options of every command")
    for names, settings in SHARED:
        shared.add_argument(*names, **cast("dict[str, Any]", settings))
    return parser


def _marked(argv: Sequence[str]) -> list[str]:
    """Words behind ``--`` that look like options begin with a NUL, which no argument of a process can hold.

    Without it argparse takes them for options as soon as options may stand between words.
    """
    place = argv.index("--") if "--" in argv else len(argv)
    return [
        *argv[:place],
        *(f"\0{word}" if word.startswith("-") and at else word for at, word in enumerate(argv[place:])),
    ]


def _unmarked(args: argparse.Namespace) -> argparse.Namespace:
    """The values as they were given, without the marks."""
    for name, value in vars(args).items():
        if isinstance(value, str):
            setattr(args, name, value.removeprefix("\0"))
        elif isinstance(value, list):
            setattr(args, name, [word.removeprefix("\0") if isinstance(word, str) else word for word in value])
    return args


def _wrapped(text: str) -> str:
    """Paragraphs as wide as the help; a paragraph with an indented line stays as it is."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        each if each.startswith(" ") or "\n " in each else textwrap.fill(each, WIDTH - 2) for each in paragraphs
    )
