"""Finds the known names that a mistyped or shortened name may mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHORTEST: Final = 3
"""Fewer characters begin or occur in too many names."""


def similar_names(name: str, known: Iterable[str], *, most: int = 1) -> list[str]:
    """Return known names that begin with this one, are spelled like it, or contain it, in this order of rank."""
    import difflib

    names, word = sorted(known), name.lower()
    long = len(word) >= _SHORTEST
    begun = [each for each in names if long and each.lower().startswith(word)]
    spelled = difflib.get_close_matches(word, names, n=most)
    within = [each for each in names if long and word in each.lower()]
    return list(dict.fromkeys([*begun, *spelled, *within]))[:most]
