"""The help, over the conversation."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class HelpScreen(ModalScreen[None]):
    """Scrolls with the arrows; escape, F1 or q close it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter", "dismiss", "Close", show=False)]

    def __init__(self, text: Content) -> None:
        super().__init__(classes="-middle")
        self._text = text

    def compose(self) -> ComposeResult:
        """The text, scrolling."""
        with VerticalScroll(id="help"):
            yield Static(self._text)
