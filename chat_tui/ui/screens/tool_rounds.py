"""Asks whether the model may continue after many successive replies that call tools."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.tool_bounds import ROUNDS
from chat_tui.ui.screens.overlay import Overlay


class ToolRounds(Overlay[bool]):
    """Returns True to continue, False to stop.

    Args:
        count: Number of replies with tool calls since the user's last message.
        again: The key that requests a reply later.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "go_on", "Go on", show=False),
        Binding("n,enter", "leave", "Stop here", show=False),
    ]
    DEFAULT_CSS = """
    ToolRounds .window { padding: 1 2; }
    ToolRounds #rounds-words { margin: 1 0; height: auto; }
    """

    def __init__(self, count: int, again: str) -> None:
        super().__init__()
        self._count = count
        self._again = again

    def compose(self) -> ComposeResult:
        """Compose the question, the facts and the keys."""
        words = (
            f"It has called tools in {self._count} replies in a row without a message from you. "
            "Your tool results are saved; nothing was sent."
        )
        with Vertical(classes="window"):
            yield Static(Content("Let the model continue?"), classes="title")
            yield Static(Content(words), id="rounds-words")
            yield Static(
                Content.assemble(
                    ("g              ", "$accent"),
                    (f"continue, for up to {ROUNDS} more\n", "$foreground 70%"),
                    ("n, esc, enter  ", "$accent"),
                    (f"stop here; {self._again} continues later", "$foreground 70%"),
                )
            )

    def action_go_on(self) -> None:
        """Continue."""
        self.dismiss(True)

    def action_leave(self) -> None:
        """Stop without sending."""
        self.dismiss(False)
