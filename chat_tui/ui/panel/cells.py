"""Cuts text to terminal cells, and builds lines from styled pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from chat_tui.domain.literal import visible_line

Ink: TypeAlias = Callable[[str, str], Style]
"""Maps the names of an ink and a ground to a style."""


def fitted(text: str, width: int) -> str:
    """Make ``text`` literal on one line of at most ``width`` cells; longer text ends in ``…``."""
    if width <= 0:
        return ""
    shown = visible_line(text[: 4 * width + 4])
    if cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, width - 1).rstrip(" ") + "…"


def inked(text: str, style: Style) -> list[Segment]:
    """Convert ``text`` to segments, leading blanks separate: screenshots position each segment by its start."""
    words = text.lstrip(" ")
    blanks = len(text) - len(words)
    pieces = (" " * blanks, words)
    return [Segment(piece, style) for piece in pieces if piece]


class LineBuilder:
    """Builds one row of cells from the left. All text is made literal."""

    def __init__(self, ink: Ink, width: int, ground: str = "") -> None:
        self._ink = ink
        self._width = width
        self._ground = ground
        self._segments: list[Segment] = []
        self.column = 0
        """Number of cells used so far."""

    @property
    def room(self) -> int:
        """Number of cells left."""
        return max(0, self._width - self.column)

    def put(self, text: str, ink: str, *, limit: int | None = None) -> LineBuilder:
        """Append ``text``, cut to ``limit`` cells and to the room left."""
        shown = fitted(text, self.room if limit is None else min(limit, self.room))
        if shown:
            self._segments += inked(shown, self._ink(ink, self._ground))
            self.column += cell_len(shown)
        return self

    def to(self, column: int) -> LineBuilder:
        """Append blanks up to ``column``; do nothing if it is already passed."""
        gap = min(column, self._width) - self.column
        if gap > 0:
            self._segments.append(Segment(" " * gap, self._ink("text", self._ground)))
            self.column += gap
        return self

    def strip(self) -> Strip:
        """Return the row, padded with blanks to its width."""
        self.to(self._width)
        return Strip(self._segments, self.column)
