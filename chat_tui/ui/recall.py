"""Prompt history: walking through earlier prompts with up and down."""

from __future__ import annotations

from collections.abc import Sequence


class Recall:
    """A position in the prompt history; text being typed is kept after the newest entry."""

    def __init__(self, entries: Sequence[str] = ()) -> None:
        self._entries = list(entries)
        self._place: int | None = None
        self._typed = ""

    @property
    def walking(self) -> bool:
        """Whether an earlier prompt is shown."""
        return self._place is not None

    def previous(self, typed: str) -> str | None:
        """Return the prompt before the one shown, or None at the oldest. ``typed`` is the composer's current text."""
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
        """Return the prompt after the one shown, after the newest the text typed before; None when not walking."""
        if self._place is None:
            return None
        self._place += 1
        if self._place < len(self._entries):
            return self._entries[self._place]
        self._place = None
        return self._typed

    def add(self, text: str) -> None:
        """Add a prompt as the newest, unless it equals the last one."""
        self._place = None
        if not self._entries or self._entries[-1] != text:
            self._entries.append(text)

    def leave(self) -> None:
        """Stop walking, because the shown text was edited."""
        self._place = None
