"""Separating reasoning in think tags from the rest of a reply, for display."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.think_tags import Parted, parted


def test_thinking_and_answer_are_told_apart() -> None:
    both = parted("\n<think>\nFirst, rain.\n</think>\n\nGrey threads")
    assert (both.thinking, both.answer) == ("First, rain.", "Grey threads")


@pytest.mark.parametrize(
    "text",
    ["", "plain", "<think>still at it", "Say <think>x</think>", "<think></think>x", "<think> \n </think>x", "</think>"],
)
def test_anything_else_is_answer_as_a_whole(text: str) -> None:
    assert parted(text) == Parted(text)


@given(st.text("ab \n", max_size=8), st.text("ab \n<", max_size=12), st.text("xy \n", max_size=12))
def test_a_shown_place_leads_back_to_the_same_character(before: str, thinking: str, answer: str) -> None:
    whole = f"{before.strip('ab')}<think>{thinking}</think>{answer}"
    both = parted(whole)
    for region, shown in (("reasoning", both.thinking), ("text", both.answer)):
        for place, character in enumerate(shown):
            offset = both.whole(region, place)
            assert whole[offset] == character
            assert both.shown(offset) == (region, place)


@given(st.text("<think></think> ab\n", max_size=40), st.integers(0, 60))
def test_every_place_is_shown_somewhere(text: str, offset: int) -> None:
    both = parted(text)
    region, place = both.shown(offset)
    assert region in ("reasoning", "text")
    assert 0 <= place <= max(len(text), offset)
