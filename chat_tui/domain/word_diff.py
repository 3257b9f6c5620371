"""Word diff of two texts as one sequence with removed and added words marked, and their similarity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["same", "removed", "added"]

WORD: Final = re.compile(r"\s+|\w+|[^\w\s]")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_PAIRS: Final = 1_000_000
"""Maximum product of word counts to compare by word; beyond it, lines are compared, then whole texts."""
_MARKS: Final[dict[Kind, tuple[str, str]]] = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}


class Piece(Struct, frozen=True):
    """A piece of text that is on both sides, or on one of them."""

    kind: Kind
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Diff two texts by word into non-empty pieces; a removal comes before the addition that replaces it.

    The pieces other than ``added`` concatenate to ``before``, those other than ``removed`` to ``after``. Whitespace
    between two changes counts as part of the change.
    """
    return tuple(_pieces(_joined(_trimmed(_joined(_stretches(before, after))))))


def side(pieces: Iterable[Piece], *without: Kind) -> str:
    """Return the text of all pieces except those of some kinds."""
    return "".join(piece.text for piece in pieces if piece.kind not in without)


def marked(pieces: Iterable[Piece]) -> str:
    """Format as plain text: ``The [-cat-]{+dog+} sat``."""
    return "".join(text.join(_MARKS[kind]) for kind, text in ((piece.kind, piece.text) for piece in pieces))


def likeness(pieces: Iterable[Piece]) -> float:
    """Return the similarity of the two sides, 0 to 1; 1 for two empty ones.

    It is twice the number of common words in order, divided by the number of words on both sides. Punctuation marks
    are words; whitespace is not.
    """
    counted = dict.fromkeys(_MARKS, 0)
    for piece in pieces:
        counted[piece.kind] += sum(1 for word in WORD.findall(piece.text) if not word.isspace())
    both, either = 2 * counted["same"], 2 * counted["same"] + counted["removed"] + counted["added"]
    return both / either if either else 1.0


_Stretch: TypeAlias = tuple[str, str, bool]
"""Text before, text after, and whether they are the same."""


def _stretches(before: str, after: str) -> Iterator[_Stretch]:
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) * len(new) <= _MOST_PAIRS:
        yield from _matched(old, new)
        return
    lines, others = _LINE.findall(before), _LINE.findall(after)
    if len(lines) == len(others) == 1 or len(lines) * len(others) > _MOST_PAIRS:
        yield from _ends(old, new)
        return
    for left, right, same in _matched(lines, others):
        if same or not left or not right:
            yield left, right, same
        else:
            yield from _within(left, right)


def _within(before: str, after: str) -> Iterator[_Stretch]:
    """Compare replaced lines, by word if that is affordable."""
    old, new = WORD.findall(before), WORD.findall(after)
    yield from _matched(old, new) if len(old) * len(new) <= _MOST_PAIRS else _ends(old, new)


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[_Stretch]:
    """Match the sequences; whitespace alone is never the start of a match."""
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield "".join(old[i1:i2]), "".join(new[j1:j2]), tag == "equal"


def _ends(old: Sequence[str], new: Sequence[str]) -> Iterator[_Stretch]:
    """Match only the common prefix and suffix; everything between counts as replaced."""
    shorter = min(len(old), len(new))
    start = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    left = shorter - start
    end = next((place for place in range(left) if old[-1 - place] != new[-1 - place]), left)
    yield "".join(old[:start]), "".join(new[:start]), True
    yield "".join(old[start : len(old) - end]), "".join(new[start : len(new) - end]), False
    yield "".join(old[len(old) - end :]), "".join(new[len(new) - end :]), True


def _joined(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Merge neighbours of the same kind, and whitespace between two changes into the change."""
    found: list[_Stretch] = []
    for left, right, same in stretches:
        if not left and not right:
            continue
        if len(found) > 1 and not same and found[-1][2] and found[-1][0].isspace():
            blanks = found.pop()[0]
            found[-1] = (found[-1][0] + blanks + left, found[-1][1] + blanks + right, False)
        elif found and found[-1][2] == same:
            found[-1] = (found[-1][0] + left, found[-1][1] + right, same)
        else:
            found.append((left, right, same))
    return found


def _trimmed(stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Exclude whitespace that both sides of a change begin or end with from the change."""
    for left, right, same in stretches:
        if same or not left or not right:
            yield left, right, same
            continue
        start = _blanks(left, right, left.lstrip(), right.lstrip())
        left_end, right_end = left[start:], right[start:]
        end = -_blanks(left_end, right_end, left_end.rstrip(), right_end.rstrip()) or None
        yield left[:start], right[:start], True
        yield left_end[:end], right_end[:end], False
        yield (left_end[end:], right_end[end:], True) if end else ("", "", True)


def _blanks(left: str, right: str, left_rest: str, right_rest: str) -> int:
    """Return the length of the whitespace removed to get the rests; 0 if it differs between the sides."""
    size = len(left) - len(left_rest)
    if size != len(right) - len(right_rest) or not left_rest or not right_rest:
        return 0
    same = left.replace(left_rest, "", 1) == right.replace(right_rest, "", 1)
    return size if same else 0


def _pieces(stretches: Iterable[_Stretch]) -> Iterator[Piece]:
    for left, right, same in stretches:
        if same:
            yield Piece("same", left)
            continue
        if left:
            yield Piece("removed", left)
        if right:
            yield Piece("added", right)
