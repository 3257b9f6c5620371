"""Structural diff of two JSON values; list items are aligned, so that an appended item is reported as an addition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from chat_tui.domain.json_values import UNSET, Json, JsonObject, Unset

Path: TypeAlias = tuple[str | int, ...]
Kind: TypeAlias = Literal["added", "removed", "changed"]

DEEPEST: Final = 60
"""Maximum depth of the diff; a difference below it is reported as one change."""
_MOST_PAIRS: Final = 2_500
"""Maximum number of item pairs to compare for an optimal alignment; longer runs are paired in order."""
_IDENTICAL: Final = 10_000


class Change(Struct, frozen=True):
    """One difference.

    A path refers to the value after the change, except for the last step of a removal: that is the item's index, or the
    member's name, before the change.
    """

    path: Path
    kind: Kind
    before: Json | Unset = UNSET
    after: Json | Unset = UNSET


def diff(before: Json, after: Json) -> tuple[Change, ...]:
    """Return the changes from one value to another in member order; the order itself is not compared.

    Types matter: ``1``, ``1.0`` and ``true`` are three different values.
    """
    return tuple(_changes((), before, after))


def same(one: Json, other: Json) -> bool:
    """Return whether two values are equal as JSON, including number types. Iterative, so any depth is supported."""
    pairs: list[tuple[Json, Json]] = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if left is right:
            continue
        if isinstance(left, dict) and isinstance(right, dict):
            if left.keys() != right.keys():
                return False
            pairs.extend((value, right[name]) for name, value in left.items())
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            pairs.extend(zip(left, right, strict=True))
        elif type(left) is not type(right) or left != right or (isinstance(left, float) and repr(left) != repr(right)):
            return False
    return True


def path_text(path: Path) -> str:
    """Format a path: ``messages[2].content``; names that are not plain are quoted in brackets."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step and not set(step) & set('.[]" \n\t'):
            text += f".{step}" if text else step
        else:
            quoted = step.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{quoted}"]'
    return text


def _changes(path: Path, before: Json, after: Json) -> Iterator[Change]:
    if same(before, after):
        return
    if len(path) < DEEPEST and isinstance(before, dict) and isinstance(after, dict):
        yield from _members(path, before, after)
    elif len(path) < DEEPEST and isinstance(before, list) and isinstance(after, list):
        yield from _items(path, before, after)
    else:
        yield Change(path, "changed", before, after)


def _members(path: Path, before: JsonObject, after: JsonObject) -> Iterator[Change]:
    for name in {**before, **after}:
        here = (*path, name)
        if name not in after:
            yield Change(here, "removed", before=before[name])
        elif name not in before:
            yield Change(here, "added", after=after[name])
        else:
            yield from _changes(here, before[name], after[name])


def _items(path: Path, before: Sequence[Json], after: Sequence[Json]) -> Iterator[Change]:
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and same(before[start], after[start]):
        start += 1
    end = 0
    while end < shorter - start and same(before[-1 - end], after[-1 - end]):
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    align = _weighed if len(old) * len(new) <= _MOST_PAIRS else _in_order
    for left, right in align(old, new):
        if right is None and left is not None:
            yield Change((*path, start + left), "removed", before=old[left])
        elif left is None and right is not None:
            yield Change((*path, start + right), "added", after=new[right])
        elif left is not None and right is not None:
            yield from _changes((*path, start + right), old[left], new[right])


_Pairs: TypeAlias = list[tuple[int | None, int | None]]
"""Indices before and after, ascending on both sides; None for an item without a counterpart."""


def _in_order(old: Sequence[Json], new: Sequence[Json]) -> _Pairs:
    """Pair items with equal index if they are similar at all; the others count as removed or added."""
    pairs: _Pairs = []
    for place in range(max(len(old), len(new))):
        if place < len(old) and place < len(new) and _likeness(old[place], new[place]):
            pairs.append((place, place))
            continue
        if place < len(old):
            pairs.append((place, None))
        if place < len(new):
            pairs.append((None, place))
    return pairs


def _weighed(old: Sequence[Json], new: Sequence[Json]) -> _Pairs:
    """Return the alignment with the greatest total similarity."""
    likeness = [[_likeness(left, right) for right in new] for left in old]
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            paired = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] else 0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: _Pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs += [(place, None) for place in range(i, len(old))]
    pairs += [(None, place) for place in range(j, len(new))]
    return pairs


def _likeness(one: Json, other: Json) -> int:
    """Similarity of two items, 0 if they must not be paired. Objects need an equal member in common."""
    if same(one, other):
        return _IDENTICAL
    if isinstance(one, dict) and isinstance(other, dict):
        shared = sum(1 for name, value in one.items() if name in other and same(value, other[name]))
        return 1 + 98 * shared // max(len(one), len(other)) if shared else 0
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return int(isinstance(one, list) and isinstance(other, list))
    return 1
