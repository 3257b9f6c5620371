"""Recalling earlier prompts, and large pastes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.literal import visible
from chat_tui.ui.pastes import ASIDE_CHARACTERS, Pastes
from chat_tui.ui.recall import Recall


def test_walking_back_and_forth_ends_at_what_was_typed() -> None:
    recall = Recall(["one", "two"])
    assert recall.next() is None
    assert [recall.previous("now"), recall.previous("two"), recall.previous("one")] == ["two", "one", None]
    assert [recall.next(), recall.next(), recall.next()] == ["two", "now", None]
    assert not recall.walking


def test_a_change_by_hand_begins_anew() -> None:
    recall = Recall(["one", "two"])
    recall.previous("now")
    recall.leave()
    assert recall.previous("two!") == "two"
    assert recall.next() == "two!"


def test_a_repetition_is_kept_once() -> None:
    recall = Recall()
    assert recall.previous("") is None
    for text in ("a", "a", "b"):
        recall.add(text)
    assert [recall.previous(""), recall.previous(""), recall.previous("")] == ["b", "a", None]


@given(st.lists(st.text()))
def test_what_is_put_aside_comes_back_exactly_and_what_is_shown_is_harmless(texts: list[str]) -> None:
    pastes = Pastes()
    shown = [pastes.shorten(text) for text in texts]
    assert [pastes.expand(mark) for mark in shown] == texts
    assert all(visible(mark) == mark.replace("\r\n", "\n") for mark in shown)


def test_a_mark_inside_a_paste_is_not_expanded() -> None:
    pastes = Pastes()
    first = pastes.shorten("x" * (ASIDE_CHARACTERS + 1))
    second = pastes.shorten(first + "y" * ASIDE_CHARACTERS)
    assert pastes.expand(second) == first + "y" * ASIDE_CHARACTERS


def test_long_lines_are_put_aside_and_short_texts_are_not() -> None:
    pastes = Pastes()
    assert pastes.shorten("line\n" * 1000) == "line\n" * 1000
    assert pastes.shorten("x" * 10_000) == "[paste 1: 10,000 characters]"
    pastes.clear()
    assert pastes.shorten("a\x1bb") == "[paste 1: 3 characters, 1 hidden character]"
    assert pastes.expand("[paste 1: 3 characters, 1 hidden character]!") == "a\x1bb!"
