"""Shows a text to read, formatted if it is JSON."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from chat_tui.domain.json_values import parse_json
from chat_tui.ui.panel.editors.dialog import Dialog, line
from chat_tui.ui.panel.json_lines import json_lines
from chat_tui.ui.panel.lines_view import Drawable, Line, LinesView


class ReadingScreen(Dialog[None]):
    """Shows a whole text."""

    DEFAULT_CSS = """
    ReadingScreen {
        & > .dialog--box { height: 80%; max-height: 40; }
        & LinesView { height: 1fr; margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "close", "Close", show=False)]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Compose the title, the text and the keys."""
        with Vertical(classes="dialog--box"):
            yield line(self._title, "title")
            yield LinesView(_lines(self._text), id="lines")
            yield line("y copy · esc close", "keys")


def _lines(text: str) -> list[Drawable]:
    try:
        return list(json_lines(parse_json(text)))
    except ValueError:
        return [Line.of((part, "text")) for part in text.split("\n")]
