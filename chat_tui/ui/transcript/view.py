"""The scrolling view of the transcript: lays out the visible messages, keeps them in place, paints them."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import ClassVar

from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from chat_tui.domain.pictures import ImageSource
from chat_tui.engine.ports import Pictures
from chat_tui.ui.colours import shows_pictures
from chat_tui.ui.transcript.message import MessageView
from chat_tui.ui.transcript.painting import GUTTER, MARGIN, Brush, Mark
from chat_tui.ui.transcript.palette import COMPONENTS, Palette
from chat_tui.ui.transcript.rows import MINIMUM_WIDTH, Row
from chat_tui.ui.transcript.scrollbar import SlimScrollBar
from chat_tui.ui.transcript.search import Match
from chat_tui.ui.transcript.selection import position, selected_text
from chat_tui.ui.transcript.store import Store
from chat_tui.ui.transcript.thumbnails import Thumbnails
from chat_tui.ui.workers import start_worker

BUDGET_S = 0.03


class MessageScroll(ScrollView, can_focus=True):
    """A column of messages, of which only visible ones are laid out and painted.

    Growth never triggers a layout of the screen: the virtual size is set without Textual's layout, strips are cached in
    their rows, and the scrollbar is drawn only when its thumb moves.
    """

    ALLOW_SELECT = True
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENTS

    following: reactive[bool] = reactive(True, repaint=False)
    """Whether the view stays at the end as it grows."""

    cursor: reactive[str | None] = reactive(None, repaint=False)
    """The key of the current message, if any."""

    def __init__(
        self,
        *,
        wrap_code: bool = True,
        pictures: Pictures | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self.store = Store(wrap_code=wrap_code, thumbnails=self._thumbnails(pictures) if pictures else None)
        self.found: tuple[str, Match] | None = None
        self.paint_s = 0.0
        self._palette: Palette | None = None
        self._restyled = True
        self._placed = (0, Size())
        """Position and virtual size of the last layout: scrolling changes ``scroll_y`` before there is a new one."""
        self._brushes: dict[tuple[str, bool, int], Brush] = {}

    # Layout

    @property
    def page(self) -> int:
        """Number of lines in view."""
        return self.scrollable_content_region.height

    def refit(self) -> None:
        """Lay out what is in view, keep the top line (or the end, if following) in place, and repaint."""
        if not self.page:
            return
        before = self._placed
        line = round(self.scroll_y)
        if not self.following:
            line = self.store.fill_down(line, self.page, BUDGET_S)
        if self.following or line > max(self.store.heights.total - self.page, 0):
            line = self.store.fill_up(self.page, BUDGET_S)
        self._place(line)
        if self.store.unfinished:
            self.on_unfinished()
        if before == self._placed:
            self._repaint_changed()
        else:
            self.refresh()

    def on_unfinished(self) -> None:
        """Called when one layout was not enough for what is in view; a subclass schedules another."""

    def put_on_top(self, anchor: tuple[str, int]) -> None:
        """Scroll an anchor's text to the top line; must be followed by ``refit``."""
        self.set_reactive(Widget.scroll_y, float(self.store.line_of(anchor, BUDGET_S)))

    def _place(self, line: int) -> None:
        """Set position and virtual size without a layout of the screen."""
        total = self.store.heights.total
        self._placed = (line, Size(self.scrollable_content_region.width, total))
        self.set_reactive(Widget.virtual_size, self._placed[1])
        self.set_reactive(Widget.scroll_y, float(line))
        self.set_reactive(Widget.scroll_target_y, float(line))
        bar = self.vertical_scrollbar
        if isinstance(bar, SlimScrollBar):
            bar.place(total, self.page, line)

    def _repaint_changed(self) -> None:
        """Repaint the rows in view that were never painted."""
        changed = [y for y, (_, _, row) in enumerate(self._seen(0, self.page)) if row is not None and row.strip is None]
        if changed:
            top = changed[0]
            self.refresh(Region(0, top, self.size.width, changed[-1] + 1 - top))

    def _seen(self, start: int, end: int) -> Iterator[tuple[int, int, Row | None]]:
        """Yield message, row number and row of the view's lines ``start`` to ``end``, as far as there are messages."""
        views, heights = self.store.views, self.store.heights
        if not views:
            return
        line = round(self.scroll_y) + start
        index, number = heights.locate(line)
        for _ in range(min(end - start, heights.total - line)):
            while number >= heights[index]:
                index, number = index + 1, 0
            yield index, number, views[index].row(number)
            number += 1

    def on_resize(self, _: events.Resize) -> None:
        """Wrap the visible text again, keeping the same text on the top line."""
        width = max(self.scrollable_content_region.width - GUTTER - MARGIN, MINIMUM_WIDTH)
        if width != self.store.width:
            if self.text_selection is not None:
                self.screen.clear_selection()
            anchor = self.store.anchor(round(self.scroll_y))
            self.store.resize(width)
            self.found = None
            if not self.following and anchor is not None:
                self.put_on_top(anchor)
        self.refit()
        self.refresh()

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scrollbar, created on first use."""
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = SlimScrollBar()
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)  # noqa: SLF001  # as Textual's own property does
        return self._vertical_scrollbar

    # Scrolling

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Update following and layout after the user scrolled (growth sets the position without this)."""
        if round(old_value) != round(new_value):
            self.following = new_value >= self.max_scroll_y
            self.refit()

    def jump(self, line: float) -> None:
        """Scroll to a line without animation."""
        self.scroll_y = min(max(line, 0), self.max_scroll_y)

    def scroll_to(self, x: float | None = None, y: float | None = None, **_: object) -> None:  # noqa: ARG002
        """Scroll to a line; always without animation."""
        if y is not None:
            self.jump(y)

    # Painting

    def notify_style_update(self) -> None:
        """Resolve the colours again before the next paint, after styles changed."""
        super().notify_style_update()
        self._restyled = True

    def _fresh_palette(self) -> Palette:
        if self._palette is None or self._restyled:
            self._restyled = False
            palette = Palette.of(self)
            if self._palette is None or not palette.same_as(self._palette):
                self._palette = palette
                self._brushes.clear()
        return self._palette

    def _brush(self, view: MessageView | None, *, gap: bool = False) -> Brush:
        role = "" if view is None or gap else view.role
        current = bool(role) and view is not None and view.key == self.cursor and self.has_focus
        key = (role, current, self.size.width)
        brush = self._brushes.get(key)
        if brush is None:
            brush = self._brushes[key] = Brush(self._fresh_palette(), role, self.size.width, current=current)
        return brush

    def _strips(self, start: int, end: int) -> list[Strip]:
        """Paint the view's lines ``start`` to ``end``."""
        self._fresh_palette()
        selection = self.text_selection
        strips: list[Strip] = []
        for index, number, row in self._seen(start, end):
            view = self.store.views[index]
            brush = self._brush(view, gap=number == self.store.heights[index] - 1)
            marks = self._marks(view, index, number, selection) if row is not None else []
            if row is not None:
                row.painted_now()
            if row is None:
                strips.append(brush.blank)
            else:
                strips.append(brush.marked(row, marks) if marks else brush.strip(row))
        strips += [self._brush(None).blank] * (end - start - len(strips))
        return strips

    def _marks(self, view: MessageView, index: int, number: int, selection: Selection | None) -> list[Mark]:
        marks: list[Mark] = []
        palette = self._fresh_palette()
        if self.found is not None and self.found[0] == view.key:
            match = palette.styles["match"]
            marks += [Mark(part.start, part.end, match) for part in self.found[1] if part.row == number]
        span = None if selection is None else selection.get_span(position(index, number))
        if span is not None:
            start, end = span
            marks.append(Mark(start - GUTTER, end if end < 0 else max(end - GUTTER, 0), palette.selection))
        return marks

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint a region of the view; strips are complete, so Textual's own styling is skipped."""
        started = perf_counter()
        strips = self._strips(crop.y, crop.bottom)
        filters = self.app.get_line_filters()
        if filters:
            background = self.background_colors[1]
            for line_filter in filters:
                strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        self.paint_s = perf_counter() - started
        return strips

    def render_line(self, y: int) -> Strip:
        """Paint one line, with the offsets that a mouse selection needs."""
        strip = self._strips(y, y + 1)[0]
        for index, number, _ in self._seen(y, y + 1):
            return strip.apply_offsets(0, position(index, number))
        return strip

    # Pictures

    def _thumbnails(self, pictures: Pictures) -> Thumbnails:
        def start() -> None:
            start_worker(self, thumbnails.decode, group="thumbnails")

        def in_view(image: ImageSource) -> bool:
            seen = {index for index, _, _ in self._seen(0, self.page)}
            return any(image in self.store.views[index].entry.pictures for index in seen)

        thumbnails = Thumbnails(pictures, lambda: shows_pictures(self.app), start, in_view, self.picture_came)
        return thumbnails

    def picture_came(self, image: ImageSource) -> None:
        """Called when a picture is decoded, or cannot be; a subclass redraws it."""

    # Selection

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the exact text of a selection."""
        return selected_text(self.store.views, selection, self.store.width), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002
        """Repaint with the selection."""
        self.refresh()
