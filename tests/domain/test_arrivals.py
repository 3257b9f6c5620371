"""Events and comments merged into one list, and the gaps between them."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.arrivals import Arrivals
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.gaps import Gaps

TIMES = st.lists(st.floats(0, 50), max_size=40).map(sorted)


@given(TIMES, TIMES, st.lists(st.floats(0, 60), max_size=4))
def test_taken_bit_by_bit_everything_is_there_once_and_in_order(
    event_times: list[float], comment_times: list[float], cuts: list[float]
) -> None:
    events = [StreamEvent(at_s, str(number)) for number, at_s in enumerate(event_times)]
    comments = [Comment(at_s, str(number)) for number, at_s in enumerate(comment_times)]
    arrivals = Arrivals()
    new = 0
    for cut in [*sorted(cuts), math.inf]:
        new += arrivals.take(
            [event for event in events if event.at_s <= cut], [each for each in comments if each.at_s <= cut]
        )
    assert new == len(arrivals.items) == len(events) + len(comments)
    assert [item for item in arrivals.items if isinstance(item, StreamEvent)] == events
    assert [item for item in arrivals.items if isinstance(item, Comment)] == comments
    assert arrivals.comments == len(comments)
    times = [item.at_s for item in arrivals.items]
    assert times == sorted(times)
    assert [arrivals.items[place] for place in arrivals.places] == events
    assert [number for number in arrivals.numbers if number is not None] == list(range(len(events)))


def test_what_came_with_one_read_has_its_comments_first() -> None:
    arrivals = Arrivals()
    arrivals.take([StreamEvent(1.0, "a"), StreamEvent(1.0, "b")], [Comment(1.0, "c")])
    assert arrivals.numbers == [None, 0, 1]


def test_a_gap_is_never_below_nothing() -> None:
    arrivals = Arrivals()
    arrivals.take([StreamEvent(0.4, "a"), StreamEvent(0.3, "b"), StreamEvent(0.5, "c")], [])
    assert [arrivals.gap_s(place) for place in range(3)] == [0.4, 0.0, 0.5 - 0.3]


@given(st.lists(st.floats(0, 9), min_size=1, max_size=60), st.integers(1, 7), st.integers(1, 30))
def test_gaps_taken_bit_by_bit_are_those_of_the_whole(steps: list[float], piece: int, width: int) -> None:
    times = [sum(steps[: number + 1]) for number in range(len(steps))]
    gaps = Gaps()
    for start in range(0, len(times), piece):
        gaps.take(times[start : start + piece])
        gaps.quantile(0.5)
    between = [later - earlier for earlier, later in pairwise(times)]
    assert gaps.count == len(times)
    assert gaps.first_s == times[0]
    ranked = sorted(between)
    for share in (0.0, 0.5, 0.95, 1.0):
        expected = ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else None
        assert gaps.quantile(share) == expected
    if between:
        assert gaps.longest is not None
        assert gaps.longest.gap_s == max(between)
        assert gaps.longest.place == between.index(max(between)) + 1
    span, columns = gaps.columns(width)
    assert len(columns) == math.ceil(len(times) / span) <= width
    shown = [0.0, *between]
    for number, peak in enumerate(columns):
        group = shown[number * span : (number + 1) * span]
        assert peak.gap_s == max(group)
        assert shown[peak.place] == peak.gap_s
        assert number * span <= peak.place < (number + 1) * span


def test_a_long_stream_keeps_its_peaks_in_bounded_room() -> None:
    gaps = Gaps()
    gaps.take(number + (5.0 if number >= 70_000 else 0.0) for number in range(100_000))
    span, columns = gaps.columns(40)
    assert len(columns) <= 40
    assert max(columns, key=lambda peak: peak.gap_s).place == 70_000
    assert 70_000 // span == next(number for number, peak in enumerate(columns) if peak.gap_s > 1)


def test_columns_keep_what_they_stand_for_while_the_stream_grows() -> None:
    gaps, spans = Gaps(), []
    for number in range(400):
        gaps.take([float(number)])
        spans.append(gaps.columns(10)[0])
    assert sorted(set(spans)) == [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48]
    assert spans == sorted(spans)


def test_without_two_arrivals_there_is_nothing_to_tell() -> None:
    gaps = Gaps()
    assert gaps.columns(10) == (1, [])
    gaps.take([3.0])
    assert (gaps.quantile(0.5), gaps.longest, gaps.first_s) == (None, None, 3.0)
