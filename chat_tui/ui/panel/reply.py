"""The Reply tab: what is known of the selected message, as labels and values."""

from __future__ import annotations

from collections.abc import Sequence

from chat_tui.ui.panel.lines_view import Line, LinesView

_LABEL_WIDTH = 16
_NOTHING = (Line.of(("No reply yet.", "faint")),)


class ReplyView(LinesView):
    """Rows of label and value; ``y`` copies them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(_NOTHING, id=id)

    def show(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show rows. One without a value is a heading, one without a label goes on from the row above."""
        self.set_lines([_row(label, value) for label, value in lines] or _NOTHING)


def _row(label: str, value: str) -> Line:
    if not value:
        return Line.of((label, "heading"))
    return Line.prose((f"{label:<{_LABEL_WIDTH}} ", "quiet"), (value, "text"), indent=_LABEL_WIDTH + 1)
