"""Rows of the transcript, and wrapping of spans to the width."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from chat_tui.ui.transcript.spans import Look, Span, Spans, copied_text, cut, plain_text

MINIMUM_WIDTH = 8
_WORD = re.compile(r"( *)([^ ]+)")


@dataclass(slots=True, eq=False)
class Row:
    """One line on the screen, without its gutter.

    Attributes:
        spans: The content, without control characters, not wider than the text column.
        fill: The palette role of the cells after the text, or "" for the background.
        end: The text a copy has after this row: a newline, or the spaces that a soft wrap consumed.
        strip: The painted row; owned by the painter.
        painted: The brush that painted ``strip``; owned by the painter.
    """

    spans: tuple[Span, ...] = ()
    fill: str = ""
    end: str = "\n"
    strip: Strip | None = field(default=None, repr=False)
    painted: object = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The displayed text."""
        return plain_text(self.spans)

    @property
    def copied(self) -> str:
        """The text of the whole row in a copy, with its end."""
        return copied_text(self.spans) + self.end

    @property
    def weight(self) -> int:
        """Its length when a position in a message is measured by the text above it; at least 1."""
        return max(1, len(self.copied))

    def segments(self, base: Style, style: Callable[[Look], Style]) -> list[Segment]:
        """Return the segments of the text, without gutter and fill.

        Args:
            base: The background style.
            style: Returns the style of a look.
        """
        return [Segment(span.text, base + style(span.look)) for span in self.spans if span.text]

    def painted_now(self) -> None:
        """Called when the row is painted."""


def breaks(text: str, width: int, first_width: int) -> list[tuple[int, int]]:
    """Wrap ``text``: return the start and end of each row; between two rows lie consumed spaces.

    Args:
        text: One line, without tabs.
        width: Width of a row in cells, at least 2.
        first_width: Width of the first row in cells.

    Returns:
        At least one pair, in order. A word wider than a row is cut between graphemes; text in wide characters is cut
        anywhere.
    """
    if (len(text) if text.isascii() else cell_len(text)) <= first_width:
        return [(0, len(text))]
    rows: list[tuple[int, int]] = []
    start = end = used = 0
    room = first_width
    for match in _WORD.finditer(text):
        spaces, word = len(match[1]), match[2]
        cells = cell_len(word)
        if used + spaces + cells <= room:
            used, end = used + spaces + cells, match.end()
            continue
        flows = not word.isascii() and cells > room // 2 and room - used - spaces >= 2
        if used and not flows:
            rows.append((start, end))
            start = end = match.start(2)
            used, room = 0, width
            if cells <= room:
                used, end = cells, match.end()
                continue
        for index, piece in enumerate(_pieces(text[end : match.end()], room - used, width)):
            if index:
                rows.append((start, end))
                start, used, room = end, 0, width
            end += len(piece)
            used += cell_len(piece)
    rows.append((start, end if end else min(len(text), first_width)))
    return rows


def _pieces(word: str, first: int, width: int) -> list[str]:
    """Cut ``word`` into one piece of at most ``first`` cells and others of at most ``width``."""
    head = chop_cells(word, first)[0]
    rest = word[len(head) :]
    return [head, *chop_cells(rest, width)] if rest else [head]


def wrapped(
    spans: Spans, width: int, *, first: tuple[Span, ...] = (), rest: tuple[Span, ...] = (), fill: str = ""
) -> list[Row]:
    """Wrap one logical line to rows, at words.

    Args:
        spans: The line's content.
        width: Width of the text column in cells.
        first: Prefix of the first row (a bullet, an indent).
        rest: Prefix of the others; omitted from copies.
        fill: The role of the cells after the text.

    Returns:
        At least one row; the last one ends with a newline, the others with the spaces consumed by wrapping.
    """
    first_width = max(width - _cells(first), MINIMUM_WIDTH)
    rest_width = max(width - _cells(rest), MINIMUM_WIDTH)
    text = plain_text(spans)
    places = breaks(text, rest_width, first_width)
    if places[0] == (0, len(text)):
        return [Row((*first, *spans), fill)]
    nexts = [start for start, _ in places[1:]] + [len(text)]
    rows: list[Row] = []
    for index, ((start, end), following) in enumerate(zip(places, nexts, strict=True)):
        gap = copied_text(cut(spans, end, following)) if end < following else ""
        rows.append(Row((*(rest if index else first), *cut(spans, start, end)), fill, gap))
    rows[-1].end += "\n"
    return rows


def clipped(spans: Spans, width: int, *, first: tuple[Span, ...] = (), fill: str = "") -> list[Row]:
    """Return one logical line as one row, cut at the width with an ellipsis; a copy contains the whole line."""
    room = max(width - _cells(first), MINIMUM_WIDTH)
    text = plain_text(spans)
    if cell_len(text) <= room:
        return [Row((*first, *spans), fill)]
    kept = len(chop_cells(text, room - 1)[0])
    look = cut(spans, kept, kept + 1)[0].look._replace(role="code-label" if fill == "code" else "muted")
    hidden = Span("…", look, copied_text(cut(spans, kept, len(text))))
    return [Row((*first, *cut(spans, 0, kept), hidden), fill)]


def _cells(spans: Spans) -> int:
    return sum([cell_len(span.text) for span in spans])
