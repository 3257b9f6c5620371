"""Plots gaps in block characters. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from chat_tui.domain.gaps import Gaps, Peak

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_FLOOR_S: Final = 0.001
"""The smallest gap shown above the baseline of a logarithmic plot."""
_STEEP: Final = 10
"""If the longest gap is more than this many times the median, the scale is logarithmic."""


def gap_plot(gaps: Gaps, width: int, height: int) -> list[str]:
    """Plot the longest gap of each column as a bar; the scale is logarithmic if the longest gap stands out.

    Args:
        gaps: The gaps of the whole stream.
        width: Maximum number of columns; each covers as many arrivals as needed for that.
        height: Number of rows.

    Returns:
        ``height`` rows of equal length, the top one first; every column has at least the baseline.
    """
    _, peaks = gaps.columns(width)
    levels = _levels(peaks, gaps.quantile(0.5) or 0.0, 8 * height)
    return ["".join(_BLOCKS[max(0, min(8, level - 8 * row))] for level in levels) for row in reversed(range(height))]


def column_of(gaps: Gaps, width: int, place: int) -> int:
    """Return the column that contains an arrival."""
    return place // gaps.columns(width)[0]


def scale(gaps: Gaps) -> tuple[float, float] | None:
    """Return the gaps at the bottom and the top of a logarithmic plot; None if the plot is linear."""
    longest, median = gaps.longest, gaps.quantile(0.5) or 0.0
    if longest is None:
        return None
    return _scale(longest.gap_s, median)


def duration(seconds: float) -> str:
    """Format a gap in at most seven cells: ``412 µs``, ``4.9 ms``, ``351 ms``, ``1.25 s``, ``83 s``."""
    if seconds < 0.0009995:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 0.9995:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.00995 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.0f} s"


def _levels(peaks: Sequence[Peak], median: float, top: int) -> list[int]:
    longest = max((peak.gap_s for peak in peaks), default=0.0)
    bounds = _scale(longest, median)

    def level(gap: float) -> int:
        if bounds is None:
            share = gap / longest if longest else 0.0
        else:
            low, high = bounds
            share = math.log(gap / low) / math.log(high / low) if gap > low else 0.0
        return max(1, round(share * top))

    return [level(peak.gap_s) for peak in peaks]


def _scale(longest: float, median: float) -> tuple[float, float] | None:
    low = max(_FLOOR_S, median / _STEEP)
    return (low, longest) if longest > max(median, low) * _STEEP else None
