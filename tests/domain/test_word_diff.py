"""Word diffs: both texts can be restored from the pieces, and similarity is a share of words."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain import word_diff as module
from chat_tui.domain.word_diff import likeness, marked, side, word_diff

WORDS = st.lists(
    st.sampled_from(["the", "cat", "dog", " ", "\n", "  ", ".", "ß", "日本", "👍🏽", "\u202e", "a"]), max_size=30
)
TEXTS = st.one_of(st.text(), WORDS.map("".join), WORDS.map(" ".join))


@given(TEXTS, TEXTS)
def test_both_sides_come_back_out(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert side(pieces, "added") == before
    assert side(pieces, "removed") == after
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@pytest.mark.parametrize("most", [0, 6, 60])
@given(before=TEXTS, after=TEXTS)
def test_so_they_do_where_lines_or_wholes_are_weighed(most: int, before: str, after: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST_PAIRS", most)
        pieces = word_diff(before, after)
    assert side(pieces, "added") == before
    assert side(pieces, "removed") == after


@given(st.text(alphabet="ab \n.x"), st.text(alphabet="ab \n.y"))
def test_the_marks_tell_both_sides(before: str, after: str) -> None:
    text = marked(word_diff(before, after))
    assert re.sub(r"\{\+.*?\+\}", "", text, flags=re.DOTALL).replace("[-", "").replace("-]", "") == before
    assert re.sub(r"\[-.*?-\]", "", text, flags=re.DOTALL).replace("{+", "").replace("+}", "") == after


@given(TEXTS, TEXTS)
def test_likeness_is_between_0_and_1_and_the_same_from_either_side(before: str, after: str) -> None:
    assert 0 <= likeness(word_diff(before, after)) <= 1
    assert likeness(word_diff(before, before)) == 1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("The cat sat.", "The dog sat.", "The [-cat-]{+dog+} sat."),
        ("The cat sat.", "A dog sat.", "[-The cat-]{+A dog+} sat."),
        ("one two", "one two three", "one two{+ three+}"),
        ("one two", "", "[-one two-]"),
        ("", "", ""),
        ("a\nb\n", "a\nc\n", "a\n[-b-]{+c+}\n"),
    ],
)
def test_it_reads_well(before: str, after: str, expected: str) -> None:
    assert marked(word_diff(before, after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", 1.0),
        ("a b c d", "a b c d", 1.0),
        ("a b c d", "a  b\nc d", 1.0),
        ("a b c d", "a b c x", 0.75),
        ("a b", "x y", 0.0),
        ("a", "", 0.0),
        ("Yes.", "Yes", 2 / 3),
    ],
)
def test_likeness_counts_words(before: str, after: str, expected: float) -> None:
    assert likeness(word_diff(before, after)) == pytest.approx(expected)


def test_a_book_is_compared_line_by_line() -> None:
    lines = [f"line {number} of many words that stay as they are\n" for number in range(900)]
    other = [*lines[:450], "another line entirely\n", *lines[451:]]
    changed = [piece for piece in word_diff("".join(lines), "".join(other)) if piece.kind != "same"]
    assert "another" in "".join(piece.text for piece in changed)
    assert sum(len(piece.text) for piece in changed) < 120
