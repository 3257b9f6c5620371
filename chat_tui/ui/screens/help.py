"""The help, over the conversation."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from chat_tui.ui.screens.overlay import Overlay


class HelpScreen(Overlay[None]):
    """Scrolls with the arrows; escape, F1 or q close it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter", "dismiss", "Close", show=False)]

    DEFAULT_CSS = """
    HelpScreen .window { width: 90; padding: 1 2; }
    """

    def __init__(self, text: Content) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The text, scrolling."""
        with VerticalScroll(classes="window"):
            yield Static(self._text)
