"""The search line for the transcript."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from chat_tui.ui.widgets.line_input import LineInput


class FindBar(Horizontal):
    """Enter finds the next match; escape closes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", show=False)]

    DEFAULT_CSS = """
    FindBar { height: 1; background: $surface; padding: 0 1; }
    FindBar #find-mark { width: 6; color: $foreground 60%; }
    FindBar #find-said { width: auto; color: $warning; }
    FindBar LineInput { width: 1fr; background: $surface; }
    """

    class Asked(Message):
        """Search for a text, from the cursor on."""

        def __init__(self, needle: str) -> None:
            super().__init__()
            self.needle = needle

    class Closed(Message):
        """The search line was closed."""

    def compose(self) -> ComposeResult:
        """Compose the label, the input and the result."""
        yield Static(Content("find"), id="find-mark")
        yield LineInput(placeholder="enter: next · esc: close", id="find-line")
        yield Static(Content(""), id="find-said")

    def say(self, text: str) -> None:
        """Show the result of the search."""
        self.query_one("#find-said", Static).update(Content(text))

    def on_mount(self) -> None:
        """Focus the input."""
        self.focus_line()

    def focus_line(self) -> None:
        """Focus the input."""
        self.query_one(LineInput).focus()

    def action_close(self) -> None:
        """Close the search line."""
        self.post_message(self.Closed())

    @on(LineInput.Submitted)
    def _submitted(self, event: LineInput.Submitted) -> None:
        event.stop()
        if event.value:
            self.post_message(self.Asked(event.value))
