"""Walking through earlier prompts with up and down."""

from __future__ import annotations

from collections.abc import Sequence


class Recall:
    """A place in the history of prompts; what was being typed waits at the newest end."""

    def __init__(self, entries: Sequence[str] = ()) -> None:
        self._entries = list(entries)
        self._place: int | None = None
        self._typed = ""

    @property
    def walking(self) -> bool:
        """An earlier prompt is shown."""
        return self._place is not None

    def previous(self, typed: str) -> str | None:
        """The prompt before the one shown, or None at the oldest. ``typed`` is what the composer holds now."""
        if self._place is None:
            if not self._entries:
                return None
            self._typed = typed
            self._place = len(self._entries)
        if self._place == 0:
            return None
        self._place -= 1
        return self._entries[self._place]

    def next(self) -> str | None:
        """The prompt after the one shown, at the end what had been typed; None when nothing is being walked."""
        if self._place is None:
            return None
        self._place += 1
        if self._place < len(self._entries):
            return self._entries[self._place]
        self._place = None
        return self._typed

    def add(self, text: str) -> None:
        """Remember a prompt as the newest; a repetition of the last is not kept twice."""
        self._place = None
        if not self._entries or self._entries[-1] != text:
            self._entries.append(text)

    def leave(self) -> None:
        """Stop walking: what is shown has been changed by hand."""
        self._place = None
