"""The transcript widget: what it shows, how it grows, and the keys that move in it."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from chat_tui.ui.transcript.entries import Entry
from chat_tui.ui.transcript.message import MessageView
from chat_tui.ui.transcript.pacing import Pacing
from chat_tui.ui.transcript.palette import CSS
from chat_tui.ui.transcript.search import matches, may_hold
from chat_tui.ui.transcript.store import Store
from chat_tui.ui.transcript.view import MessageScroll


class Transcript(MessageScroll, can_focus=True):
    """All messages of a conversation in one widget.

    It follows its end until the user scrolls up, and again when the user comes back to the end.
    """

    DEFAULT_CSS = CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "message(-1)", "Previous message", show=False, id="transcript.previous"),
        Binding("down", "message(1)", "Next message", show=False, id="transcript.next"),
        Binding("k", "line(-1)", "Scroll up", show=False, id="transcript.line-up"),
        Binding("j", "line(1)", "Scroll down", show=False, id="transcript.line-down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="transcript.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="transcript.page-down"),
        Binding("home", "home", "First message", show=False, id="transcript.home"),
        Binding("end", "follow", "Follow the end", show=False, id="transcript.end"),
        Binding("enter", "choose", "Choose the message", show=False, id="transcript.choose"),
        Binding("y", "copy", "Copy", show=False, id="transcript.copy"),
        Binding("m", "markdown", "Markdown or literal text", show=False, id="transcript.markdown"),
        Binding("space", "fold", "Fold", show=False, id="transcript.fold"),
    ]

    class Moved(Message):
        """Another message is the current one."""

        def __init__(self, transcript: Transcript, key: str) -> None:
            self.transcript = transcript
            self.key = key
            super().__init__()

        @property
        def control(self) -> Transcript:
            """The transcript."""
            return self.transcript

    class Chosen(Moved):
        """The user chose the current message (enter)."""

    class CopyAsked(Message):
        """The user asked for ``text`` on the clipboard: the selection, or the current message, exact."""

        def __init__(self, transcript: Transcript, text: str) -> None:
            self.transcript = transcript
            self.text = text
            super().__init__()

        @property
        def control(self) -> Transcript:
            """The transcript."""
            return self.transcript

    def __init__(
        self,
        *,
        wrap_code: bool = True,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(wrap_code=wrap_code, name=name, id=id, classes=classes)
        self._timer: Timer | None = None
        self._pacing = Pacing()
        self._grown: set[str] = set()
        self._search: tuple[str, str, int] = ("", "", 0)

    # What is shown

    def show(self, entries: Sequence[Entry]) -> None:
        """Replace everything; the view goes to the end.

        Raises:
            ValueError: Two entries have the same key.
        """
        self.store = Store(entries, width=self.store.width, wrap_code=self.store.wrap_code)
        self._grown.clear()
        self.found = None
        if self.store.index(self.cursor) is None:
            self.cursor = None
        self.following = True
        self.refit()
        if self.has_focus:
            self._have_cursor()

    def append(self, entry: Entry) -> None:
        """Put a message at the end.

        Raises:
            ValueError: There is a message with this key.
        """
        self.store.append(entry)
        self.refit()
        if self.has_focus:
            self._have_cursor()

    def grow(self, key: str, text: str = "", reasoning: str = "") -> None:
        """Put streamed text at the end of a message; painted with the next frame. An unknown key is ignored."""
        view = self._view(key)
        if view is not None and (text or reasoning):
            view.grow(text, reasoning)
            self._grown.add(key)
            self._schedule()

    def update_entry(self, entry: Entry) -> None:
        """Show ``entry`` in place of the one with its key; its text is complete. An unknown key is ignored."""
        index = self.store.index(entry.key)
        if index is not None:
            self.store.views[index].update(entry)
            self._changed(index)

    def remove_entry(self, key: str) -> None:
        """Take a message out. An unknown key is ignored."""
        index = self.store.index(key)
        if index is not None:
            self.store.remove(index)
            self.cursor = None if self.cursor == key else self.cursor
            self.refit()

    def toggle_markdown(self, key: str) -> None:
        """Show a message as Markdown or literally. An unknown key is ignored."""
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
        """The exact text of the selection, or else of the current (or the last) message; "" where there is none."""
        selection = self.text_selection
        if selection is not None:
            found = self.get_selection(selection)
            return found[0] if found else ""
        view = self._view(self.cursor)
        if view is None and self.store.views:
            view = self.store.views[-1]
        return view.entry.text if view is not None else ""

    def find(self, needle: str, *, backwards: bool = False) -> bool:
        """Go to the next place (from the current one, around the end) where ``needle`` is shown, and mark it.

        Args:
            needle: Text; case does not matter. "" takes the mark away.
            backwards: Towards the first message.

        Returns:
            Whether there is one.
        """
        wanted = needle.casefold()
        self.found = None
        self.refresh()
        views = self.store.views
        if not wanted or not views:
            return False
        last, key, number = self._search
        start = self.store.index(self.cursor)
        start = len(views) - 1 if start is None else start
        again = last == wanted and key == views[start].key
        step = -1 if backwards else 1
        for distance in range(len(views) + 1):
            view = views[(start + step * distance) % len(views)]
            if not may_hold(view, wanted):
                continue
            found = matches(view, wanted, self.store.width)
            first = 0 if step > 0 else len(found) - 1
            at = number + step if again and distance == 0 else first
            if 0 <= at < len(found):
                self._search = (wanted, view.key, at)
                self.found = (view.key, found[at])
                self._reveal(view.key, found[at][0].row)
                return True
        return False

    # Growth

    def _view(self, key: str | None) -> MessageView | None:
        index = self.store.index(key)
        return None if index is None else self.store.views[index]

    def _changed(self, index: int) -> None:
        """A message is another one now: lay it out if it is in view, else note its height."""
        if not self._in_view(index):
            self.store.estimate(index)
        self.refit()

    def _in_view(self, index: int) -> bool:
        top = self.store.heights.top(index)
        return top < self.scroll_y + self.page and top + self.store.heights[index] > self.scroll_y

    def on_unfinished(self) -> None:
        """Go on with the layout in the next frame."""
        self._schedule()

    def _schedule(self) -> None:
        if self._timer is None and self.is_attached:
            self._timer = self.set_timer(max(self._pacing.delay(perf_counter()), 0.001), self._flush)

    def _flush(self) -> None:
        """Paint what has grown since the last frame."""
        self._timer = None
        started = perf_counter()
        for key in self._grown:
            index = self.store.index(key)
            if index is not None and not self.following and not self._in_view(index):
                self.store.estimate(index)
        self._grown.clear()
        self.refit()
        self._pacing.painted(started, perf_counter() - started + self.paint_s)

    # The current message

    def watch_cursor(self, key: str | None) -> None:
        """Tell the app which message is the current one."""
        self.refresh()
        if key is not None:
            self.post_message(self.Moved(self, key))

    def _reveal(self, key: str, row: int = 0) -> None:
        """Make a message the current one and bring a row of it into view."""
        self.cursor = key
        index = self.store.index(key)
        if index is None:
            return
        self.store.lay_out(index, perf_counter() + 1.0)
        top, height = self.store.heights.top(index), self.store.heights[index]
        line = top + row
        if row == 0 and height <= self.page:
            if top < self.scroll_y:
                self.jump(top)
            elif top + height > self.scroll_y + self.page:
                self.jump(top + height - self.page)
        elif not self.scroll_y <= line < self.scroll_y + self.page - 1:
            self.jump(line if row == 0 else line - self.page // 3)
        self.refit()

    def on_focus(self) -> None:
        """Have a current message: the last one in view."""
        self._have_cursor()
        self.refresh()

    def _have_cursor(self) -> None:
        if self.store.index(self.cursor) is None and self.store.views:
            line = min(round(self.scroll_y) + self.page, self.store.heights.total) - 1
            self.cursor = self.store.views[self.store.heights.locate(line)[0]].key

    def on_blur(self) -> None:
        """The current message looks like the others."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Make the message under the pointer the current one."""
        line = round(self.scroll_y) + event.y
        if line < self.store.heights.total and self.text_selection is None:
            self.cursor = self.store.views[self.store.heights.locate(line)[0]].key

    def action_message(self, step: int) -> None:
        """Go to the previous or next message; past the last one the key is left to the screen."""
        views = self.store.views
        index = self.store.index(self.cursor)
        target = len(views) - 1 if index is None else index + step
        if target >= len(views) or not views:
            raise SkipAction
        self._reveal(views[max(target, 0)].key)

    def action_line(self, step: int) -> None:
        """Scroll by one line."""
        self.jump(self.scroll_y + step)

    def action_page(self, step: int) -> None:
        """Scroll by one page, with two lines of overlap."""
        self.jump(self.scroll_y + step * max(self.page - 2, 1))

    def action_home(self) -> None:
        """Go to the first message."""
        if self.store.views:
            self.jump(0)
            self._reveal(self.store.views[0].key)

    def action_follow(self) -> None:
        """Go to the end and stay there."""
        self.following = True
        if self.store.views:
            self.cursor = self.store.views[-1].key
        self.refit()

    def action_choose(self) -> None:
        """Tell the app that the current message was chosen."""
        if self.cursor is not None:
            self.post_message(self.Chosen(self, self.cursor))

    def action_copy(self) -> None:
        """Ask the app to copy."""
        self.post_message(self.CopyAsked(self, self.selected_or_current_text()))

    def action_markdown(self) -> None:
        """Show the current message as Markdown or literally."""
        if self.cursor is not None:
            self.toggle_markdown(self.cursor)

    def action_fold(self) -> None:
        """Fold the current message."""
        if self.cursor is not None:
            self.toggle_fold(self.cursor)
