"""A text area in which every character is visible: control characters are drawn as marks."""

from __future__ import annotations

from rich.text import Text

from chat_tui.domain.literal import visible
from chat_tui.ui.widgets.editing_area import EditingArea


class LiteralTextArea(EditingArea):
    """Each mark is one character wide, so the cursor position stays correct; the text itself is unchanged."""

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn."""
        line: str = self.document.get_line(line_index)
        if visible(line) != line:
            line = "".join(_mark(char) for char in line)
        return Text(line, end="", no_wrap=True)


def _mark(char: str) -> str:
    shown = visible(char)
    return shown if len(shown) == 1 else "\ufffd"
