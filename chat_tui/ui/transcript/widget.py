"""The transcript widget: the current message, searching, and the navigation keys."""

from __future__ import annotations

from time import perf_counter
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message

from chat_tui.engine.ports import Pictures
from chat_tui.ui.transcript.contents import MessageList
from chat_tui.ui.transcript.message import SHOWN
from chat_tui.ui.transcript.painting import GUTTER
from chat_tui.ui.transcript.palette import CSS
from chat_tui.ui.transcript.places import rows_of, source_place
from chat_tui.ui.transcript.search import matches, may_hold
from chat_tui.ui.transcript.selection import place


class Transcript(MessageList, can_focus=True):
    """All messages of a conversation in one widget.

    It follows its end until the user scrolls up, and again when the user returns to the end.
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

    class FollowChanged(Message):
        """The view started or stopped following the end."""

        def __init__(self, transcript: Transcript, following: bool) -> None:
            self.transcript = transcript
            self.following = following
            super().__init__()

        @property
        def control(self) -> Transcript:
            """The transcript."""
            return self.transcript

    class Moved(Message):
        """The current message changed."""

        def __init__(self, transcript: Transcript, key: str) -> None:
            self.transcript = transcript
            self.key = key
            super().__init__()

        @property
        def control(self) -> Transcript:
            """The transcript."""
            return self.transcript

    class Chosen(Moved):
        """The user chose the current message with enter."""

    class CopyAsked(Message):
        """The user wants ``text`` copied: the exact text of the selection or of the current message."""

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
        pictures: Pictures | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(wrap_code=wrap_code, pictures=pictures, id=id)
        self._search: tuple[str, str, int] = ("", "", 0)

    def find(self, needle: str, *, backwards: bool = False) -> bool:
        """Go to the next match of ``needle`` from the current one, wrapping around, and highlight it.

        Args:
            needle: Text; case is ignored. "" removes the highlight.
            backwards: Search towards the first message.

        Returns:
            Whether there is a match.
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

    def mark(self, key: str, region: str, start: int, end: int) -> bool:
        """Go to a range of a message's exact text and highlight it like a search match.

        Args:
            key: The message.
            region: ``text``, ``reasoning``, ``call 0`` and so on, as in ``places.rows_of``.
            start: First character of the range.
            end: Index after the last character.

        Returns:
            Whether there is such a message.
        """
        view = self.view_of(key)
        if view is None:
            return False
        while view.fold != SHOWN:
            view.toggle_fold()
        match = rows_of(view, region, start, end, self.store.width)
        if view.live:
            self.following = False
        self.found = (key, match)
        self._reveal(key, match[0].row)
        self.refresh()
        return True

    def marked_place(self, key: str) -> tuple[str, int] | None:
        """Return region and character of a message's exact text where the selection begins, else the search match."""
        view, index = self.view_of(key), self.store.index(key)
        if view is None or index is None:
            return None
        selection = self.text_selection
        start = selection.start if selection is not None else None
        if start is not None and place(start.y)[0] == index:
            return source_place(view, place(start.y)[1], max(0, start.x - GUTTER), self.store.width)
        if self.found is not None and self.found[0] == key:
            return source_place(view, self.found[1][0].row, self.found[1][0].start, self.store.width)
        return None

    # The current message

    def watch_following(self, following: bool) -> None:
        """Notify the app."""
        self.post_message(self.FollowChanged(self, following))

    def watch_cursor(self, key: str | None) -> None:
        """Notify the app of the new current message."""
        self.refresh()
        if key is not None:
            self.post_message(self.Moved(self, key))

    def _reveal(self, key: str, row: int = 0) -> None:
        """Make a message the current one and scroll a row of it into view."""
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

    def show_message(self, key: str) -> None:
        """Make a message the current one and scroll it into view."""
        self._reveal(key)

    def on_focus(self) -> None:
        """Choose the last visible message as the current one, if there is none."""
        self._have_cursor()
        self.refresh()

    def contents_changed(self) -> None:
        """Choose a current message while the transcript has the focus, if there is none."""
        if self.has_focus:
            self._have_cursor()

    def _have_cursor(self) -> None:
        if self.store.index(self.cursor) is None and self.store.views:
            line = min(round(self.scroll_y) + self.page, self.store.heights.total) - 1
            self.cursor = self.store.views[self.store.heights.locate(line)[0]].key

    def on_blur(self) -> None:
        """Remove the highlight of the current message."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Make the message under the pointer the current one."""
        line = round(self.scroll_y) + event.y
        if line < self.store.heights.total and self.text_selection is None:
            self.cursor = self.store.views[self.store.heights.locate(line)[0]].key

    def action_message(self, step: int) -> None:
        """Go to the previous or next message; past the last one the key is passed on to the screen."""
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
        """Go to the end and follow it."""
        self.following = True
        if self.store.views:
            self.cursor = self.store.views[-1].key
        self.refit()

    def action_choose(self) -> None:
        """Notify the app that the current message was chosen."""
        if self.cursor is not None:
            self.post_message(self.Chosen(self, self.cursor))

    def action_copy(self) -> None:
        """Ask the app to copy."""
        self.post_message(self.CopyAsked(self, self.selected_or_current_text()))

    def action_markdown(self) -> None:
        """Switch the current message between Markdown and literal text."""
        if self.cursor is not None:
            self.toggle_markdown(self.cursor)

    def action_fold(self) -> None:
        """Fold the current message."""
        if self.cursor is not None:
            self.toggle_fold(self.cursor)
