"""The plot of gaps: shape, scale, and the format of its numbers."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.gaps import Gaps
from chat_tui.ui.panel.events.gap_plot import column_of, duration, gap_plot, scale

_BLOCKS = " ▁▂▃▄▅▆▇█"


def gaps_of(*steps: float) -> Gaps:
    gaps = Gaps()
    gaps.take(accumulate(steps, initial=1.0))
    return gaps


def heights(rows: list[str]) -> list[int]:
    return [sum(_BLOCKS.index(row[column]) for row in rows) for column in range(len(rows[0]))]


@given(st.lists(st.floats(0, 100), max_size=300), st.integers(1, 60), st.integers(1, 4))
def test_longer_gaps_have_higher_bars(steps: list[float], width: int, height: int) -> None:
    gaps = gaps_of(*steps)
    rows = gap_plot(gaps, width, height)
    assert len(rows) == height
    span, peaks = gaps.columns(width)
    assert {len(row) for row in rows} == {len(peaks)}
    bars = heights(rows)
    assert all(1 <= bar <= 8 * height for bar in bars)
    ranked = sorted(zip((peak.gap_s for peak in peaks), bars, strict=True))
    assert [bar for _, bar in ranked] == sorted(bar for _, bar in ranked)
    if ranked[-1][0] > 0:
        assert max(bars) == 8 * height
    assert column_of(gaps, width, gaps.count - 1) == (gaps.count - 1) // span == len(peaks) - 1


def test_like_gaps_stand_on_a_linear_scale_and_unlike_ones_on_a_logarithmic_one() -> None:
    even = gaps_of(0.01, 0.02, 0.01, 0.02)
    assert scale(even) is None
    assert heights(gap_plot(even, 10, 1)) == [1, 4, 8, 4, 8]
    steep = gaps_of(*[0.01] * 50, 10.0, *[0.01] * 50)
    assert scale(steep) == pytest.approx((0.001, 10.0))
    assert heights(gap_plot(steep, 200, 1))[1:3] == [2, 2]


def test_nothing_is_plotted_of_nothing() -> None:
    assert gap_plot(Gaps(), 10, 2) == ["", ""]
    assert scale(Gaps()) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 µs"),
        (0.000412, "412 µs"),
        (0.0049, "4.9 ms"),
        (0.0099999, "10 ms"),
        (0.351, "351 ms"),
        (0.9999, "1.00 s"),
        (1.25, "1.25 s"),
        (83.4, "83 s"),
    ],
)
def test_a_duration_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
