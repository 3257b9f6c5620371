"""Maps a range of a message's exact text to the rows that show it, and a screen position back to the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from chat_tui.ui.transcript.alignment import Alignment
from chat_tui.ui.transcript.message import MessageView
from chat_tui.ui.transcript.rows import Row
from chat_tui.ui.transcript.search import Match, Stretch


def rows_of(view: MessageView, region: str, start: int, end: int, width: int) -> Match:
    """Find where characters ``start`` to ``end`` of one of a message's texts are shown.

    Args:
        view: The message; it is laid out completely.
        region: ``text``, ``reasoning``, or ``call 0`` and so on: a tool call.
        start: Index in the exact text.
        end: Index after the last character.
        width: Width of the text column in cells.

    Returns:
        A match as in a search; the message's first row if the text is not shown (folded, or not arrived yet).
    """
    view.lay_out(width)
    shown = _Shown.of(view, region)
    if shown is None or not shown.text:
        return (Stretch(0, 0, -1),)
    left, right = Alignment(view.source_of(region), shown.text).shown(start, end)
    return shown.stretches(left, right) or (Stretch(shown.first, 0, -1),)


def source_place(view: MessageView, row: int, character: int, width: int) -> tuple[str, int] | None:
    """Return the region and the character of its text shown at a character of a row; None where no text is shown."""
    view.lay_out(width)
    for region, (first, end) in view.regions.items():
        shown = _Shown.of(view, region)
        if first <= row < end and shown is not None and shown.text:
            place = shown.place(row, character)
            return region, Alignment(view.source_of(region), shown.text).source(place)
    return None


class _Shown:
    """The rows of one region as one text, without the prefixes of continuation rows."""

    def __init__(self, first: int, rows: Sequence[Row]) -> None:
        self.first = first
        self._pieces: list[tuple[int, int, int, int]] = []  # index in the text, row, index in the row, length
        parts: list[str] = []
        place = 0
        for number, row in enumerate(rows, first):
            column = 0
            for span in row.spans:
                length = len(span.text)
                if span.exact != "" and length:
                    self._pieces.append((place, number, column, length))
                    parts.append(span.text)
                    place += length
                column += length
            if row.end:
                parts.append(" ")
                place += 1
        self.text = "".join(parts)

    @classmethod
    def of(cls, view: MessageView, region: str) -> _Shown | None:
        """Return the region as it is laid out; None if it is not shown."""
        bounds = view.regions.get(region)
        if bounds is None:
            return None
        first, end = bounds
        return cls(first, [row for number, row in enumerate(view.rows()) if first <= number < end])

    def stretches(self, left: int, right: int) -> Match:
        """Return characters ``left`` to ``right`` of the text as parts of rows."""
        found = []
        for place, row, column, length in self._pieces:
            start, end = max(left - place, 0), min(right - place, length)
            if start < end:
                found.append(Stretch(row, column + start, column + end))
        return tuple(found)

    def place(self, row: int, character: int) -> int:
        """Return the index in the text of a character of a row, or of the next one that belongs to the text."""
        keys = [(number, column) for _, number, column, _ in self._pieces]
        index = max(0, bisect_right(keys, (row, character)) - 1)
        place, number, column, length = self._pieces[index]
        if number < row or character >= column + length:
            return self._pieces[min(index + 1, len(self._pieces) - 1)][0]
        return place + max(0, character - column)
