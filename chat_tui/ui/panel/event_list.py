"""The Events tab: every server-sent event and comment with its time, the gap before it and its size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.strip import Strip

from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.inked_view import InkedView

_WIDE = 50
"""From this width on, the size has a column."""
_NOTABLE_GAP_S = 0.5


class EventsView(InkedView, can_focus=True):
    """One line an event, newest last; follows the end while it is in view. Enter shows an event whole, y copies it."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "move(-10)", "Page up", show=False),
        Binding("pagedown", "move(10)", "Page down", show=False),
        Binding("home", "move(-1000000)", "First", show=False),
        Binding("end", "move(1000000)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._arrivals: Sequence[StreamEvent | Comment] = ()
        self._cursor = 0

    def show(self, stream_events: Sequence[StreamEvent], comments: Sequence[Comment]) -> None:
        """Show everything that has arrived so far, in order of arrival."""
        following = self.scroll_offset.y >= self.max_scroll_y
        arrivals: Sequence[StreamEvent | Comment] = stream_events
        if comments:
            arrivals = sorted([*stream_events, *comments], key=lambda arrival: arrival.at_s)
        if len(arrivals) < len(self._arrivals):
            self._cursor = 0
        self._arrivals = arrivals
        self.virtual_size = Size(self.width, len(arrivals) + 1)
        if following:
            self.scroll_end(animate=False)
        self.refresh()

    def action_move(self, rows: int) -> None:
        """Move the cursor and keep it in view."""
        self._cursor = max(0, min(len(self._arrivals) - 1, self._cursor + rows))
        top, window = self.scroll_offset.y, max(1, self.size.height - 1)
        if not top <= self._cursor < top + window:
            self.scroll_to(y=self._cursor if self._cursor < top else self._cursor - window + 1, animate=False)
        self.refresh()

    def action_open(self) -> None:
        """Show the current event whole."""
        if self._cursor < len(self._arrivals):
            from chat_tui.ui.panel.editors.reading import ReadingScreen

            arrival = self._arrivals[self._cursor]
            title = f"event {self._cursor + 1} at {arrival.at_s:.3f} s"
            self.app.push_screen(ReadingScreen(title, _data(arrival)))

    def action_copy(self) -> None:
        """Send the current event's data to the clipboard of the terminal."""
        if self._cursor < len(self._arrivals):
            self.app.copy_to_clipboard(_data(self._arrivals[self._cursor]))
            self.notify("Copy sent to the terminal.", markup=False)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a row."""
        place = event.get_content_offset(self)
        if place is not None and place.y > 0:
            self._cursor = 0
            self.action_move(place.y - 1 + self.scroll_offset.y)

    def on_resize(self) -> None:
        """Fit the width."""
        self.virtual_size = Size(self.width, len(self._arrivals) + 1)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The heading, or one event."""
        width = self.width
        wide = width >= _WIDE
        if y == 0:
            line = LineBuilder(self.ink, width)
            heading = f"{'#':>5} {'at s':>8} {'gap':>7} " + (f"{'bytes':>6} " if wide else "") + "data"
            return line.put(heading if self._arrivals else " No events yet.", "faint").strip()
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._arrivals):
            return LineBuilder(self.ink, width).strip()
        arrival = self._arrivals[index]
        gap = arrival.at_s - (self._arrivals[index - 1].at_s if index else 0.0)
        line = LineBuilder(self.ink, width, "current" if index == self._cursor and self.has_focus else "")
        line.put(f"{index + 1:>5} ", "faint").put(f"{arrival.at_s:>8.3f} ", "quiet")
        line.put(f"{gap:>+7.3f} ", "warn" if gap >= _NOTABLE_GAP_S else "faint")
        if wide:
            line.put(f"{len(_data(arrival).encode('utf-8', 'replace')):>6} ", "faint")
        if isinstance(arrival, Comment):
            return line.put(f": {arrival.text}", "faint").strip()
        if arrival.name != "message":
            line.put(f"{arrival.name} ", "accent")
        return line.put(arrival.data, "text").strip()


def _data(arrival: StreamEvent | Comment) -> str:
    return arrival.data if isinstance(arrival, StreamEvent) else arrival.text
