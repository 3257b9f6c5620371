"""The transcript: one virtual widget that shows a whole conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.ui.transcript.entries import Entry

if TYPE_CHECKING:
    from chat_tui.ui.transcript.widget import Transcript

__all__ = ["Entry", "Transcript"]


def __getattr__(name: str) -> object:
    """Import the widget on first use, so that an empty session starts without it."""
    if name == "Transcript":
        from chat_tui.ui.transcript.widget import Transcript

        return Transcript
    raise AttributeError(name)
