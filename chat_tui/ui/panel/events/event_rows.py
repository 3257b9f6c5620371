"""A row of the event list: number, time, gap, size, and the event's contribution or its raw data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.strip import Strip

from chat_tui.domain.arrivals import Arrival, raw_text
from chat_tui.domain.event_meaning import Contribution
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.ui.panel.cells import Ink, LineBuilder

NOTABLE_GAP_S: Final = 0.5
"""Gaps from this length on are highlighted."""
_INKS: Final = {"content": "text", "reasoning": "quiet", "finish": "accent", "usage": "literal", "tool": "name"} | {
    "error": "error",
    "bad": "error",
    "done": "faint",
    "empty": "faint",
    "comment": "faint",
}
_LONGEST: Final = 200
"""Maximum number of characters of a text that can be visible."""


class EventRow:
    """Renders rows of one stream at one width.

    Args:
        ink: The styles.
        width: Width in cells.
        total: Maximum number of events; determines the width of the number column.
    """

    def __init__(self, ink: Ink, width: int, total: int) -> None:
        self._ink = ink
        self._width = width
        self._digits = max(4, len(str(total)))

    def heading(self, *, raw: bool) -> Strip:
        """Render the column headings."""
        line = LineBuilder(self._ink, self._width)
        names = f"{'#':>{self._digits}} {'at s':>8} {'gap':>7} {'bytes':>6} "
        return line.put(names + ("data" if raw else "parsed"), "faint").strip()

    def paint(
        self,
        arrival: Arrival,
        number: int | None,
        gap_s: float,
        brings: Sequence[Contribution],
        *,
        raw: bool,
        current: bool,
    ) -> Strip:
        """Render one row; ``number`` counts events from 0 and is None for a comment."""
        wrong = any(told.kind == "bad" for told in brings)
        line = LineBuilder(self._ink, self._width, "current" if current else "wrong" if wrong else "")
        line.put(f"{'·' if number is None else number + 1:>{self._digits}} ", "faint")
        line.put(f"{arrival.at_s:>8.3f} ", "quiet")
        line.put(f"{gap_s:>+7.3f} ", "warn" if gap_s >= NOTABLE_GAP_S else "faint")
        line.put(f"{_size(arrival):>6} ", "faint")
        if isinstance(arrival, StreamEvent) and arrival.name != "message":
            line.put(f"{arrival.name} ", "accent")
        if wrong:
            line.put("bad ", "error")
        if isinstance(arrival, Comment):
            line.put(f": {arrival.text[:_LONGEST]}", "faint")
        elif raw or wrong:
            line.put(arrival.data[:_LONGEST], "text")
        else:
            _put_meaning(line, brings)
        return line.strip()


def _put_meaning(line: LineBuilder, brings: Sequence[Contribution]) -> None:
    for place, told in enumerate(brings):
        if place:
            line.put(" · ", "faint")
        ink = _INKS.get(told.kind, "quiet")
        if told.kind == "content" and told.text:
            prefix = told.words.partition("content")[0]
            line.put(prefix, "faint").put(f"“{told.text[:_LONGEST]}”", ink)
        else:
            line.put(told.words, ink)
            if told.text:
                line.put(f" “{told.text[:_LONGEST]}”", ink)


def _size(arrival: Arrival) -> str:
    text = raw_text(arrival)
    size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    if size < 100_000:
        return str(size)
    return f"{size // 1000}k" if size < 10_000_000 else f"{size // 1_000_000}M"


def cells_of(pieces: Sequence[tuple[str, str]]) -> int:
    """Return the width in cells of pieces of text with their inks."""
    return sum(cell_len(text) for text, _ in pieces)
