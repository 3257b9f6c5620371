"""A one-line input that shows pasted text literally."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from chat_tui.domain.literal import visible_line


class LineInput(Input):
    """An input for names and filters; control characters are replaced by visible marks. The cursor does not blink."""

    DEFAULT_CSS = """
    LineInput { border: none; height: 1; padding: 0 1; background: $background; &:focus { border: none; } }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(visible_line(value), placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        first = event.text.strip("\r\n").splitlines()[:1]
        if first:
            self.insert_text_at_cursor(visible_line(first[0][:4096]))
