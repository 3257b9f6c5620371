"""Which character of a source text is shown where, told by the letters both have in common. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

_GRAM: Final = 12
"""Letters that must agree for two texts to go on together after a difference."""
_AHEAD: Final = 2_000
"""How many letters are looked through for them: a link's target, a block that is not shown."""
_MOST_GAPS: Final = 5_000
"""Differences after which the rest is taken to be unlike."""


class _Run(NamedTuple):
    """Letters ``source`` to ``source + length`` are those from ``shown`` on."""

    source: int
    shown: int
    length: int


class Alignment:
    """A source (Markdown, say) and what is shown of it: the same letters but for markup that is left out or added.

    Signs and blanks belong to the letters around them. Time is linear in both texts.
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
        """Where characters ``start`` to ``end`` of the source are shown; never empty while anything is shown."""
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
        """Which character of the source is shown at ``place``; of one that is in no source, that of the next letter."""
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
        """How many characters beyond a letter are the same in both texts, at most so many."""
        count = 0
        while (
            count < most
            and 0 <= there + step * (count + 1) < len(self._shown)
            and self._source[here + step * (count + 1)] == self._shown[there + step * (count + 1)]
        ):
            count += 1
        return count

    def _source_at(self, letter: int) -> int:
        """Which character of the source a shown letter is; of one that is in no source, that of the next letter."""
        index = bisect_right(self._by_shown, letter) - 1
        if index >= 0 and letter < self._runs[index].shown + self._runs[index].length:
            run = self._runs[index]
            return self._source_places[run.source + letter - run.shown]
        if index + 1 < len(self._runs):
            return self._source_places[self._runs[index + 1].source]
        return max(0, len(self._source) - 1)

    def _shown_at(self, letter: int) -> int:
        """Where a letter of the source is shown; of one that is not, where the next one is."""
        index = bisect_right(self._by_source, letter) - 1
        if index >= 0 and letter < self._runs[index].source + self._runs[index].length:
            run = self._runs[index]
            return self._shown_places[run.shown + letter - run.source]
        if index + 1 < len(self._runs):
            return self._shown_places[self._runs[index + 1].shown]
        return self._shown_places[-1] if self._shown_places else 0


def _runs(source: str, shown: str) -> list[_Run]:
    """What both have in common, in order, found by going through both at once."""
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
    """How many letters agree from these places on."""
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
