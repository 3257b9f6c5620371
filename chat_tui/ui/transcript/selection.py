"""Exact selected text: positions in the transcript that do not depend on heights, and the text between them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Offset
from textual.selection import Selection

from chat_tui.ui.transcript.message import MessageView
from chat_tui.ui.transcript.painting import GUTTER
from chat_tui.ui.transcript.spans import copied_text, cut

_ROWS = 1 << 24


def position(message: int, row: int) -> int:
    """Combine a message and a row of it into one ordered number, used as the ``y`` of a selection's offsets."""
    return message * _ROWS + min(row, _ROWS - 1)


def place(y: int) -> tuple[int, int]:
    """Split a position into message and row: the inverse of ``position``."""
    return divmod(y, _ROWS)


def selected_text(views: Sequence[MessageView], selection: Selection, width: int) -> str:
    """Return the text of a selection.

    Args:
        views: All messages.
        selection: The ``y`` of its offsets are ``position`` values, the ``x`` count characters including the gutter.
        width: Width of the text column, to lay out messages that were never visible.

    Returns:
        The rows' exact text: soft wraps are undone, marks are replaced by their original characters; messages selected
        completely give their exact text, below the speaker's name.
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
