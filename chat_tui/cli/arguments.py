"""The command line: its commands, its options, and where a command word stands."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from chat_tui.cli import diagnostics

COMMANDS: Final[dict[str, str]] = {
    "send": "one exchange: prompt or stdin in, the reply on stdout",
    "sessions": "list, show or locate kept sessions",
    "params": "the parameters a service knows: types, ranges, defaults",
    "providers": "the services that can be talked to",
    "models": "the models a service offers",
    "local": "the embedded model: status, fetch, path",
    "config": "the configuration file: path, init, check",
    "themes": "the colour themes",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One option, told once for every command that takes it."""

    names: tuple[str, ...]
    settings: dict[str, Any]

    @property
    def takes_value(self) -> bool:
        """The next word belongs to it."""
        return "action" not in self.settings or self.settings["action"] == "append"


def _option(*names: str, **settings: Any) -> Option:
    return Option(names, settings)


SHARED: Final[tuple[Option, ...]] = (
    _option("--model", "-m", metavar="ID", help="the model; vendor/model picks the service too"),
    _option("--provider", "-p", metavar="ID", help="the service (see: chat-tui providers)"),
    _option("--base-url", metavar="URL", help="an OpenAI-compatible address; no stored key goes there"),
    _option("--api-key-env", metavar="NAME", help="environment variable that holds the key"),
    _option(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="set a parameter (repeatable); @FILE reads a file",
    ),
    _option("--unset", metavar="NAME", action="append", default=[], help="leave a parameter out (repeatable)"),
    _option("--system", "-s", metavar="TEXT|@FILE", help="the system prompt"),
    _option("--session", metavar="NAME|FILE", help="go on with a session, or name a new one"),
    _option("--theme", metavar="NAME", help="colours (see: chat-tui themes)"),
    _option("--config", metavar="FILE", help="another configuration file"),
    _option("--data-dir", metavar="DIR", help="where sessions and the model file are kept"),
    _option("--validation", choices=("block", "warn", "off"), help="what a broken rule does before sending"),
)


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
    for option in SHARED:
        shared.add_argument(*option.names, **option.settings)
    return parser


def split_command(argv: Sequence[str]) -> tuple[str, list[str]]:
    """The command word and everything else in order; an empty word where there is none.

    Shared options may stand before the command: ``chat-tui --provider openai send Hi``.
    """
    with_value = {name for option in SHARED if option.takes_value for name in option.names}
    position = 0
    while position < len(argv):
        word = argv[position]
        if word == "--":
            break
        if not word.startswith("-"):
            return word, [*argv[:position], *argv[position + 1 :]]
        position += 2 if word in with_value else 1
    return "", list(argv)
