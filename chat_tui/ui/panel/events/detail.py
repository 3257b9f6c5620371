"""One event in detail: its raw data, or what it contributes to the reply and its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.strip import Strip

from chat_tui.domain.arrivals import Arrival, raw_text
from chat_tui.domain.counts import counted
from chat_tui.domain.event_meaning import Contribution
from chat_tui.domain.events import Comment
from chat_tui.domain.json_values import parse_json
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.inked_view import InkedView
from chat_tui.ui.panel.json_lines import json_lines
from chat_tui.ui.panel.lines_view import Drawable, Line, LinesView

_SHOWN: Final = 50_000
"""Maximum number of characters of an event that the pane shows."""


class EventDetail(LinesView):
    """The event under the cursor; ``y`` copies all of its data."""

    def __init__(self) -> None:
        super().__init__()
        self._data = ""

    def show(self, arrival: Arrival | None, brings: Sequence[Contribution], *, raw: bool) -> None:
        """Show an event or comment from its beginning, or nothing."""
        self._data = "" if arrival is None else raw_text(arrival)
        self.set_lines([] if arrival is None else detail_lines(arrival, brings, raw=raw))
        self.scroll_to(y=0, animate=False)

    def copied_text(self) -> str:
        """Return the data as received."""
        return self._data


class DetailTitle(InkedView, can_focus=False):
    """The line above the detail: which event it is, and whether it is shown raw."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    DetailTitle { height: 1; overflow: hidden; scrollbar-gutter: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._left = self._right = ""

    def show(self, left: str, right: str) -> None:
        """Show these texts."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Render the line."""
        line = LineBuilder(self.ink, self.width, "bar")
        if y == 0:
            line.put(f" {self._left}", "quiet", limit=line.room - len(self._right) - 2)
            line.to(self.width - len(self._right) - 1).put(self._right, "faint")
        return line.strip()


def detail_lines(arrival: Arrival, brings: Sequence[Contribution], *, raw: bool) -> list[Drawable]:
    """Build the lines of one event or comment.

    Args:
        arrival: An event or a comment.
        brings: Its contributions to the reply.
        raw: Show the data as received; else the contributions, then the JSON.
    """
    data = raw_text(arrival)
    rest: list[Drawable] = []
    if len(data) > _SHOWN:
        rest = [Line.of((f"… {counted(len(data) - _SHOWN, 'more character')}; y copies everything", "faint"))]
    if raw or isinstance(arrival, Comment):
        return [*(Line.of((part, "text")) for part in data[:_SHOWN].split("\n")), *rest]
    told: list[Drawable] = [_told(each) for each in brings]
    if rest:
        return [*told, Line.of(), Line.of((data[:_SHOWN], "text")), *rest]
    try:
        body: list[Drawable] = list(json_lines(parse_json(data)))
    except ValueError:
        body = [Line.of((part, "text")) for part in data.split("\n")]
    return [*told, Line.of(), *body]


def _told(each: Contribution) -> Line:
    ink = "error" if each.kind in ("bad", "error") else "accent"
    return Line.prose((each.words, ink), *([(f"  “{each.text[:500]}”", "text")] if each.text else []), indent=2)
