"""A text area that parses its text: at once while it is short, after a pause in typing if it is long."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from chat_tui.domain.counts import counted
from chat_tui.domain.data_folding import DataAside
from chat_tui.domain.json_values import UNSET, Json, Unset, json_type
from chat_tui.ui.panel.editors.literal_area import LiteralTextArea
from chat_tui.ui.panel.editors.texts import Fault, Form

_SHORT = 2_000
"""Texts up to this many characters are parsed within a fraction of a frame."""
_PAUSE_S = 0.25


class Written(Vertical):
    """A value as text. Invalid text is left as it is and has a ``Fault`` with its position."""

    DEFAULT_CSS = """
    Written {
        height: 1fr;
        & TextArea, & TextArea:focus { height: 1fr; border: none; padding: 0 1; background: $foreground 5%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    class Told(Message):
        """The text was parsed."""

        def __init__(self, text: str, *, fault: bool) -> None:
            super().__init__()
            self.text = text
            """A summary of the value, or the error."""
            self.fault = fault

    def __init__(
        self,
        form: Form,
        value: Json | Unset,
        *,
        check: Callable[[Json], str] | None = None,
        blank: bool = False,
        start: str = "",
    ) -> None:
        """Create the area.

        Args:
            form: The text format.
            value: The initial value.
            check: Returns a further error of a value, in words; empty if there is none.
            blank: Whether empty text means no value instead of an error.
            start: Initial text if there is no value yet.
        """
        super().__init__()
        self._form = form
        self._aside = DataAside()
        self._check = check
        self._blank = blank
        self._before = self._text_of(value)
        self._start = self._before if not isinstance(value, Unset) else start
        self._timer: Timer | None = None
        self._read: tuple[str, Json | Unset | Fault] | None = None

    def compose(self) -> ComposeResult:
        """Compose the text area."""
        yield LiteralTextArea(self._start, show_line_numbers=True, tab_behavior="indent", id="text")

    @property
    def area(self) -> TextArea:
        """The text area."""
        return self.query_one("#text", TextArea)

    @property
    def changed(self) -> bool:
        """Whether the text differs from that of the original value."""
        return self.area.text != self._before

    @property
    def touched(self) -> bool:
        """Whether the text differs from the initial one."""
        return self.area.text != self._start

    def on_mount(self) -> None:
        """Put the cursor at the end of the text."""
        self.area.move_cursor(self.area.document.end)
        self._tell()

    def read(self) -> Json | Unset | Fault:
        """Return the value of the current text; parsed once per text."""
        text = self.area.text
        if self._read is None or self._read[0] != text:
            self._read = (text, UNSET if self._blank and not text.strip() else self._value_of(text))
        return self._read[1]

    def show(self, value: Json | Unset) -> None:
        """Restart with another value."""
        self._before = self._start = self._text_of(value)
        self.area.text = self._before
        self.area.move_cursor(self.area.document.end)
        self._tell()

    def change(self, value: Json) -> None:
        """Replace the value; the area's own undo reverts it."""
        self.area.replace(self._text_of(value), (0, 0), self.area.document.end)
        self._tell()

    def go_to(self, fault: Fault) -> None:
        """Move the cursor to an error."""
        self._tell()
        self.area.move_cursor((fault.line - 1, fault.column - 1))
        self.area.focus()

    def _text_of(self, value: Json | Unset) -> str:
        """Format a value, with placeholders for long data: a text area slows down with its length."""
        return "" if isinstance(value, Unset) else self._form.write(self._aside.put(value))

    def _value_of(self, text: str) -> Json | Fault:
        read = self._form.read(text)
        return read if isinstance(read, Fault) else self._aside.restore(read)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Told("", fault=False))
        if self._timer is not None:
            self._timer.stop()
        if self.area.document.end[0] < _SHORT // 20 and len(self.area.text) < _SHORT:
            self._tell()
        else:
            self._timer = self.set_timer(_PAUSE_S, self._tell)

    def _tell(self) -> None:
        value = self.read()
        if isinstance(value, Fault):
            blank = not self.area.text.strip()
            self.post_message(self.Told("" if blank else value.sentence(), fault=True))
            return
        wrong = self._check(value) if self._check is not None and not isinstance(value, Unset) else ""
        self.post_message(self.Told(wrong or measure(value), fault=bool(wrong)))


def measure(value: Json | Unset) -> str:
    """Describe a value in a few words."""
    if isinstance(value, Unset):
        return "empty: not sent"
    if isinstance(value, str):
        return counted(len(value), "character")
    if isinstance(value, list):
        return counted(len(value), "entry", "entries")
    if isinstance(value, dict):
        return counted(len(value), "member")
    return json_type(value)
