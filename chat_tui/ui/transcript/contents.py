"""The messages of the transcript view: replaced, appended, grown and updated; streamed text is painted in frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from textual.timer import Timer

from chat_tui.domain.pictures import ImageSource
from chat_tui.engine.ports import Pictures
from chat_tui.ui.transcript.entries import Entry
from chat_tui.ui.transcript.message import MessageView
from chat_tui.ui.transcript.pacing import Pacing
from chat_tui.ui.transcript.store import Store
from chat_tui.ui.transcript.view import MessageScroll

COVERED_S = 0.4
"""Time between two frames while a dialog covers the conversation: each frame repaints the whole dimmed screen."""


class MessageList(MessageScroll, can_focus=True):
    """A scrolling view whose messages can be replaced, appended, grown and updated."""

    def __init__(
        self,
        *,
        wrap_code: bool = True,
        pictures: Pictures | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(wrap_code=wrap_code, pictures=pictures, id=id)
        self._timer: Timer | None = None
        self._pacing = Pacing()
        self._grown: set[str] = set()

    def show(self, entries: Sequence[Entry]) -> None:
        """Replace all messages.

        The view scrolls to the end, unless the user had scrolled away and the message on the top line still exists. The
        state of messages that stay (same key, or same text at the same position) is kept.

        Raises:
            ValueError: Two entries have the same key.
        """
        anchor = None if self.following else self.store.anchor(round(self.scroll_y))
        old = self.store
        self.store = Store(entries, width=old.width, wrap_code=old.wrap_code, thumbnails=old.thumbnails, old=old)
        self._grown.clear()
        self.found = None
        if self.store.index(self.cursor) is None:
            self.cursor = None
        if anchor is not None and self.store.index(anchor[0]) is not None:
            self.put_on_top(anchor)
        else:
            self.following = True
        self.refit()
        self.contents_changed()

    def append(self, entry: Entry) -> None:
        """Append a message.

        Raises:
            ValueError: There is a message with this key.
        """
        self.store.append(entry)
        self.refit()
        self.contents_changed()

    def grow(
        self, key: str, text: str = "", reasoning: str = "", calls: Callable[[], tuple[str, ...]] | None = None
    ) -> None:
        """Append streamed text to a message; it is painted with the next frame. An unknown key is ignored.

        ``calls`` returns the current tool calls and is called at painting.
        """
        view = self.view_of(key)
        if view is not None and (text or reasoning or calls):
            view.grow(text, reasoning, calls)
            self._grown.add(key)
            self._schedule()

    def update_entry(self, entry: Entry) -> None:
        """Replace the entry with the same key; its text is complete. An unknown key is ignored."""
        index = self.store.index(entry.key)
        if index is not None:
            self.store.views[index].update(entry)
            self._changed(index)

    def toggle_markdown(self, key: str) -> None:
        """Switch a message between Markdown and literal text. An unknown key is ignored."""
        index = self.store.index(key)
        if index is not None:
            self.store.views[index].toggle_markdown()
            self._changed(index)

    def toggle_fold(self, key: str) -> None:
        """Fold a message: first its reasoning, then all but the head, then nothing. An unknown key is ignored."""
        index = self.store.index(key)
        if index is not None:
            self.store.views[index].toggle_fold()
            self._changed(index)

    def selected_or_current_text(self) -> str:
        """Return the exact text of the selection, else of the current or last message; "" if there is none."""
        selection = self.text_selection
        if selection is not None:
            found = self.get_selection(selection)
            return found[0] if found else ""
        view = self.view_of(self.cursor)
        if view is None and self.store.views:
            view = self.store.views[-1]
        return view.entry.text if view is not None else ""

    def contents_changed(self) -> None:
        """Called after messages were added; a subclass may choose the current message."""

    def view_of(self, key: str | None) -> MessageView | None:
        """Return the view of the message with that key."""
        index = self.store.index(key)
        return None if index is None else self.store.views[index]

    def picture_came(self, image: ImageSource) -> None:
        """Redraw the messages that show this picture."""
        for index, view in enumerate(self.store.views):
            if view.redraw(image):
                self._changed(index)

    def _changed(self, index: int) -> None:
        """Update after a message changed: lay it out if it is visible, else estimate its height."""
        if not self._in_view(index):
            self.store.estimate(index)
        self.refit()

    def _in_view(self, index: int) -> bool:
        top = self.store.heights.top(index)
        return top < self.scroll_y + self.page and top + self.store.heights[index] > self.scroll_y

    def on_unfinished(self) -> None:
        """Continue the layout in the next frame."""
        self._schedule()

    def _schedule(self) -> None:
        if self._timer is None and self.is_attached:
            least = 0.001 if self.screen.is_active else COVERED_S
            self._timer = self.set_timer(max(self._pacing.delay(perf_counter()), least), self._flush)

    def _flush(self) -> None:
        """Paint what has arrived since the last frame."""
        self._timer = None
        started = perf_counter()
        for key in self._grown:
            index = self.store.index(key)
            if index is not None and not self.following and not self._in_view(index):
                self.store.estimate(index)
        self._grown.clear()
        self.refit()
        self._pacing.painted(started, perf_counter() - started + self.paint_s)
