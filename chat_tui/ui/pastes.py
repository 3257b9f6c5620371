"""Large pastes: the composer shows a short placeholder, and sending restores the exact text."""

from __future__ import annotations

import re
from typing import Final

from chat_tui.domain.counts import counted
from chat_tui.domain.literal import visible

ASIDE_CHARACTERS: Final = 64 * 1024
"""Longer texts are replaced by a placeholder: a text area slows down with its length."""
ASIDE_LINE_CHARACTERS: Final = 8 * 1024
"""So are texts with a longer line than this, which would be wrapped again at each key press."""


class Pastes:
    """Stored texts by their placeholders.

    Text with invisible characters is stored too: it is sent unchanged, but never written to the terminal.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._count = 0

    def shorten(self, text: str) -> str:
        """Return the text itself, or a placeholder for it."""
        hidden = _hidden(text)
        if not hidden and len(text) <= ASIDE_CHARACTERS and _longest_line(text) <= ASIDE_LINE_CHARACTERS:
            return text
        self._count += 1
        concealed = f", {counted(hidden, 'hidden character')}" if hidden else ""
        mark = f"[paste {self._count}: {counted(len(text), 'character')}{concealed}]"
        self._texts[mark] = text
        return mark

    def expand(self, text: str) -> str:
        """Return ``text`` with every placeholder replaced by its text. Similar text typed by hand is left alone."""
        if not self._texts:
            return text
        marks = re.compile("|".join(re.escape(mark) for mark in self._texts))
        return marks.sub(lambda match: self._texts[match.group()], text)

    def clear(self) -> None:
        """Forget all texts, when the composer is emptied."""
        self._texts.clear()
        self._count = 0


def _hidden(text: str) -> int:
    """Count the characters of ``text`` that a terminal would interpret or not show."""
    shown = visible(text)
    if shown == text:
        return 0
    return sum(visible(character) != character for character in text.replace("\r\n", "\n"))


def _longest_line(text: str) -> int:
    return len(text) if len(text) <= ASIDE_LINE_CHARACTERS else max(map(len, text.split("\n")))
