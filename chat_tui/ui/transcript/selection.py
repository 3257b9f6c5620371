"""Selected text, exactly: positions in the transcript that outlive a change of heights, and what lies between them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Offset
from textual.selection import Selection

from chat_tui.ui.transcript.message import MessageView
from chat_tui.ui.transcript.painting import GUTTER
from chat_tui.ui.transcript.spans import copied_text, cut

_ROWS = 1 << 24


def position(message: int, row: int) -> int:
    """A row of a message as one number that grows with both; the ``y`` of a selection's offsets."""
    return message * _ROWS + min(row, _ROWS - 1)


def place(y: int) -> tuple[int, int]:
    """The inverse of ``position``."""
    return divmod(y, _ROWS)


def selected_text(views: Sequence[MessageView], selection: Selection, width: int) -> str:
    """What ``selection`` covers.

    Args:
        views: All messages.
        selection: Its offsets' ``y`` are ``position`` values, its ``x`` count characters with the gutter.
        width: The text's column, to lay out messages that were never seen.

    Returns:
        The rows' exact text: soft wraps are undone, marks are what they stand for; messages that are covered whole give
        their text as it came, below the speaker's name.
    """
    if not views:
        return ""
    start = selection.start or Offset(0, 0)
    end = selection.end or Offset(1 << 30, position(len(views) - 1, _ROWS))
    first, last = place(start.y)[0], min(place(end.y)[0], len(views) - 1)
    parts: list[str] = []
    for index in range(first, last + 1):
        view = views[index]
        if index in (first, last):
            parts.append(_part(view, index, start, end, width))
        else:
            parts.append(f"{view.entry.speaker}\n{view.entry.text}\n\n")
    return "".join(parts)


def _part(view: MessageView, index: int, start: Offset, end: Offset, width: int) -> str:
    view.lay_out(width)
    parts: list[str] = []
    for number, row in enumerate(view.rows()):
        y = position(index, number)
        if y < start.y or y > end.y:
            continue
        left = start.x - GUTTER if y == start.y else 0
        right = end.x - GUTTER if y == end.y else 1 << 30
        parts.append(copied_text(cut(row.spans, max(left, 0), max(right, 0))))
        if y != end.y:
            parts.append(row.end)
    return "".join(parts)
