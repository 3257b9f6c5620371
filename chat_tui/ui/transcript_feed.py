"""Updates the transcript to match a list of entries with the fewest changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.ui.transcript.entries import Entry

if TYPE_CHECKING:
    from chat_tui.ui.transcript.widget import Transcript


class TranscriptFeed:
    """Compares new entries with those shown last."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._shown: list[Entry] = []

    def entry(self, key: str) -> Entry | None:
        """Return the shown entry with that key."""
        return next((entry for entry in self._shown if entry.key == key), None)

    def sync(self, entries: Sequence[Entry]) -> None:
        """Show these entries: update changed ones in place and append new ones; if keys differ, show all anew."""
        old, new = self._shown, list(entries)
        self._shown = new
        if [entry.key for entry in old] != [entry.key for entry in new[: len(old)]]:
            self._transcript.show(new)
            return
        for before, after in zip(old, new, strict=False):
            if before != after:
                self._transcript.update_entry(after)
        if not old:
            self._transcript.show(new)
            return
        for entry in new[len(old) :]:
            self._transcript.append(entry)

    def forget(self, key: str) -> None:
        """Treat the entry as different at the next ``sync``, because it has grown since."""
        self._shown = [Entry(key, "", "") if entry.key == key else entry for entry in self._shown]
