"""Text cut to terminal cells, and lines put together from pieces of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from chat_tui.domain.literal import visible_line

Ink: TypeAlias = Callable[[str, str], Style]
"""Name of the ink and of the ground to its style."""


def fitted(text: str, width: int) -> str:
    """``text`` made literal, on one line, in at most ``width`` cells; what is too long ends in ``…``."""
    if width <= 0:
        return ""
    shown = visible_line(text[: 4 * width + 4])
    if cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, width - 1).rstrip(" ") + "…"


def inked(text: str, style: Style) -> list[Segment]:
    """``text`` as segments, leading blanks by themselves: pictures of the screen place each segment by its start."""
    words = text.lstrip(" ")
    blanks = len(text) - len(words)
    pieces = (" " * blanks, words)
    return [Segment(piece, style) for piece in pieces if piece]


class LineBuilder:
    """One row of cells, filled from the left. Every text put in becomes literal."""

    def __init__(self, ink: Ink, width: int, ground: str = "") -> None:
        self._ink = ink
        self._width = width
        self._ground = ground
        self._segments: list[Segment] = []
        self.column = 0
        """Cells used so far."""

    @property
    def room(self) -> int:
        """Cells left."""
        return max(0, self._width - self.column)

    def put(self, text: str, ink: str, *, limit: int | None = None) -> LineBuilder:
        """Add ``text``, cut to ``limit`` cells and to what is left of the row."""
        shown = fitted(text, self.room if limit is None else min(limit, self.room))
        if shown:
            self._segments += inked(shown, self._ink(ink, self._ground))
            self.column += cell_len(shown)
        return self

    def to(self, column: int) -> LineBuilder:
        """Add blanks up to ``column``; nothing if it lies behind."""
        gap = min(column, self._width) - self.column
        if gap > 0:
            self._segments.append(Segment(" " * gap, self._ink("text", self._ground)))
            self.column += gap
        return self

    def strip(self) -> Strip:
        """The row, blank to its end."""
        self.to(self._width)
        return Strip(self._segments, self.column)
