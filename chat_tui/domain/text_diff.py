"""Diff two texts by line, and by word within changed lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct

from chat_tui.domain.word_diff import WORD, Kind

_MOST_WORDS: Final = 400
"""Maximum number of words in a line to compare by word."""
_MOST_LINES: Final = 400
"""Maximum number of lines on one side of a block to compare by line."""
_CONTEXT: Final = 1


class TextLine(Struct, frozen=True):
    """One line of a diff."""

    kind: Kind
    pieces: tuple[tuple[str, bool], ...]
    """Segments of the line; True marks what differs. In an unchanged line, nothing does."""

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(piece for piece, _ in self.pieces)


class Gap(Struct, frozen=True):
    """A number of equal lines that are omitted."""

    lines: int


def text_diff(before: str, after: str) -> list[TextLine | Gap]:
    """Return removed and added lines with one line of context; longer equal blocks are omitted."""
    old, new = before.split("\n"), after.split("\n")
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    found = _opened(old[:start])
    found += _stretches(old[start : len(old) - end], new[start : len(new) - end])
    return found + _closed(old[len(old) - end :])


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    place = 0
    for left, right in zip(old, new, strict=False):
        if left != right:
            break
        place += 1
    return place


def _opened(lines: Sequence[str]) -> list[TextLine | Gap]:
    """Equal lines before the first difference."""
    if len(lines) <= _CONTEXT + 1:
        return [_same(line) for line in lines]
    return [Gap(len(lines) - _CONTEXT), *(_same(line) for line in lines[-_CONTEXT:])]


def _closed(lines: Sequence[str]) -> list[TextLine | Gap]:
    """Equal lines after the last difference."""
    return _opened(lines[::-1])[::-1]


def _between(lines: Sequence[str]) -> list[TextLine | Gap]:
    if len(lines) <= 2 * _CONTEXT + 1:
        return [_same(line) for line in lines]
    return [
        *(_same(line) for line in lines[:_CONTEXT]),
        Gap(len(lines) - 2 * _CONTEXT),
        *(_same(line) for line in lines[-_CONTEXT:]),
    ]


def _stretches(old: Sequence[str], new: Sequence[str]) -> list[TextLine | Gap]:
    if max(len(old), len(new)) > _MOST_LINES:
        return [*_whole("removed", old), *_whole("added", new)]
    found: list[TextLine | Gap] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _between(old[i1:i2])
        elif i2 - i1 == j2 - j1:
            found += _rewritten(old[i1:i2], new[j1:j2])
        else:
            found += [*_whole("removed", old[i1:i2]), *_whole("added", new[j1:j2])]
    return found


def _rewritten(old: Sequence[str], new: Sequence[str]) -> Iterator[TextLine]:
    """Yield lines replaced by the same number of others: first the old ones, then the new ones, with words marked."""
    pairs = [_words(left, right) for left, right in zip(old, new, strict=True)]
    yield from (TextLine("removed", left) for left, _ in pairs)
    yield from (TextLine("added", right) for _, right in pairs)


def _words(old: str, new: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    """Split both lines into equal and different segments; marked as a whole if they have little in common."""
    left, right = WORD.findall(old), WORD.findall(new)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if max(len(left), len(right)) > _MOST_WORDS or matcher.ratio() < 0.4:
        return ((old, True),), ((new, True),)
    codes = matcher.get_opcodes()
    return (
        tuple(("".join(left[i1:i2]), tag != "equal") for tag, i1, i2, _, _ in codes if i1 < i2),
        tuple(("".join(right[j1:j2]), tag != "equal") for tag, _, _, j1, j2 in codes if j1 < j2),
    )


def _whole(kind: Kind, lines: Sequence[str]) -> Iterator[TextLine]:
    return (TextLine(kind, ((line, True),)) for line in lines)


def _same(line: str) -> TextLine:
    return TextLine("same", ((line, False),))
