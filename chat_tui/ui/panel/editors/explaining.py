"""The help of one parameter."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from chat_tui.catalogue.forms import load_forms
from chat_tui.ui.panel.editors.dialog import Dialog, line
from chat_tui.ui.panel.explanation import explain
from chat_tui.ui.panel.lines_view import LinesView
from chat_tui.ui.panel.rows import ParameterRow, Shown


class ExplainingScreen(Dialog["bool | None"]):
    """Shows what the catalogue says about a parameter.

    Returns True if the parameter is to be converted to its successor.
    """

    DEFAULT_CSS = """
    ExplainingScreen {
        & > .dialog--box { height: 80%; max-height: 30; }
        & LinesView { height: 1fr; margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q,question_mark", "close", "Close", show=False),
        Binding("f7", "convert", "Convert", show=False),
    ]

    def __init__(self, shown: Shown, row: ParameterRow) -> None:
        super().__init__()
        self._shown = shown
        self._row = row
        conversion = load_forms().conversion(row.spec.name)
        self._convert = conversion.title if conversion is not None else ""

    def compose(self) -> ComposeResult:
        """Compose name and title, the lines, and the keys."""
        spec = self._row.spec
        with Vertical(classes="dialog--box"):
            yield line(spec.name + (f"  {spec.title}" if spec.title != spec.name else ""), "title")
            yield LinesView(explain(self._shown, self._row), id="lines")
            convert = f"F7 {self._convert[:1].lower()}{self._convert[1:]} · " if self._convert else ""
            yield line(f"{convert}y copy · esc close", "keys")

    def action_convert(self) -> None:
        """Close, and convert the parameter to its successor."""
        if self._convert and self._row.is_set:
            self.dismiss(result=True)
