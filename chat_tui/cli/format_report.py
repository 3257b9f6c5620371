"""Implements ``send --schema`` and ``--check-format``: requests JSON, and reports how the reply deviates from it."""

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
    """Check that a request asks for JSON.

    Raises:
        ProblemError: It does not, so nothing could be validated.
    """
    if wanted_format(body) is None:
        hint = f"Request JSON: --set {PARAMETER}=json_object, or --schema FILE."
        raise ProblemError(Problem(kind="usage", what="No output format to check the reply against", hint=hint))


def with_schema(settings: SessionSettings, word: str) -> SessionSettings:
    """Return settings that request the format generated from a file; a warning about it goes to stderr.

    Raises:
        ProblemError: The file does not exist, or no format can be generated from it.
    """
    from chat_tui.engine.format_files import read_format

    made = read_format(word)
    if made.doubtful:
        diagnostics.note(f"{made.told}.")
    return settings.set((PARAMETER,), made.value)


def tell_format(exchange: Exchange) -> int:
    """Write each error with its position to stderr; return exit code 1 if there is one, or no text."""
    result = exchange.format
    if result is None:
        diagnostics.note("the reply has no text to check")
        return diagnostics.FAILED
    several = len(exchange.reply.choices) > 1
    for error in result.errors:
        choice = f"choice {error.choice + 1}, " if several else ""
        diagnostics.note(f"{choice}{error.path} (line {error.line}, column {error.column}): {error.message}")
    return diagnostics.OK if result.valid else diagnostics.FAILED
