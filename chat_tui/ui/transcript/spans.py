"""Runs of displayed text, each with its look and the exact text it represents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from chat_tui.domain.literal import visible

TAB_WIDTH = 4
_SHIELD_FIRST = 0x10F000
_shields: dict[str, str] = {}
_originals: dict[str, str] = {}


class Look(NamedTuple):
    """The look of text: a role of the palette, with emphasis."""

    role: str = "text"
    bold: bool = False
    italic: bool = False
    strike: bool = False


TEXT = Look()
MUTED = Look("muted")


class Span(NamedTuple):
    """A run of text with one look; ``exact`` is the text for copies if it differs from the displayed one."""

    text: str
    look: Look
    exact: str | None = None

    @property
    def copied(self) -> str:
        """The exact text this span represents."""
        return self.text if self.exact is None else self.exact


Spans = Sequence[Span]


def shield(text: str) -> str:
    """Replace every character that a parser may drop or a terminal would interpret, one to one.

    ``spans_of`` converts the replacements to visible marks. Clean text is returned unchanged. Works code point by code
    point; carriage returns are replaced too.
    """
    if visible(text) == text and text.isascii():
        return text
    return "".join([_shielded(char) for char in text]) if _has_unsafe(text) else text


def _has_unsafe(text: str) -> bool:
    return "\r" in text or visible(text) != text or max(text, default="") >= chr(_SHIELD_FIRST)


def _shielded(char: str) -> str:
    if char in "\n\t" or (visible(char) == char and ord(char) < _SHIELD_FIRST):
        return char
    if char not in _shields:
        stand_in = chr(min(_SHIELD_FIRST + len(_shields), 0x10FFFD))
        _shields[char] = stand_in
        _originals.setdefault(stand_in, char)
    return _shields[char]


def unshield(text: str) -> str:
    """Restore shielded text: the inverse of ``shield``."""
    if text.isascii():
        return text
    return "".join([_originals.get(char, char) for char in text])


def spans_of(text: str, look: Look, *, column: int = 0) -> list[Span]:
    """Convert ``text`` (one line, shielded or not) to spans without control characters.

    Args:
        text: One line; a newline in it becomes a mark.
        look: The look of ordinary characters.
        column: Column in cells where the line starts, for tab stops.

    Returns:
        Spans whose ``copied`` texts join to the exact text: tabs as spaces up to the next stop, unsafe characters as
        marks with the look ``mark``.
    """
    if text.isascii() and text.isprintable():
        return [Span(text, look)] if text else []
    if "\t" not in text and "\n" not in text and "\r" not in text and visible(text) == text and not _shielded_in(text):
        return [Span(text, look)]
    return list(_marked(text, look, column))


def _shielded_in(text: str) -> bool:
    return not text.isascii() and max(text) >= chr(_SHIELD_FIRST)


def _marked(text: str, look: Look, column: int) -> Iterable[Span]:
    plain: list[str] = []
    for char in text:
        original = _originals.get(char, char)
        shown = _shown(original, column)
        column += cell_len(shown)
        if shown == original:
            plain.append(shown)
            continue
        if plain:
            yield Span("".join(plain), look)
            plain = []
        yield Span(shown, look if original == "\t" else look._replace(role="mark"), original)
    if plain:
        yield Span("".join(plain), look)


def _shown(char: str, column: int) -> str:
    if char == "\t":
        return " " * (TAB_WIDTH - column % TAB_WIDTH)
    if char == "\n":
        return "\u240a"
    return visible(char) if ord(char) < _SHIELD_FIRST else "\ufffd"


def plain_text(spans: Spans) -> str:
    """Return the displayed text of ``spans``."""
    return "".join([span.text for span in spans])


def copied_text(spans: Spans) -> str:
    """Return the exact text of ``spans``."""
    return "".join([span.copied for span in spans])


def cut(spans: Spans, start: int, end: int) -> tuple[Span, ...]:
    """Return the characters ``start`` to ``end`` of ``spans``; the first part of a split mark has its exact text."""
    result: list[Span] = []
    position = 0
    for span in spans:
        length = len(span.text)
        first, last = max(start - position, 0), min(end - position, length)
        if first < last:
            if first == 0 and last == length:
                result.append(span)
            else:
                exact = None if span.exact is None else (span.exact if first == 0 else "")
                result.append(Span(span.text[first:last], span.look, exact))
        position += length
        if position >= end:
            break
    return tuple(result)
