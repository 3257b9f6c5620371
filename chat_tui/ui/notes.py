"""Notes that go away by themselves. All of them are made here, so that none shows foreign text unescaped."""

from __future__ import annotations

from typing import Final

from textual.notifications import SeverityLevel
from textual.widget import Widget

from chat_tui.domain.literal import visible

_SHORT_S: Final = 4.0
_LONG_S: Final = 10.0
"""How long a warning or an error stays: there is more to read."""


def note(widget: Widget, text: str, *, severity: SeverityLevel = "information") -> None:
    """Show a note over the screen of a widget; any text is shown literally."""
    seconds = _SHORT_S if severity == "information" else _LONG_S
    widget.notify(visible(text), severity=severity, markup=False, timeout=seconds)


def copy_text(widget: Widget, text: str) -> None:
    """Send a text to the terminal's clipboard, exactly, and say so; nothing for an empty text."""
    if text:
        widget.app.copy_to_clipboard(text)
        note(widget, f"Copy sent to the terminal: {len(text):,} characters.")
