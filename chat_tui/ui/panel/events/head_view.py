"""The area above the event list: the filter, the number of events, the gaps in figures and as a plot."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip

from chat_tui.domain.counts import counted
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.events.event_rows import NOTABLE_GAP_S, cells_of
from chat_tui.ui.panel.events.gap_plot import column_of, duration, gap_plot, scale
from chat_tui.ui.panel.events.stream import EventStream
from chat_tui.ui.panel.inked_view import InkedView
from chat_tui.ui.panel.line_draft import LineDraft
from chat_tui.ui.panel.row_painter import put_draft

_ABOVE_PLOT = 2
_FILTERS = "words · kind:usage · bad · comment · gap>0.5"


class EventsHead(InkedView, can_focus=False):
    """Two lines and the plot; a click on the filter edits it, a click on the plot goes to the longest gap there."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    EventsHead { height: 5; overflow: hidden; scrollbar-gutter: auto; }
    """

    class FilterAsked(Message):
        """The filter was clicked."""

    class Picked(Message):
        """A column of the plot was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place
            """Index of the arrival after the longest gap in that column."""

    def __init__(self) -> None:
        super().__init__()
        self._stream = EventStream()
        self._place: int | None = None
        self.draft: LineDraft | None = None
        """The text being typed into the filter."""
        self._plot: list[str] = []
        self._plotted: tuple[int, int, int] = (-1, 0, 0)

    def show(self, stream: EventStream, place: int | None) -> None:
        """Show the state of a stream; ``place`` is the index of the arrival under the cursor."""
        self._stream, self._place = stream, place
        self.refresh()

    @property
    def columns(self) -> int:
        """The width of the plot in cells."""
        return max(8, self.width - 2)

    def on_click(self, event: events.Click) -> None:
        """Handle a click on the filter or on a column of the plot."""
        place = event.get_content_offset(self)
        if place is None:
            return
        if place.y == 0:
            self.post_message(self.FilterAsked())
        elif place.y >= _ABOVE_PLOT:
            peaks = self._stream.gaps.columns(self.columns)[1]
            column = place.x - 1
            if 0 <= column < len(peaks):
                self.post_message(self.Picked(peaks[column].place))

    def render_line(self, y: int) -> Strip:
        """Render the filter and the counts, the figures, or a row of the plot."""
        line = LineBuilder(self.ink, self.width)
        if y == 0:
            self._put_filter(line)
        elif y == 1:
            self._put_figures(line)
        else:
            self._put_plot(line, y - _ABOVE_PLOT)
        return line.strip()

    def _put_filter(self, line: LineBuilder) -> None:
        stream, typing = self._stream, self.draft is not None
        sums = self._sums()
        room = line.room - cells_of(sums) - 1
        line.put("/ ", "accent" if typing or stream.filter_text else "faint")
        if self.draft is not None:
            put_draft(line, self.draft, room=max(4, room - 2))
        else:
            ink = "value" if stream.filter_text else "faint"
            line.put(stream.filter_text or "filter", ink, limit=room - 2)
        line.to(self.width - cells_of(sums) - 1)
        for text, ink in sums:
            line.put(text, ink)

    def _sums(self) -> list[tuple[str, str]]:
        stream = self._stream
        if stream.filtered:
            return [(f"{stream.rows:,} of {stream.total:,}", "quiet")]
        count, comments = len(stream.arrivals.places), stream.arrivals.comments
        sums = [(counted(count, "event"), "quiet")] if stream.total else []
        if comments:
            sums += [(f" · {counted(comments, 'comment')}", "faint")]
        return sums

    def _put_figures(self, line: LineBuilder) -> None:
        gaps = self._stream.gaps
        if self.draft is not None:
            line.put(f" {_FILTERS}", "faint")
            return
        if gaps.longest is None:
            return
        line.put(" gap ", "faint")
        figures = [("p50", gaps.quantile(0.5)), ("p95", gaps.quantile(0.95)), ("max", gaps.longest.gap_s)]
        for name, value in figures:
            ink = "warn" if value is not None and value >= NOTABLE_GAP_S else "quiet"
            line.put(f"{name} ", "faint").put(duration(value or 0.0), ink).put("  ", "faint")
        if scale(gaps) is not None and line.room >= 4:
            line.put("log", "faint")

    def _put_plot(self, line: LineBuilder, row: int) -> None:
        gaps, width, height = self._stream.gaps, self.columns, self.size.height - _ABOVE_PLOT
        if self._plotted != (gaps.count, width, height):
            self._plot = gap_plot(gaps, width, height)
            self._plotted = (gaps.count, width, height)
        if not 0 <= row < len(self._plot):
            return
        bars = self._plot[row]
        here = column_of(gaps, width, self._place) if self._place is not None and gaps.count else -1
        line.put(" ", "track")
        if not 0 <= here < len(bars):
            line.put(bars, "track")
            return
        line.put(bars[:here], "track")
        line.put("│" if bars[here] == " " else bars[here], "faint" if bars[here] == " " else "accent")
        line.put(bars[here + 1 :], "track")
