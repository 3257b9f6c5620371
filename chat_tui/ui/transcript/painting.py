"""Converts rows to strips: gutter, background, and highlighted parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from chat_tui.ui.transcript.palette import Palette
from chat_tui.ui.transcript.rows import Row
from chat_tui.ui.transcript.spans import cut

GUTTER = 3
MARGIN = 1
_BAR, _CURRENT_BAR = "▌", "█"


class Mark(NamedTuple):
    """A part of a row to be highlighted: characters ``start`` to ``end`` without the gutter; -1 is the row's end."""

    start: int
    end: int
    style: Style


class Brush:
    """Paints the rows of messages of one role at one width; painted rows are cached.

    Args:
        palette: The colours.
        role: The message's role, or "" for the rows between messages.
        width: Width of a strip in cells.
        current: Whether the cursor is on the message.
    """

    def __init__(self, palette: Palette, role: str, width: int, *, current: bool = False) -> None:
        self._palette = palette
        self._width = width
        base = palette.base
        if current:
            base += Style(bgcolor=palette.styles["current"].bgcolor)
        self._base = base
        bar = palette.styles[f"speaker-{role}"] if role else base
        text = (_CURRENT_BAR if current else _BAR) if role else " "
        self._gutter = [Segment(text, base + Style(color=bar.color)), Segment(" " * (GUTTER - 1), base)]
        self._blank = Strip([*self._gutter, Segment(" " * max(width - GUTTER, 0), base)])

    @property
    def blank(self) -> Strip:
        """A row without text."""
        return self._blank

    def strip(self, row: Row) -> Strip:
        """Return the row as a strip of the full width; cached in the row."""
        if row.painted is not self or row.strip is None:
            segments = row.segments(self._base, self._palette.style)
            row.strip = self._whole(segments, row.fill) if segments or row.fill else self._blank
            row.painted = self
        return row.strip

    def marked(self, row: Row, marks: Sequence[Mark]) -> Strip:
        """Return the row with highlighted parts; not cached. Only text can be highlighted."""
        if not row.spans:
            return self.strip(row)
        length = sum(len(span.text) for span in row.spans)
        segments: list[Segment] = []
        edges = sorted({0, length, *(min(max(edge, 0), length) for mark in marks for edge in _edges(mark, length))})
        for start, end in pairwise(edges):
            over = Style.null()
            for mark in marks:
                first, last = _edges(mark, length)
                if first <= start < last:
                    over += mark.style
            segments += [
                Segment(span.text, self._base + self._palette.style(span.look) + over)
                for span in cut(row.spans, start, end)
            ]
        return self._whole(segments, row.fill)

    def _whole(self, segments: list[Segment], fill: str) -> Strip:
        used = GUTTER + sum([cell_len(segment.text) for segment in segments])
        rest = self._width - used
        if fill and rest > MARGIN:
            style = self._base + self._palette.styles[fill]
            segments.append(Segment(" " * (rest - MARGIN), style))
            rest = MARGIN
        if rest > 0:
            segments.append(Segment(" " * rest, self._base))
        strip = Strip([*self._gutter, *segments], max(used, self._width))
        return strip if used <= self._width else strip.crop(0, self._width)


def _edges(mark: Mark, length: int) -> tuple[int, int]:
    return max(mark.start, 0), length if mark.end < 0 else min(mark.end, length)
