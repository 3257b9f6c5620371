"""Base of the lists over the conversation: the filter has the focus, the arrow and page keys move the list's cursor."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.binding import Binding, BindingType

from chat_tui.ui.screens.overlay import Overlay


class ListOverlay(Overlay[str | None]):
    """Answers with the value of the chosen line, or None. Its keys come before those of the filter's input."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]

    @abstractmethod
    def action_move(self, lines: int) -> None:
        """Move the cursor by a number of lines; negative: up."""

    @abstractmethod
    def action_page(self, pages: int) -> None:
        """Move the cursor by a number of pages; negative: up."""
