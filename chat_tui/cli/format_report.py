"""``send --schema`` and ``send --check-format``: asks for JSON, and tells what of the reply does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.cli import diagnostics
from chat_tui.domain.format_check import PARAMETER, wanted_format
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chat_tui.domain.json_values import Json
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.engine.exchange import Exchange


def refuse_unchecked(body: Mapping[str, Json]) -> None:
    """Let a request through that asks for JSON.

    Raises:
        ProblemError: It asks for none: nothing could be checked.
    """
    if wanted_format(body) is None:
        hint = f"Ask for JSON: --set {PARAMETER}=json_object, or --schema FILE."
        raise ProblemError(Problem(kind="usage", what="There is no output format to check the reply by", hint=hint))


def with_schema(settings: SessionSettings, word: str) -> SessionSettings:
    """Settings that ask for the format a file stands for; a doubt about it on stderr.

    Raises:
        ProblemError: There is no such file, or no format can be made from it.
    """
    from chat_tui.engine.format_files import read_format

    made = read_format(word)
    if made.doubtful:
        diagnostics.note(f"{made.told}.")
    return settings.set((PARAMETER,), made.value)


def tell_format(exchange: Exchange) -> int:
    """Each error on stderr with its place; the exit code: 1 where there is any, or nothing to check came."""
    result = exchange.format
    if result is None:
        diagnostics.note("no words came that could be checked")
        return diagnostics.FAILED
    several = len(exchange.reply.choices) > 1
    for error in result.errors:
        choice = f"choice {error.choice + 1}, " if several else ""
        diagnostics.note(f"{choice}{error.path} (line {error.line}, column {error.column}): {error.message}")
    return diagnostics.OK if result.valid else diagnostics.FAILED
