"""Pastes put aside: the composer shows a short mark, sending puts the exact text back."""

from __future__ import annotations

import re
from typing import Final

from chat_tui.domain.literal import visible

ASIDE_CHARACTERS: Final = 64 * 1024
"""Texts above this are put aside: a text area slows down with what it holds."""
ASIDE_LINE_CHARACTERS: Final = 8 * 1024
"""So are texts with a longer line than this: each key would wrap it anew."""


class Pastes:
    """Texts put aside and the marks that stand for them.

    Text with characters that cannot be seen is put aside too: it goes out exactly as it is, but never to the terminal.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._count = 0

    def shorten(self, text: str) -> str:
        """The text itself, or a mark that stands for it."""
        hidden = _hidden(text)
        if not hidden and len(text) <= ASIDE_CHARACTERS and _longest_line(text) <= ASIDE_LINE_CHARACTERS:
            return text
        self._count += 1
        noun = "character" if hidden == 1 else "characters"
        mark = f"[paste {self._count}: {len(text):,} characters{f', {hidden:,} hidden {noun}' if hidden else ''}]"
        self._texts[mark] = text
        return mark

    def expand(self, text: str) -> str:
        """``text`` with every mark replaced by what it stands for. Marks typed by hand stay as they are."""
        if not self._texts:
            return text
        marks = re.compile("|".join(re.escape(mark) for mark in self._texts))
        return marks.sub(lambda match: self._texts[match.group()], text)

    def clear(self) -> None:
        """Forget them all: the composer is empty."""
        self._texts.clear()
        self._count = 0


def _hidden(text: str) -> int:
    """How many characters of ``text`` a terminal would obey or not show."""
    shown = visible(text)
    if shown == text:
        return 0
    return sum(visible(character) != character for character in text.replace("\r\n", "\n"))


def _longest_line(text: str) -> int:
    return len(text) if len(text) <= ASIDE_LINE_CHARACTERS else max(map(len, text.split("\n")))
