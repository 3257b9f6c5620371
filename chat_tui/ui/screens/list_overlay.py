"""Base of filtered lists: the filter input has the focus, the arrow and page keys move the list's cursor."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.binding import Binding, BindingType

from chat_tui.ui.screens.overlay import Overlay


class ListOverlay(Overlay[str | None]):
    """Returns the value of the chosen item, or None. Its keys take precedence over those of the filter input."""

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
