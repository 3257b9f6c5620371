"""The help screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from chat_tui.ui.panel.lines_view import Drawable, LinesView
from chat_tui.ui.screens.overlay import Overlay


class HelpScreen(Overlay[None]):
    """Scrolls with the arrow keys; escape, F1, q or enter close it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,q,enter", "leave", "Close", show=False)]

    DEFAULT_CSS = """
    HelpScreen .window { width: 90; padding: 1; }
    HelpScreen LinesView { height: auto; max-height: 100%; }
    """

    def __init__(self, lines: Sequence[Drawable]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Compose the scrolling lines."""
        with Vertical(classes="window"):
            yield LinesView(self._lines)
