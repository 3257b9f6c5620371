"""The event list: one row per event, rendered as it comes into view; follows the end until the user scrolls back."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip

from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.events.event_rows import EventRow
from chat_tui.ui.panel.events.stream import EventStream
from chat_tui.ui.panel.inked_view import InkedView

_HEADING = 1
"""Number of lines above the rows."""


class EventList(InkedView, can_focus=True, inherit_bindings=False):
    """A view of an ``EventStream`` with a cursor. New events cost only the visible rows, however many there are."""

    ALLOW_SELECT = False

    class Moved(Message):
        """The cursor moved, or its row shows another event."""

    def __init__(self, stream: EventStream) -> None:
        super().__init__()
        self.stream = stream
        self.raw = False
        """Whether rows show the raw data instead of the contributions."""
        self.following = True
        """Whether the cursor stays on the last row as rows are added."""
        self._place = 0
        self._scrolling = False

    @property
    def place(self) -> int | None:
        """The index of the arrival under the cursor; None without rows."""
        return self.stream.place_of(self._row) if self.stream.rows else None

    @property
    def _row(self) -> int:
        """The row of the cursor; while a filter hides its arrival, that of the next one."""
        return self.stream.row_of(self._place)

    def show(self, stream: EventStream) -> None:
        """Show another stream, at its end."""
        self.stream = stream
        self.following = True
        self.update()

    def update(self) -> None:
        """Update after rows were added or the filter advanced."""
        rows = self.stream.rows
        if self.following and rows:
            self._place = self.stream.place_of(rows - 1)
        self._fit()
        if self.following:
            self._scroll(max(0, rows - self._window()))
        self.refresh()
        self.post_message(self.Moved())

    def refilter(self) -> None:
        """Update for a new filter; the cursor stays on its arrival, or near it."""
        self.update()
        if not self.following:
            self._show_row(self._row, before=self._window() // 3)

    def move_to(self, row: int) -> None:
        """Move the cursor to a row, or the nearest existing one, and scroll it into view."""
        last = self.stream.rows - 1
        if last < 0:
            return
        row = max(0, min(last, row))
        self._place = self.stream.place_of(row)
        self.following = row == last
        self._show_row(row)
        self.refresh()
        self.post_message(self.Moved())

    def move_by(self, rows: int) -> None:
        """Move the cursor by a number of rows."""
        self.move_to(self._row + rows)

    def go_to(self, place: int) -> None:
        """Move the cursor to an arrival, or the next one the filter accepts, with some rows above it in view."""
        row = self.stream.row_of(place)
        self._show_row(row, before=self._window() // 3)
        self.move_to(row)

    def page(self) -> int:
        """Return the number of rows in a page."""
        return max(1, self._window() - 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """After scrolling with the wheel or the scrollbar, follow the end again once it is reached."""
        super().watch_scroll_y(old_value, new_value)
        if not self._scrolling and round(old_value) != round(new_value):
            self.following = new_value >= self.max_scroll_y

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked row."""
        place = event.get_content_offset(self)
        if place is not None and _HEADING <= place.y < _HEADING + self.stream.rows:
            self.move_to(place.y - _HEADING + self.scroll_offset.y)

    def on_resize(self) -> None:
        """Adapt to the width, and keep the end or the cursor in view."""
        self._fit()
        if self.following:
            self._scroll(max(0, self.stream.rows - self._window()))
        else:
            self._show_row(self._row)

    def on_focus(self) -> None:
        """Redraw with a highlighted cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Redraw with a dimmed cursor."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Render the heading, or one event."""
        stream, width = self.stream, self.width
        if not stream.rows:
            words = " No events match the filter." if stream.filtered and stream.total else " No events yet."
            return LineBuilder(self.ink, width).put(words if y == 0 else "", "faint").strip()
        painter = EventRow(self.ink, width, len(stream.arrivals.places))
        if y < _HEADING:
            return painter.heading(raw=self.raw)
        row = y - _HEADING + self.scroll_offset.y
        if row >= stream.rows:
            return LineBuilder(self.ink, width).strip()
        place, here = stream.place_of(row), self.place
        return painter.paint(
            stream.item(place),
            stream.arrivals.numbers[place],
            stream.arrivals.gap_s(place),
            stream.meaning(place),
            raw=self.raw,
            current=place == here,
        )

    def _fit(self) -> None:
        self.fit_rows(self.stream.rows + _HEADING)

    def _show_row(self, row: int, *, before: int = 0) -> None:
        """Scroll a row into view; if it was not visible, with a number of rows above it."""
        top, window = self.scroll_offset.y, self._window()
        if not top <= row < top + window:
            self._scroll(max(0, row - before if before or row < top else row - window + 1))

    def _scroll(self, row: int) -> None:
        self._scrolling = True
        self.scroll_to(y=row, animate=False, force=True)
        self._scrolling = False

    def _window(self) -> int:
        return max(1, self.size.height - _HEADING)
