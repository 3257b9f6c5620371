"""Notifications that disappear by themselves, all created here so that none shows untrusted text unescaped."""

from __future__ import annotations

from typing import Final

from textual.notifications import SeverityLevel
from textual.widget import Widget

from chat_tui.domain.counts import counted
from chat_tui.domain.literal import visible

_SHORT_S: Final = 4.0
_LONG_S: Final = 10.0
"""How long a warning or an error stays; it has more to read."""


def note(widget: Widget, text: str, *, severity: SeverityLevel = "information") -> None:
    """Show a notification on the screen of a widget; any text is shown literally."""
    seconds = _SHORT_S if severity == "information" else _LONG_S
    widget.notify(visible(text), severity=severity, markup=False, timeout=seconds)


def copy_text(widget: Widget, text: str) -> None:
    """Copy a text unchanged to the terminal's clipboard and confirm it; do nothing for an empty text."""
    if text:
        widget.app.copy_to_clipboard(text)
        note(widget, f"Sent {counted(len(text), 'character')} to the terminal's clipboard.")
