"""Mapping positions in a message's exact text to where they are shown, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.ui.transcript.alignment import Alignment
from chat_tui.ui.transcript.entries import Entry
from chat_tui.ui.transcript.message import FOLDED, MessageView
from chat_tui.ui.transcript.places import rows_of, source_place

MARKDOWN = (
    "## A heading\n\nSome **bold words** and `code` with a [link](https://example.com/a/long/target) that goes on "
    "until it wraps more than once, at whatever width there is.\n\n- first item\n- second *item*\n\n"
    "```python\ndef rain(drops: int) -> str:\n    return f'{drops}'\n```\n\n| a | b |\n|---|---|\n| one | two |\n\n"
    "> quoted 日本語のテキスト and — the end.\n"
)


def shown(view: MessageView, region: str, start: int, end: int, width: int) -> str:
    rows = [row.text for row in view.rows()] if view.lay_out(width) else []
    match = rows_of(view, region, start, end, width)
    rows = [row.text for row in view.rows()]
    return " ".join(rows[part.row][part.start : part.end] for part in match)


@pytest.mark.parametrize("width", [20, 38, 80])
@pytest.mark.parametrize(
    "words", ["heading", "bold", "code", "link", "whatever", "second", "item", "rain", "drops", "two", "quoted", "end"]
)
def test_each_word_is_found_where_it_is_shown(words: str, width: int) -> None:
    view = MessageView(Entry("k", "assistant", "m", MARKDOWN))
    place = MARKDOWN.index(words)
    assert shown(view, "text", place, place + len(words), width) == words
    (part, *_) = rows_of(view, "text", place, place + len(words), width)
    assert source_place(view, part.row, part.start, width) == ("text", place)


@pytest.mark.parametrize("width", [20, 38, 80])
def test_each_region_is_found_in_its_own_rows(width: int) -> None:
    view = MessageView(
        Entry("k", "assistant", "m", "the text", reasoning="the thought", calls=('f {"a": 1}', 'g {"b": 2}'))
    )
    assert shown(view, "text", 4, 8, width) == "text"
    assert shown(view, "reasoning", 4, 11, width) == "thought"
    assert shown(view, "call 0", 4, 5, width) == "a"
    assert shown(view, "call 1", 4, 5, width) == "b"
    assert source_place(view, 0, 0, width) is None
    for region, words in (("reasoning", "thought"), ("call 1", "b"), ("text", "text")):
        place = view.source_of(region).index(words)
        (part,) = rows_of(view, region, place, place + 1, width)
        assert source_place(view, part.row, part.start, width) == (region, place)


def test_a_stretch_over_a_soft_wrap_has_a_part_in_each_row() -> None:
    view = MessageView(Entry("k", "assistant", "m", "one two three four five six seven", markdown=False))
    match = rows_of(view, "text", 4, 23, 10)
    assert len(match) > 1
    assert "".join(shown(view, "text", 4, 23, 10).split()) == "twothreefourfive"


def test_what_is_folded_away_is_the_first_row() -> None:
    view = MessageView(Entry("k", "assistant", "m", "text"))
    view.fold = FOLDED
    assert rows_of(view, "text", 0, 4, 40) == ((0, 0, -1),)
    assert source_place(view, 0, 3, 40) is None


def test_signs_without_letters_are_near_their_letters() -> None:
    view = MessageView(Entry("k", "assistant", "m", "before 🎉 — after"))
    place = "before 🎉 — after".index("🎉")
    assert "🎉" in shown(view, "text", place, place + 1, 40)


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_any_two_texts_align_within_their_bounds(source: str, seen: str, start: int, length: int) -> None:
    aligned = Alignment(source, seen)
    left, right = aligned.shown(start, start + length)
    assert 0 <= left < right
    assert left < max(1, len(seen))
    assert 0 <= aligned.source(start) <= max(0, len(source) - 1)


@given(st.text(min_size=1, max_size=80), st.data())
def test_the_same_text_aligns_letter_by_letter(text: str, data: st.DataObject) -> None:
    aligned = Alignment(text, text)
    for place, char in enumerate(text):
        if char.isalnum():
            assert aligned.shown(place, place + 1) == (place, place + 1)
            assert aligned.source(place) == place


def test_texts_without_anything_in_common_end_soon() -> None:
    aligned = Alignment("ab" * 200_000, "cd" * 200_000)
    assert aligned.shown(10, 20)[0] >= 0
