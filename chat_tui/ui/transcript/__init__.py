"""The transcript: one virtual widget that shows a whole conversation."""

from __future__ import annotations

from chat_tui.ui.transcript.entries import Entry
from chat_tui.ui.transcript.widget import Transcript

__all__ = ["Entry", "Transcript"]
