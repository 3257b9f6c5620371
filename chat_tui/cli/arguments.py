"""Parses the command line: the command, its options and its arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from chat_tui.cli import diagnostics
from chat_tui.cli.usage import COMMANDS, SHARED, WIDTH, attribute

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_MAY_BE_EMPTY: Final = frozenset({"--model", "--system", "--theme"})
"""Options whose empty value is meaningful: no model, no system prompt, the default theme."""
_MARK: Final = "\0"
"""Marks a word after ``--``; no process argument can contain it."""


class Parser(argparse.ArgumentParser):
    """Reports wrong usage in one line with exit code 2, and writes its help through ``output``."""

    def error(self, message: str) -> NoReturn:
        """Print one sentence and where to find help, and exit."""
        diagnostics.note(f"{message.replace(_MARK, '')}. See: {self.prog} --help")
        raise SystemExit(diagnostics.USAGE)

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Write the help to standard output, whatever its encoding."""
        from chat_tui.cli import output

        if file is None:
            output.write(self.format_help())
        else:
            super().print_help(file)


def parse(command: str, argv: Sequence[str], describe: Callable[[argparse.ArgumentParser], None]) -> argparse.Namespace:
    """Parse the arguments of one command; options may appear between positional arguments.

    Args:
        command: The command's name; empty for the workbench.
        argv: The arguments.
        describe: Adds the command's own arguments to a parser.

    Raises:
        SystemExit: Wrong usage (2), or help was requested and written (0).
    """
    parser = _parser(command, describe, helping=not {"-h", "--help"}.isdisjoint(argv))
    args = _unmarked(parser.parse_intermixed_args(_marked(argv)))
    for names, settings in SHARED:
        name = names[0]
        value = getattr(args, attribute(names, settings))
        if value == "" and name not in _MAY_BE_EMPTY:
            parser.error(f"argument {name}: {settings['metavar']} is empty")
    return args


def whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    """Return an argument type: an integer of at least ``low`` and, if given, at most ``high``."""
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
    """Split off the command; return it and all other arguments in order, or None if there is no command.

    Options may precede the command: ``chat-tui --provider openai send Hi``. The word after an option that is not shared
    is its value if a command follows.
    """
    with_value = {name for names, _ in SHARED for name in names}
    words: list[int] = []
    position = 0
    while position < len(argv) and argv[position] != "--":
        word = argv[position]
        if not word.startswith("-"):
            words.append(position)
            before = argv[position - 1] if position else ""
            if word in COMMANDS or "=" in before or not before.startswith("--"):
                break
        position += 2 if word in with_value else 1
    if not words:
        return None, list(argv)
    place = words[-1] if argv[words[-1]] in COMMANDS else words[0]
    return argv[place], [*argv[:place], *argv[place + 1 :]]


def _parser(command: str, describe: Callable[[argparse.ArgumentParser], None], *, helping: bool) -> Parser:
    """Return the parser of one command: its own arguments in the usage, the shared options in a group at the end.

    Usage and epilog are formatted only if the help is asked for: it takes milliseconds.
    """
    parser = Parser(
        prog=f"chat-tui {command}".strip(),
        usage=None if helping else "%(prog)s",
        description=_sentence(COMMANDS.get(command, "")) or None,
        allow_abbrev=False,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=26, width=WIDTH),
    )
    describe(parser)
    if helping:
        parser.usage = parser.format_usage().removeprefix("usage: ").rstrip().replace("%", "%%")
        parser.epilog = _wrapped(parser.epilog or "") or None
    shared = parser.add_argument_group("common options")
    for names, settings in SHARED:
        shared.add_argument(*names, **cast("dict[str, Any]", settings))
    return parser


def _marked(argv: Sequence[str]) -> list[str]:
    """Mark arguments after ``--`` that look like options.

    Otherwise argparse parses them as options when options may appear between positional arguments.
    """
    place = argv.index("--") if "--" in argv else len(argv)
    return [
        *argv[:place],
        *(f"{_MARK}{word}" if word.startswith("-") and at else word for at, word in enumerate(argv[place:])),
    ]


def _unmarked(args: argparse.Namespace) -> argparse.Namespace:
    """Remove the marks from the values."""
    for name, value in vars(args).items():
        if isinstance(value, str):
            setattr(args, name, value.removeprefix(_MARK))
        elif isinstance(value, list):
            setattr(args, name, [word.removeprefix(_MARK) if isinstance(word, str) else word for word in value])
    return args


def _wrapped(text: str) -> str:
    """Wrap paragraphs to the width of the help; a paragraph with an indented line is not wrapped."""
    import textwrap

    paragraphs = text.split("\n\n")
    return "\n\n".join(
        each if each.startswith(" ") or "\n " in each else textwrap.fill(each, WIDTH - 2) for each in paragraphs
    )


def _sentence(words: str) -> str:
    """Return the words with an initial capital."""
    return words[:1].upper() + words[1:]
