"""A text area in which every character shows: what a terminal would obey is drawn as a mark."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import TextArea

from chat_tui.domain.literal import visible


class LiteralTextArea(TextArea):
    """Marks are one character each, so that the cursor stays where the text is; the text itself is untouched."""

    def get_line(self, line_index: int) -> Text:
        """The line as drawn."""
        line: str = self.document.get_line(line_index)
        if visible(line) != line:
            line = "".join(_mark(char) for char in line)
        return Text(line, end="", no_wrap=True)


def _mark(char: str) -> str:
    shown = visible(char)
    return shown if len(shown) == 1 else "\ufffd"
