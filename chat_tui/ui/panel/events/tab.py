"""The Events tab: gaps, the event list and one event in detail, with the keys that act on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Self

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from chat_tui.domain.arrivals import raw_text
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.ui.actions import bindings
from chat_tui.ui.notes import copy_text
from chat_tui.ui.panel.editing_keys import run_own_binding
from chat_tui.ui.panel.events.detail import DetailTitle, EventDetail
from chat_tui.ui.panel.events.head_view import EventsHead
from chat_tui.ui.panel.events.legend import EventKeys
from chat_tui.ui.panel.events.list_view import EventList
from chat_tui.ui.panel.events.stream import EventStream
from chat_tui.ui.panel.line_draft import LineDraft

_SLICE_S: Final = 0.008
"""Maximum time a filter runs before control returns to the event loop."""
_PAUSE_S: Final = 0.005
_END: Final = 10**9


class EventsTab(Widget):
    """Shows every event and comment of one exchange as it arrives."""

    DEFAULT_CSS = """
    EventsTab {
        layout: vertical;
        background: $surface;
        & > EventList { height: 1fr; }
        & > EventDetail { height: 8; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", f"move(-{_END})", show=False),
        Binding("end", f"move({_END})", show=False),
        Binding("left", "column(-1)", show=False),
        Binding("right", "column(1)", show=False),
        *bindings("events"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.stream = EventStream()
        """The stream that is shown."""
        self.list = EventList(self.stream)
        self._head = EventsHead()
        self._title = DetailTitle()
        self._detail = EventDetail()
        self._legend = EventKeys()
        self._key = ""
        self._filtering = False
        self._detailed: tuple[object, bool] = (None, False)

    def compose(self) -> ComposeResult:
        """Compose the parts from top to bottom."""
        yield self._head
        yield self.list
        yield self._title
        yield self._detail
        yield self._legend

    def focus(self, scroll_visible: bool = True) -> Self:
        """Focus the list."""
        self.list.focus(scroll_visible)
        return self

    @property
    def place(self) -> int | None:
        """The index of the arrival under the cursor."""
        return self.list.place

    @property
    def event_number(self) -> int | None:
        """Number of the event under the cursor, counted from 0; None for a comment or without rows."""
        place = self.place
        return None if place is None else self.stream.arrivals.numbers[place]

    def show(self, stream_events: Sequence[StreamEvent], comments: Sequence[Comment], key: str = "") -> None:
        """Show everything that has arrived so far; only new items are processed.

        Args:
            stream_events: All events, a list that only grows.
            comments: All comments, likewise.
            key: Identifies the exchange; if it changes, the list starts over.
        """
        if key != self._key or not self.stream.arrivals.extends(stream_events, comments):
            self._key = key
            chosen, self.stream = self.stream.filter_text, EventStream()
            self.stream.set_filter(chosen)
            self.stream.take(stream_events, comments)
            self.list.show(self.stream)
        elif not self.stream.take(stream_events, comments):
            return
        self._advance()

    def set_filter(self, text: str) -> None:
        """Filter the events by a text."""
        self.stream.set_filter(text)
        self._advance(refiltered=True)

    def go_to_event(self, number: int) -> None:
        """Move the cursor to an event, counted from 0; a filter that would hide it is removed."""
        place = self.stream.arrivals.places[number]
        row = self.stream.row_of(place)
        if self.stream.filtered and (row >= self.stream.rows or self.stream.place_of(row) != place):
            self.stream.set_filter("")
        self.list.update()
        self.list.go_to(place)

    # Keys

    async def on_key(self, event: events.Key) -> None:
        """Pass keys to the filter being typed; else run this tab's own bindings here, in the order of the keys."""
        if self._head.draft is not None and self._typed(event.key, event.character):
            event.stop()
            event.prevent_default()
            return
        if event.key == "escape" and self.stream.filter_text:
            event.stop()
            self.set_filter("")
            return
        await run_own_binding(self, event)

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the filter being typed."""
        if self._head.draft is not None:
            event.stop()
            self._draft_to(self._head.draft.typed(" ".join(event.text.split())))

    def on_descendant_focus(self) -> None:
        """Show the active key bindings, which include the user's own."""
        self._legend.tell(self.screen.active_bindings)

    def on_descendant_blur(self) -> None:
        """Accept the typed filter."""
        self._end_draft()

    def action_find(self) -> None:
        """Start typing a filter."""
        self.list.focus()
        self._draft_to(LineDraft.of(self.stream.filter_text))

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.list.move_by(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        self.list.move_by(pages * self.list.page())

    def action_column(self, step: int) -> None:
        """Go to the longest gap in the next column of the plot, or in the previous one."""
        place = self.place
        span, peaks = self.stream.gaps.columns(self._head.columns)
        if place is not None and peaks:
            self.list.go_to(peaks[max(0, min(len(peaks) - 1, place // span + step))].place)

    def action_longest(self) -> None:
        """Go to the longest gap."""
        if self.stream.gaps.longest is not None:
            self.list.go_to(self.stream.gaps.longest.place)

    def action_toggle_raw(self) -> None:
        """Switch between raw data and contributions."""
        self.list.raw = not self.list.raw
        self.list.refresh()
        self._tell_place()

    def action_copy(self) -> None:
        """Copy the current event's data to the terminal's clipboard."""
        if (place := self.place) is not None:
            copy_text(self, raw_text(self.stream.item(place)))

    def _typed(self, key: str, character: str | None) -> bool:
        """Apply a key to the filter; return whether it was handled."""
        draft = self._head.draft
        if draft is None:
            return False
        if key == "escape":
            self._end_draft()
            self.set_filter("")
        elif key in ("enter", "up", "down", "tab"):
            self._end_draft()
            return key == "enter"
        elif (edited := draft.pressed(key, character)) is not None:
            self._draft_to(edited)
        else:
            return False
        return True

    def _draft_to(self, draft: LineDraft) -> None:
        self._head.draft = draft
        self._legend.typing(True)
        if draft.text != self.stream.filter_text:
            self.set_filter(draft.text)
        self._head.refresh()

    def _end_draft(self) -> None:
        if self._head.draft is not None:
            self._head.draft = None
            self._legend.typing(False)
            self._head.refresh()

    # Updates after changes of the stream and the cursor

    def _advance(self, *, refiltered: bool = False) -> None:
        """Filter for one time slice and show the progress; the rest follows after the next paint."""
        done = self.stream.advance(_SLICE_S)
        if refiltered:
            self.list.refilter()
        else:
            self.list.update()
        if not done and not self._filtering:
            self._filtering = True
            self.set_timer(_PAUSE_S, self._go_on)

    def _go_on(self) -> None:
        self._filtering = False
        self._advance()

    @on(EventList.Moved)
    def _moved(self, event: EventList.Moved) -> None:
        event.stop()
        self._tell_place()

    @on(EventsHead.FilterAsked)
    def _filter_asked(self, event: EventsHead.FilterAsked) -> None:
        event.stop()
        self.action_find()

    @on(EventsHead.Picked)
    def _picked(self, event: EventsHead.Picked) -> None:
        event.stop()
        self.list.focus()
        self.list.go_to(event.place)

    def _tell_place(self) -> None:
        place, stream, raw = self.place, self.stream, self.list.raw
        self._head.show(stream, place)
        item = None if place is None else stream.item(place)
        if self._detailed == (item, raw) and item is self._detailed[0]:
            return
        self._detailed = (item, raw)
        if place is None or item is None:
            self._title.show("", "")
            self._detail.show(None, (), raw=raw)
            return
        number = stream.arrivals.numbers[place]
        named = "comment" if number is None else f"event {number + 1:,}"
        size = len(raw_text(item).encode("utf-8", "replace"))
        self._title.show(f"{named} · {item.at_s:.3f} s · {size:,} bytes", "raw" if raw else "parsed")
        self._detail.show(item, stream.meaning(place), raw=raw)

    def on_resize(self, event: events.Resize) -> None:
        """Divide the height among the parts."""
        height = event.size.height
        plot = 3 if height >= 30 else 2 if height >= 18 else 0
        self._head.styles.height = 2 + plot if height >= 12 else 1
        shown = height >= 15
        self._title.display = self._detail.display = shown
        self._detail.styles.height = max(4, height * 2 // 5 - 2) if height >= 30 else max(3, height // 4)
