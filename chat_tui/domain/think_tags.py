"""Separate ``<think>…</think>`` reasoning from the content of a reply, for display only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

_OPEN: Final = "<think>"
_CLOSE: Final = "</think>"


class Parted(Struct, frozen=True):
    """A text split into reasoning and answer. Offsets are in characters."""

    answer: str
    thinking: str = ""
    thinking_at: int = 0
    """Offset of the reasoning in the whole text."""
    answer_at: int = 0

    def shown(self, offset: int) -> tuple[str, int]:
        """Map an offset in the whole text to the nearest displayed region (``reasoning`` or ``text``) and offset."""
        if not self.thinking or offset >= self.answer_at:
            return "text", max(0, offset - self.answer_at)
        return "reasoning", min(max(0, offset - self.thinking_at), len(self.thinking))

    def whole(self, region: str, offset: int) -> int:
        """Inverse of ``shown``."""
        return offset + (self.thinking_at if region == "reasoning" and self.thinking else self.answer_at)


class TagWatch:
    """Detects the end of the leading reasoning while the content is still streaming."""

    def __init__(self) -> None:
        self._taken = 0
        self._text = ""
        self._thinks = False
        self._over = False

    def ended(self, pieces: Sequence[str]) -> bool:
        """Return whether the new fragments of a growing list contain the end tag; True at most once."""
        if self._over or len(pieces) == self._taken:
            return False
        self._text += "".join(pieces[self._taken :])
        self._taken = len(pieces)
        if not self._thinks:
            begun = self._text.lstrip()
            self._thinks = begun.startswith(_OPEN)
            self._over = not self._thinks and not _OPEN.startswith(begun)
        if self._thinks:
            self._over = _CLOSE in self._text
            self._text = self._text[1 - len(_CLOSE) :]
            return self._over
        return False


def parted(text: str) -> Parted:
    """Split content that begins with ``<think>`` and contains the end tag; anything else is answer as a whole.

    Whitespace around the reasoning and newlines before the answer belong to neither.
    """
    start = len(text) - len(text.lstrip())
    close = text.find(_CLOSE, start) if text.startswith(_OPEN, start) else -1
    if close < 0:
        return Parted(text)
    inner = text[start + len(_OPEN) : close]
    thinking = inner.strip()
    if not thinking:
        return Parted(text)
    behind = text[close + len(_CLOSE) :]
    answer = behind.lstrip("\r\n")
    thinking_at = start + len(_OPEN) + len(inner) - len(inner.lstrip())
    return Parted(answer, thinking, thinking_at, len(text) - len(answer))
