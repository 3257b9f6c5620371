"""The help of one parameter, over the screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from chat_tui.ui.panel.editors.dialog import Dialog, line
from chat_tui.ui.panel.explanation import explain
from chat_tui.ui.panel.lines_view import LinesView
from chat_tui.ui.panel.rows import ParameterRow, Shown


class ExplainingScreen(Dialog[None]):
    """What the catalogue knows of a parameter; any of the closing keys leaves it."""

    DEFAULT_CSS = """
    ExplainingScreen {
        & > .dialog--box { height: 80%; max-height: 30; }
        & LinesView { height: 1fr; margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q,question_mark", "close", "Close", show=False)]

    def __init__(self, shown: Shown, row: ParameterRow) -> None:
        super().__init__()
        self._shown = shown
        self._row = row

    def compose(self) -> ComposeResult:
        """Name and title, the lines, the keys."""
        spec = self._row.spec
        with Vertical(classes="dialog--box"):
            yield line(spec.name + (f"  {spec.title}" if spec.title != spec.name else ""), "title")
            yield LinesView(explain(self._shown, self._row), id="lines")
            yield line("y copy · esc leave", "keys")
