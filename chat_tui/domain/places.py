"""Access and edit JSON values by path: read, set, remove, insert, move and rename."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from chat_tui.domain.json_values import UNSET, Json, Unset

Place: TypeAlias = tuple[str | int, ...]
"""Path from the root: a member name or a list index (from 0) per step."""


def value_in(value: Json | Unset, place: Sequence[str | int]) -> Json | Unset:
    """Return the value at a path; ``UNSET`` if a step is missing."""
    here = value
    for step in place:
        here = _member(here, step)
    return here


def _member(value: Json | Unset, step: str | int) -> Json | Unset:
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(step, UNSET)
    inside = isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)
    return value[step] if inside and isinstance(value, list) and isinstance(step, int) else UNSET


def put_in(value: Json | Unset, place: Sequence[str | int], new: Json) -> Json:
    """Return a copy with ``new`` at a path.

    Missing objects on the path are created and replace values of other types; an index must exist or be the end of
    the list. Members keep their order, a new one comes last.

    Raises:
        IndexError: An index is beyond the end of its list, or there is no list.
    """
    if not place:
        return new
    first, *rest = place
    if isinstance(first, str):
        members = dict(value) if isinstance(value, dict) else {}
        members[first] = put_in(members.get(first, UNSET), rest, new)
        return members
    entries = list(value) if isinstance(value, list) else []
    if not 0 <= first <= len(entries):
        raise IndexError(f"there is no position {first}")
    entries[first : first + 1] = [put_in(value_in(entries, (first,)), rest, new)]
    return entries


def dropped(value: Json | Unset, place: Sequence[str | int]) -> Json | Unset:
    """Return a copy without the value at a path.

    Objects that become empty are removed as well, up to the whole value, as is a list that loses its last item. List
    items are never removed for being empty.
    """
    if isinstance(value_in(value, place), Unset):
        return value
    if not place:
        return UNSET
    *around, last = place
    inner = value_in(value, around)
    smaller: Json
    if isinstance(inner, dict):
        smaller = {key: item for key, item in inner.items() if key != last}
    elif isinstance(inner, list):
        smaller = [item for index, item in enumerate(inner) if index != last]
    else:
        return value
    if smaller or (around and isinstance(around[-1], int)):
        return put_in(value, around, smaller)
    return dropped(value, around)


def inserted(value: Json | Unset, place: Sequence[str | int], index: int, new: Json) -> Json:
    """Return a copy with an item inserted into the list at a path; a missing list is created."""
    entries = value_in(value, place)
    held = list(entries) if isinstance(entries, list) else []
    held.insert(index, new)
    return put_in(value, place, held)


def shifted(value: Json | Unset, place: Sequence[str | int], by: int) -> tuple[Json | Unset, Place]:
    """Return a copy with a list item moved by up to ``by`` positions within the list, and its new path."""
    *around, here = place
    entries = value_in(value, around)
    if not isinstance(entries, list) or not isinstance(here, int) or not 0 <= here < len(entries):
        return value, tuple(place)
    there = max(0, min(len(entries) - 1, here + by))
    held = list(entries)
    held.insert(there, held.pop(here))
    return put_in(value, around, held), (*around, there)


def renamed(value: Json | Unset, place: Sequence[str | int], name: str) -> Json | Unset:
    """Return a copy with a member renamed in place; unchanged if the name is taken."""
    *around, old = place
    members = value_in(value, around)
    if not isinstance(members, dict) or old not in members or name in members:
        return value
    return put_in(value, around, {name if key == old else key: item for key, item in members.items()})


def place_words(place: Sequence[str | int]) -> str:
    """Format a path: ``tools[0].function.name``."""
    words = ""
    for step in place:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else step
    return words
