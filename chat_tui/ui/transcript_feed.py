"""Keeps the transcript equal to a list of entries with as little work as the difference needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.ui.transcript.entries import Entry

if TYPE_CHECKING:
    from chat_tui.ui.transcript.widget import Transcript


class TranscriptFeed:
    """Remembers what was shown last."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._shown: list[Entry] = []

    def entry(self, key: str) -> Entry | None:
        """The shown entry of that key."""
        return next((entry for entry in self._shown if entry.key == key), None)

    def sync(self, entries: Sequence[Entry]) -> None:
        """Show these entries: changed ones are updated in place, new ones at the end appended, else all shown anew."""
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
        """The entry has grown since: count it as different at the next ``sync``."""
        self._shown = [Entry(key, "", "") if entry.key == key else entry for entry in self._shown]
