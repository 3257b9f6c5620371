"""Searching words in text, and excerpts around matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.text_search import Term, bare, excerpt


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        (Term("rain"), "The RAIN.", True),
        (Term("rain"), "trains", False),
        (Term("rain", prefix=True), "rainy", True),
        (Term("rain"), "rainy", False),
        (Term("cafe"), "Café", True),
        (Term("Éa"), "ea", True),
        (Term("on the"), "on, the", True),
        (Term("on the"), "on in the", False),
        (Term("snake_case"), "a snake case", True),
        (Term("日本"), "私は日本語", True),
        (Term("本日"), "日本", False),
        (Term("日本x"), "日本 x", True),
    ],
)
def test_a_term_finds_whole_words_whatever_their_case_and_accents(term: Term, text: str, found: bool) -> None:
    assert bool(re.search(term.pattern, bare(text))) is found


@given(st.text())
def test_bare_text_is_as_long_as_before(text: str) -> None:
    assert len(bare(text)) == len(text)


def test_an_excerpt_is_one_line_with_the_places_of_the_words() -> None:
    text = "word " * 40 + "here is\nthe Needle\tand a needle more " + "word " * 40
    found = excerpt(text, [Term("needle")])
    assert found is not None
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert "\n" not in found.text
    assert [found.text[begin:end] for begin, end in found.found] == ["Needle", "needle"]
    assert excerpt(text, [Term("nowhere")]) is None


@given(st.text(), st.text(alphabet="ab é日", min_size=1))
def test_an_excerpt_never_points_outside_of_itself(before: str, word: str) -> None:
    term = Term(word)
    if term.tokens:
        found = excerpt(f"{before} {word}", [term])
        assert found is None or all(0 <= begin < end <= len(found.text) for begin, end in found.found)
