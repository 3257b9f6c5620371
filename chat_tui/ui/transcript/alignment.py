"""Maps positions in a source text to positions in its rendering, by the letters they share. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

_GRAM: Final = 12
"""Number of letters that must match for the texts to be aligned again after a difference."""
_AHEAD: Final = 2_000
"""How many letters ahead a match is searched, to skip a link's target or a block that is not shown."""
_MOST_GAPS: Final = 5_000
"""Maximum number of differences; the rest is treated as not matching."""


class _Run(NamedTuple):
    """The letters ``source`` to ``source + length`` equal those from ``shown`` on."""

    source: int
    shown: int
    length: int


class Alignment:
    """Aligns a source text (such as Markdown) with its rendering, which differs by markup left out or added.

    Punctuation and blanks are assigned to the letters around them. Time is linear in both texts.
    """

    def __init__(self, source: str, shown: str) -> None:
        self._source, self._shown = source, shown
        self._source_places = [place for place, char in enumerate(source) if char.isalnum()]
        self._shown_places = [place for place, char in enumerate(shown) if char.isalnum()]
        self._runs = _runs(
            "".join([source[place] for place in self._source_places]),
            "".join([shown[place] for place in self._shown_places]),
        )
        self._by_shown = [run.shown for run in self._runs]
        self._by_source = [run.source for run in self._runs]

    def shown(self, start: int, end: int) -> tuple[int, int]:
        """Return where characters ``start`` to ``end`` of the source are shown; never empty if anything is shown."""
        end = min(end, len(self._source))
        first = bisect_left(self._source_places, start)
        last = bisect_left(self._source_places, end) - 1
        length = len(self._shown)
        if first <= last:
            left, right = self._shown_at(first), self._shown_at(last) + 1
            left -= self._agreeing(self._source_places[first], left, -1, self._source_places[first] - start)
            right += self._agreeing(self._source_places[last], right - 1, 1, end - 1 - self._source_places[last])
        else:
            left = self._shown_at(first - 1) + 1 if first else 0
            right = self._shown_at(first) if first < len(self._source_places) else length
        left = max(0, min(left, length - 1))
        return left, max(left + 1, min(right, length))

    def source(self, place: int) -> int:
        """Return the source index of the character shown at ``place``; if that is added text, of the next letter."""
        letter = bisect_right(self._shown_places, place) - 1
        here = self._source_at(letter) if letter >= 0 else -1
        if letter >= 0 and self._shown_places[letter] == place:
            return here
        behind = self._source_at(letter + 1)
        at = self._shown_places[letter] + 1 if letter >= 0 else 0
        here += 1
        while at < min(place, len(self._shown)) and here < behind:
            at += self._source[here] == self._shown[at]
            here += 1
        return min(here, behind)

    def _agreeing(self, here: int, there: int, step: int, most: int) -> int:
        """Count the characters beyond a letter that are equal in both texts, up to ``most``."""
        count = 0
        while (
            count < most
            and 0 <= there + step * (count + 1) < len(self._shown)
            and self._source[here + step * (count + 1)] == self._shown[there + step * (count + 1)]
        ):
            count += 1
        return count

    def _source_at(self, letter: int) -> int:
        """Return the source index of a shown letter; if it is not in the source, that of the next letter."""
        index = bisect_right(self._by_shown, letter) - 1
        if index >= 0 and letter < self._runs[index].shown + self._runs[index].length:
            run = self._runs[index]
            return self._source_places[run.source + letter - run.shown]
        if index + 1 < len(self._runs):
            return self._source_places[self._runs[index + 1].source]
        return max(0, len(self._source) - 1)

    def _shown_at(self, letter: int) -> int:
        """Return where a letter of the source is shown; if it is not shown, where the next one is."""
        index = bisect_right(self._by_source, letter) - 1
        if index >= 0 and letter < self._runs[index].source + self._runs[index].length:
            run = self._runs[index]
            return self._shown_places[run.shown + letter - run.source]
        if index + 1 < len(self._runs):
            return self._shown_places[self._runs[index + 1].shown]
        return self._shown_places[-1] if self._shown_places else 0


def _runs(source: str, shown: str) -> list[_Run]:
    """Find the common runs of both texts in order, in a single pass."""
    runs: list[_Run] = []
    here = there = differences = 0
    while here < len(source) and there < len(shown) and differences < _MOST_GAPS:
        length = _common(source, here, shown, there)
        if length:
            runs.append(_Run(here, there, length))
            here, there = here + length, there + length
            continue
        differences += 1
        skipped = source.find(shown[there : there + _GRAM], here, here + _AHEAD)
        added = shown.find(source[here : here + _GRAM], there, there + _AHEAD)
        if skipped >= 0 and (added < 0 or skipped - here <= added - there):
            here = skipped
        elif added >= 0:
            there = added
        else:
            here, there = here + 1, there + 1
    return runs


def _common(source: str, here: int, shown: str, there: int) -> int:
    """Return the number of equal letters from these positions on."""
    length, step = 0, 4096
    while step:
        if (
            here + length + step <= len(source)
            and there + length + step <= len(shown)
            and source.startswith(shown[there + length : there + length + step], here + length)
        ):
            length += step
        else:
            step //= 2
    return length
