"""Pieces of shown text: what is seen, how it looks, and what exactly it stands for."""

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
    """How text looks, by name: a role of the palette and the emphasis on it."""

    role: str = "text"
    bold: bool = False
    italic: bool = False
    strike: bool = False


TEXT = Look()
MUTED = Look("muted")


class Span(NamedTuple):
    """A run of text with one look; ``exact`` is what a copy of it gives, where that differs from what is seen."""

    text: str
    look: Look
    exact: str | None = None

    @property
    def copied(self) -> str:
        """The text this span stands for."""
        return self.text if self.exact is None else self.exact


Spans = Sequence[Span]


def shield(text: str) -> str:
    """``text`` with every character a parser may swallow (and a terminal would obey) replaced one to one.

    ``spans_of`` turns the replacements back into visible marks. Clean text is returned as it is. Works code point by
    code point; carriage returns become replacements too.
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
    """The inverse of ``shield``."""
    if text.isascii():
        return text
    return "".join([_originals.get(char, char) for char in text])


def spans_of(text: str, look: Look, *, column: int = 0) -> list[Span]:
    """``text`` (one line, shielded or not) as spans that hold no control character.

    Args:
        text: One line; a newline in it becomes a mark.
        look: The look of the ordinary characters.
        column: Where the line starts, in cells, for tab stops.

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
    """What is seen of ``spans``."""
    return "".join([span.text for span in spans])


def copied_text(spans: Spans) -> str:
    """What ``spans`` stand for."""
    return "".join([span.copied for span in spans])


def cut(spans: Spans, start: int, end: int) -> tuple[Span, ...]:
    """The characters ``start`` to ``end`` of ``spans``; a mark that is cut gives its exact text to its first part."""
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
