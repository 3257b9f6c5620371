"""A question with a one-line answer."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from chat_tui.ui.literal import literal
from chat_tui.ui.screens.overlay import Overlay
from chat_tui.ui.widgets.line_input import LineInput


class Ask(Overlay[str | None]):
    """Returns the text, or None if cancelled with escape."""

    DEFAULT_CSS = "Ask .title { height: auto; text-wrap: wrap; }"  # a long question continues on the next line

    def __init__(self, question: str, answer: str = "") -> None:
        super().__init__()
        self._question = question
        self._answer = answer

    def compose(self) -> ComposeResult:
        """Compose the question, its input line and the keys."""
        with Vertical(classes="window"):
            yield Static(literal(self._question), classes="title")
            yield LineInput(self._answer, id="ask-line")
            yield Static(Content("enter confirm · esc cancel"), classes="quiet")

    @on(LineInput.Submitted)
    def _answered(self, event: LineInput.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)
