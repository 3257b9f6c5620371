"""Search for words and phrases in text, ignoring case and accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

_CJK: Final = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Scripts written without spaces, in which each character counts as a word."""
_WORD: Final = rf"[^\W_{_CJK}]"
_TOKEN: Final = re.compile(rf"[{_CJK}]|{_WORD}+")
_UNSPACED: Final = re.compile(f"[{_CJK}]")
_BEFORE: Final = 30


class _Bare(dict[int, str]):
    """Maps a character to its lower case without accents, always one to one."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        bare = unicodedata.normalize("NFD", character)[0] if code > 0x7F else character
        low = bare.lower()
        self[code] = low if len(low) == 1 else character
        return self[code]


_BARE: Final = _Bare()


class Term(Struct, frozen=True, dict=True):
    """A word, or several consecutive words."""

    text: str
    prefix: bool = False
    """Whether the last word matches as a prefix."""

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Its words, normalised; empty for a text without letters or digits."""
        return tuple(_TOKEN.findall(bare(self.text)))

    @cached_property
    def pattern(self) -> str:
        """A regular expression that matches it in normalised text."""
        found = "" if _UNSPACED.match(self.tokens[0]) else f"(?<!{_WORD})"
        for place, token in enumerate(self.tokens):
            if place:
                apart = not (_UNSPACED.match(token) or _UNSPACED.match(self.tokens[place - 1]))
                found += r"[\W_]+" if apart else r"[\W_]*"
            found += re.escape(token)
        ends = self.prefix or _UNSPACED.match(self.tokens[-1])
        return found if ends else f"{found}(?!{_WORD})"


class Excerpt(Struct, frozen=True):
    """A piece of a text on one line."""

    text: str
    found: tuple[tuple[int, int], ...]
    """Ranges of the matches, in characters."""


def bare(text: str) -> str:
    """Return ``text`` in lower case without accents, with unchanged length."""
    return text.lower() if text.isascii() else text.translate(_BARE)


def spaced(text: str) -> str:
    """Return ``text`` with spaces around each character of a script without word spacing."""
    return text if text.isascii() else _UNSPACED.sub(r" \g<0> ", text)


def excerpt(text: str, terms: Sequence[Term], limit: int = 120) -> Excerpt | None:
    """Return the context of the first match of any term; None without a match.

    Args:
        text: The whole text.
        terms: Terms with at least one token each.
        limit: Maximum number of characters from the text; ``…`` is added where it was truncated.
    """
    pattern = re.compile("|".join(term.pattern for term in terms))
    first = pattern.search(bare(text))
    if first is None:
        return None
    begin = max(0, first.start() - _BEFORE)
    if begin and " " in text[begin : first.start()]:
        begin = text.index(" ", begin) + 1
    piece = text[begin : begin + limit]
    line = "".join(" " if character.isspace() else character for character in piece).rstrip()
    line = f"{'…' if begin else ''}{line}{'…' if begin + limit < len(text) else ''}"
    return Excerpt(line, tuple(match.span() for match in pattern.finditer(bare(line)) if match.group()))
