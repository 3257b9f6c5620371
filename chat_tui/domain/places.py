"""Places inside a JSON value, addressed by member names and positions, and what can be done at one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from chat_tui.domain.json_values import UNSET, Json, Unset

Place: TypeAlias = tuple[str | int, ...]
"""Steps from the whole value inwards: a member's name, or an entry's position from 0."""


def value_in(value: Json | Unset, place: Sequence[str | int]) -> Json | Unset:
    """What stands at a place; ``UNSET`` where any step of it is missing."""
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
    """A copy with ``new`` at a place.

    Objects on the way are made, and replace what is no object there; a position must exist, or be the list's end.
    Members keep their order, a new one comes last.

    Raises:
        IndexError: A position lies beyond its list, or its list is none.
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
    """A copy without what stands at a place.

    A member's object that is left empty by that goes as well, and the whole value with it; so does a list that loses
    its last entry. An entry of a list stays, however empty it gets.
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
    """A copy with an entry more in the list at a place, which is made where there is none."""
    entries = value_in(value, place)
    held = list(entries) if isinstance(entries, list) else []
    held.insert(index, new)
    return put_in(value, place, held)


def shifted(value: Json | Unset, place: Sequence[str | int], by: int) -> tuple[Json | Unset, Place]:
    """A copy with the list's entry at a place moved by so many positions, as far as that goes, and its new place."""
    *around, here = place
    entries = value_in(value, around)
    if not isinstance(entries, list) or not isinstance(here, int) or not 0 <= here < len(entries):
        return value, tuple(place)
    there = max(0, min(len(entries) - 1, here + by))
    held = list(entries)
    held.insert(there, held.pop(here))
    return put_in(value, around, held), (*around, there)


def renamed(value: Json | Unset, place: Sequence[str | int], name: str) -> Json | Unset:
    """A copy with the member at a place under another name, where it was; unchanged if that name is taken."""
    *around, old = place
    members = value_in(value, around)
    if not isinstance(members, dict) or old not in members or name in members:
        return value
    return put_in(value, around, {name if key == old else key: item for key, item in members.items()})


def place_words(place: Sequence[str | int]) -> str:
    """A place as one writes it: ``tools[0].function.name``."""
    words = ""
    for step in place:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else step
    return words
