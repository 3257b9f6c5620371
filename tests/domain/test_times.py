"""Elapsed times in words."""

from __future__ import annotations

import pytest

from chat_tui.domain.knowledge import Refusal
from chat_tui.domain.times import ago


@pytest.mark.parametrize(
    ("passed_s", "words"),
    [
        (-100, "just now"),
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (86_399, "23 h ago"),
        (86_400, "1 d ago"),
        (400 * 86_400, "400 d ago"),
    ],
)
def test_times_are_told_in_the_largest_whole_unit(passed_s: int, words: str) -> None:
    assert ago(10**12, 10**12 + passed_s * 1000) == words


def test_a_refusal_tells_when_and_in_the_services_words() -> None:
    refusal = Refusal(name="n", status=400, words="no n", at_ms=0)
    assert refusal.told(7_200_000) == "refused 2 h ago: no n"
    assert refusal.sentence(7_200_000) == "Refused 2 h ago (400): no n."
