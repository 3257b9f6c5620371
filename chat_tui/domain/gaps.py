"""Incremental statistics of the gaps between arrivals: percentiles, the longest gap, and peaks for a plot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

_BUCKETS: Final = 1024
"""Maximum number of stored peaks; when it is reached, pairs are merged."""


class Peak(Struct, frozen=True):
    """The longest gap of one plot column."""

    gap_s: float
    place: int
    """Index of the arrival after the gap, from 0."""


class Gaps:
    """Gaps in seconds, one per arrival. Adding one takes constant amortised time."""

    count: int
    """Number of arrivals."""
    first_s: float | None
    """When the first arrival came. The wait for it is not a gap: percentiles and peaks exclude it."""
    longest: Peak | None
    """The first of the longest gaps; None before the second arrival."""

    def __init__(self) -> None:
        self.count = 0
        self.first_s = None
        self.longest = None
        self._last_s = 0.0
        self._sorted: list[float] = []
        self._unsorted: list[float] = []
        self._span = 1
        self._peaks: list[Peak] = []

    def take(self, times_s: Iterable[float]) -> None:
        """Add arrivals by their times; a time before the previous one counts as a gap of 0."""
        for at_s in times_s:
            if self.first_s is None:
                self.first_s, gap = at_s, 0.0
            else:
                gap = max(0.0, at_s - self._last_s)
                self._unsorted.append(gap)
                if self.longest is None or gap > self.longest.gap_s:
                    self.longest = Peak(gap, self.count)
            self._last_s = at_s
            self._add_peak(gap)
            self.count += 1

    def quantile(self, share: float) -> float | None:
        """Return the gap that at least ``share`` (0 to 1) of all gaps do not exceed; None before the second arrival."""
        if self._unsorted:
            self._sorted += self._unsorted
            self._sorted.sort()
            self._unsorted = []
        if not self._sorted:
            return None
        place = -int(-share * len(self._sorted) // 1) - 1
        return self._sorted[min(max(place, 0), len(self._sorted) - 1)]

    def columns(self, width: int) -> tuple[int, list[Peak]]:
        """Return the peaks of at most ``width`` columns, each for the same number of arrivals.

        Returns:
            The number of arrivals per column, and the columns. While the stream grows, columns keep their extent until
            there are too many of them; then each covers up to twice as many arrivals.
        """
        span = _span_for(self.count, max(1, width), self._span)
        wide = span // self._span
        groups = (self._peaks[start : start + wide] for start in range(0, len(self._peaks), wide))
        return span, [max(group, key=_gap) for group in groups]

    def _add_peak(self, gap: float) -> None:
        bucket = self.count // self._span
        if bucket == _BUCKETS:
            peaks = self._peaks
            self._peaks = [max(peaks[place : place + 2], key=_gap) for place in range(0, _BUCKETS, 2)]
            self._span *= 2
            bucket //= 2
        if bucket == len(self._peaks):
            self._peaks.append(Peak(gap, self.count))
        elif gap > self._peaks[bucket].gap_s:
            self._peaks[bucket] = Peak(gap, self.count)


def _gap(peak: Peak) -> float:
    return peak.gap_s


def _span_for(count: int, width: int, finest: int) -> int:
    """Return the least multiple of ``finest`` among 1, 2, 3, 4, 6, 8, 12, … that fits ``count`` into ``width``."""
    power = 1
    while True:
        for span in (power, power * 3 // 2):
            if span * width >= count and span % finest == 0:
                return span
        power *= 2
