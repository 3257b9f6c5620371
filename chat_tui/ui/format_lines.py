"""Formats the result of a format check, below a reply and as rows of the Reply tab. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chat_tui.domain.format_check import FormatError, FormatResult
from chat_tui.ui.reply.rows import Row, section

_MOST: Final = 20


def checked_words(result: FormatResult | None, choice: int) -> tuple[str, bool]:
    """Return ``✓ fits Haiku`` or ``✗ 2 errors: $.lines[3]: …`` and whether it fits; empty if nothing was checked."""
    if result is None:
        return "", True
    errors = errors_of(result, choice)
    if not errors:
        return f"✓ fits {result.name or 'JSON'}", True
    many = f"{len(errors)} errors: " if len(errors) > 1 else ""
    return f"✗ {many}{error_words(errors[0])}", False


def errors_of(result: FormatResult, choice: int) -> list[FormatError]:
    """Return the errors of one choice."""
    return [error for error in result.errors if error.choice == choice]


def error_words(error: FormatError) -> str:
    """Format an error: ``$.lines[3]: must be a string, is null``."""
    return f"{error.path}: {error.message}"


def format_rows(result: FormatResult | None, choices: Sequence[int]) -> list[Row]:
    """Return the rows about the requested format; none if nothing was checked."""
    return [] if result is None else section("Format", _rows(result, several=len(choices) > 1))


def _rows(result: FormatResult, *, several: bool) -> Iterator[Row]:
    count = len(result.errors)
    told = "fits" if result.valid else "1 error" if count == 1 else f"{count} errors"
    yield Row(result.name or "JSON", told, "literal" if result.valid else "error")
    for error in result.errors[:_MOST]:
        choice = f"choice {error.choice}: " if several else ""
        yield Row(error.path, f"{choice}{error.message} (line {error.line}, column {error.column})", "error", 1)
    if count > _MOST:
        yield Row("", f"and {count - _MOST} more", "quiet", 1)
