"""The composer: the input for messages; it grows with the text and is independent of what sending does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from chat_tui.ui.actions import bindings
from chat_tui.ui.pastes import Pastes
from chat_tui.ui.recall import Recall
from chat_tui.ui.widgets.editing_area import EditingArea

WRITE = "Message, or / for commands"
"""Placeholder of the empty composer."""

ANSWER_CALLS = "The model called a tool: {} answers; nothing runs by itself"
"""Placeholder, with the key that sends, while tool calls of the last message wait for an answer."""


class Composer(EditingArea):
    """A text area of one to eight lines. Enter is handled by the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("composer"),
        Binding("escape", "screen.do('stop')", "Stop", show=False, id="stop"),
        Binding("ctrl+z", "undo", "Undo", show=False, id="undo"),
        Binding("ctrl+y", "redo", "Redo", show=False, id="redo"),
        Binding("ctrl+c", "copy", "Copy", show=False, id="copy"),
    ]
    """Those with the id of an action of the screen follow the user's key for it, also a key that would edit text."""

    DEFAULT_CSS = """
    Composer {
        height: auto;
        min-height: 1;
        max-height: 8;
        width: 1fr;
        border: none;
        padding: 0;
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        &:focus { border: none; background-tint: transparent 0%; }
        & .text-area--cursor-line { background: transparent; }
        & .text-area--placeholder { color: $foreground 45%; }
    }
    """

    class Edited(Message):
        """The text changed, by the user or by the program."""

    class Leave(Message):
        """Up was pressed in an empty composer, to go to the transcript."""

    class Turned(Message):
        """Left or right was pressed in an empty composer."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class CompletionAsked(Message):
        """Tab was pressed to complete the word before the cursor; with ``backward``, shift+tab."""

        def __init__(self, backward: bool) -> None:
            super().__init__()
            self.backward = backward

    class Erased(Message):
        """Backspace was pressed at the start of the text."""

    class Pasted(Message):
        """Text was pasted and inserted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(
        self,
        history: Callable[[], Sequence[str]] = tuple,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(
            id=id,
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder=WRITE,
        )
        self.cursor_blink = False
        self._pastes = Pastes()
        self._history = history

    @cached_property
    def _recall(self) -> Recall:
        return Recall(self._history())

    @property
    def whole_text(self) -> str:
        """The text to be sent, with large pastes expanded."""
        return self._pastes.expand(self.text)

    def put(self, text: str) -> None:
        """Replace the text and put the cursor at its end; a very large text is shown as a placeholder."""
        self.load_text(self._pastes.shorten(text))
        self.move_cursor(self.document.end)

    def empty(self) -> None:
        """Clear the text after it was sent."""
        self.load_text("")
        self._pastes.clear()

    def remember(self, text: str) -> None:
        """Add a sent prompt to the history."""
        self._recall.add(text)

    def recall_previous(self) -> None:
        """Show the previous prompt."""
        self._show_recalled(self._recall.previous(self.whole_text))

    def recall_next(self) -> None:
        """Show the next prompt, after the last one the text that was being typed."""
        self._show_recalled(self._recall.next())

    def action_cursor_up(self, select: bool = False) -> None:
        """Move up; from the first line to earlier prompts, from an empty composer to the transcript."""
        if select or self.wrapped_document.location_to_offset(self.cursor_location).y > 0:
            super().action_cursor_up(select)
        elif self.text or self._recall.walking:
            self.recall_previous()
        else:
            self.post_message(self.Leave())

    def action_cursor_down(self, select: bool = False) -> None:
        """Move down; from the last line to later prompts."""
        last = self.wrapped_document.height - 1
        if select or self.wrapped_document.location_to_offset(self.cursor_location).y < last:
            super().action_cursor_down(select)
        else:
            self.recall_next()

    def action_cursor_left(self, select: bool = False) -> None:
        """Move left; in an empty composer post ``Turned``."""
        if self.text:
            super().action_cursor_left(select)
        else:
            self.post_message(self.Turned(-1))

    def action_cursor_right(self, select: bool = False) -> None:
        """Move right; in an empty composer post ``Turned``."""
        if self.text:
            super().action_cursor_right(select)
        else:
            self.post_message(self.Turned(1))

    def action_undo(self) -> None:
        """Undo typing; if there is nothing to undo, the key is passed on to the screen."""
        if not self.history.undo_stack:
            raise SkipAction
        super().action_undo()

    def action_redo(self) -> None:
        """Redo typing; if there is nothing to redo, the key is passed on to the screen."""
        if not self.history.redo_stack:
            raise SkipAction
        super().action_redo()

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("tab", "shift+tab") and self.text.startswith("/"):
            event.stop()
            event.prevent_default()
            self.post_message(self.CompletionAsked(event.key == "shift+tab"))
            return
        if event.is_printable or event.key in ("backspace", "delete"):
            self._recall.leave()
        if event.key == "backspace" and self.selection == Selection.cursor((0, 0)):
            self.post_message(self.Erased())
        await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        shown = self._pastes.shorten(event.text.replace("\r\n", "\n").replace("\r", "\n"))
        if result := self._replace_via_keyboard(shown, *self.selection):
            self.move_cursor(result.end_location)
        self.post_message(self.Pasted(event.text))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Convert the message to ``Edited``."""
        event.stop()
        self.post_message(self.Edited())

    def _show_recalled(self, text: str | None) -> None:
        if text is not None:
            self.put(text)
