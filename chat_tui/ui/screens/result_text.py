"""A text area for a tool's result."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from chat_tui.ui.literal import literal
from chat_tui.ui.panel.editors.literal_area import LiteralTextArea
from chat_tui.ui.screens.overlay import Overlay


class ResultText(Overlay[str | None]):
    """Returns the text, which may be empty, or None if cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False, priority=True),
        Binding("ctrl+s", "take", "Take it", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    ResultText .window { width: 90%; max-width: 100; }
    ResultText LiteralTextArea, ResultText LiteralTextArea:focus {
        height: 12; border: none; padding: 0 1; background: $foreground 5%;
    }
    """

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Compose the title, the text area and the keys."""
        with Vertical(classes="window"):
            yield Static(literal(self._title), classes="title")
            yield LiteralTextArea(self._text, id="result-text")
            yield Static(Content("ctrl+s save · esc cancel"), classes="quiet")

    def action_take(self) -> None:
        """Return the text."""
        self.dismiss(self.query_one(LiteralTextArea).text)

    def action_leave(self) -> None:
        """Cancel."""
        self.dismiss(None)
