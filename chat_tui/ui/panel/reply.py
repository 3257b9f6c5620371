"""The Reply tab: facts about the selected message's exchange, as labels and values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chat_tui.ui.actions import bindings, footer
from chat_tui.ui.panel.lines_view import Line, LinesView
from chat_tui.ui.reply.rows import Row

_LABEL_WIDTH: Final = 15
_NOTHING: Final = (Line.of(("No reply yet.", "faint")),)


class ReplyView(LinesView):
    """Rows of label and value; ``y`` copies them."""

    BINDINGS = bindings("reply")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(_NOTHING, id=id)
        self._rows: Sequence[Row] = ()
        self.set_legend(tuple(footer({}, "reply")))

    def show(self, rows: Sequence[Row]) -> None:
        """Show rows; unchanged rows cost nothing."""
        if rows != self._rows:
            self._rows = rows
            self.set_lines([_line(row) for row in rows] or _NOTHING)


def _line(row: Row) -> Line:
    if not row.value:
        return Line.of((row.label, "heading"))
    label = f"{' ' * row.depth}{row.label}"
    make = Line.prose if " " in row.value else Line.of
    return make((f"{label:<{_LABEL_WIDTH}} ", "quiet"), (row.value, row.ink), indent=_LABEL_WIDTH + 1)
