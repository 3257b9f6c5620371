"""Writes all output to stdout."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from chat_tui.cli import streams
from chat_tui.domain.json_values import Json, dump_json
from chat_tui.domain.literal import visible

Ink: TypeAlias = Literal["", "red", "green", "bold"]
_SGR: Final = {"red": "31", "green": "32", "bold": "1"}


def write(text: str) -> None:
    """Write text and flush it: verbatim to a file or pipe, with control characters made visible to a terminal.

    Raises:
        BrokenPipeError: The reader has closed the pipe.
        ProblemError: Standard output cannot be written for another reason.
    """
    shown = visible(text) if sys.stdout.isatty() else text
    _put(shown.encode("utf-8", "replace"))


def write_bytes(data: bytes) -> None:
    """Write bytes: verbatim to a file or pipe, as visible text to a terminal. Raises like ``write``."""
    if sys.stdout.isatty():
        write(data.decode("utf-8", "replace"))
    else:
        _put(data)


def _put(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        streams.abandon(sys.stdout)
        raise
    except OSError as error:
        from chat_tui.domain.problems import Problem, ProblemError

        streams.abandon(sys.stdout)
        raise ProblemError(
            Problem(kind="output", what="Cannot write to standard output", why=error.strerror or str(error))
        ) from None


def line(text: str = "") -> None:
    """Write one line."""
    write(f"{text}\n")


def json_line(value: Json, *, indent: int | None = None) -> None:
    """Write one JSON document, on one line unless an indent is given."""
    line(dump_json(value, indent=indent))


def table(rows: list[tuple[str, ...]]) -> None:
    """Write rows as aligned columns; the last column is not padded."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        line("  ".join([*cells, row[-1]]).rstrip())


def inked_line(pieces: Iterable[tuple[str, Ink]]) -> None:
    """Write one line of pieces, in colour if stdout is a terminal with colours."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for text, ink in pieces:
        if coloured and ink:
            _put(f"\x1b[{_SGR[ink]}m".encode())
        write(text)
        if coloured and ink:
            _put(b"\x1b[0m")
    line()


class TextFlow:
    """Writes streamed fragments; half a surrogate pair is held back until the other half arrives."""

    def __init__(self) -> None:
        self._held = ""
        self._wrote = False
        self._at_line_start = True

    def add(self, fragment: str) -> None:
        """Write a fragment of the reply."""
        text = self._held + fragment
        self._held = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._held = text[:-1], text[-1]
        if text:
            write(_paired(text))
            self._wrote = True
            self._at_line_start = text.endswith("\n")

    def end(self) -> None:
        """Write held-back text, and a newline unless the text ended with one."""
        if self._held:
            write("\ufffd")
        if self._wrote and not self._at_line_start:
            write("\n")


def _paired(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
