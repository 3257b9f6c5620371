"""Parsing a typed session search."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chat_tui.domain.session import SessionSummary
from chat_tui.domain.session_query import ORDERS, parse_query, sort_key

SESSION = SessionSummary(
    id="a",
    path="/s/a.jsonl",
    title="Rain",
    created="2026-02-01T00:00:00Z",
    modified_s=datetime(2026, 3, 15, 12).astimezone().timestamp(),
    provider="openrouter",
    model="openai/gpt-4o",
    messages=4,
    tags=("Work", "draft"),
    starred=True,
)


def test_words_phrases_and_the_last_word_as_a_beginning() -> None:
    query = parse_query('grey "on the pane" thr')
    assert [(term.text, term.prefix) for term in query.terms] == [
        ("grey", False),
        ("on the pane", False),
        ("thr", True),
    ]
    assert not parse_query("grey ").terms[0].prefix
    assert not parse_query('"open phrase').terms[0].prefix


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("model:GPT", True),
        ("model:claude", False),
        ("model:", True),
        ("tag: provider:", True),
        ("provider:open", True),
        ("provider:router", False),
        ("tag:work", True),
        ("tag:#wo tag:draft", True),
        ("tag:other", False),
        ("is:starred", True),
        ("is:cut", False),
        ("before:2026-03-16", True),
        ("before:2026-03-15", False),
        ("after:2026-03-15", True),
        ("after:2026-04", False),
        ("after:2026 before:2027", True),
        ('model:"gpt-4o"', True),
    ],
)
def test_filters_let_through_what_they_name(text: str, fits: bool) -> None:
    query = parse_query(text)
    assert query.allows(SESSION) is fits
    assert query.terms == ()
    assert query.notes == ()


@pytest.mark.parametrize(
    "text", ["is:", "is:blue", "before:", "before:soon", "after:2026-13", "before:0000", "!!!", "→"]
)
def test_what_has_no_effect_is_told(text: str) -> None:
    query = parse_query(text)
    assert query.notes
    assert query.allows(SESSION)


def test_an_unknown_field_is_words() -> None:
    assert [term.tokens for term in parse_query("https://x.org foo:bar").terms] == [
        ("https", "x", "org"),
        ("foo", "bar"),
    ]


@given(st.text())
def test_any_text_is_a_query(text: str) -> None:
    query = parse_query(text)
    assert all(term.tokens and term.pattern for term in query.terms)


@pytest.mark.parametrize("order", ORDERS)
def test_each_order_puts_the_larger_or_first_one_in_front(order: str) -> None:
    other = replace(SESSION, id="b", created="2026-01-01", modified_s=0.0, title="snow", size=-1)
    (known,) = [each for each in ORDERS if each == order]
    assert sorted([other, SESSION], key=sort_key(known)) == [SESSION, other]
