"""Shortening long data for display."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.change_lines import change_lines
from chat_tui.domain.data_folding import LONGEST, DataAside, folded
from chat_tui.domain.json_diff import diff
from chat_tui.domain.json_values import Json


def test_long_data_is_shown_by_its_ends_and_its_length() -> None:
    data = "A" * 3000 + "B" * 3000 + "=="
    shown = folded({"url": f"data:image/png;base64,{data}", "detail": "low"})
    assert shown == {
        "url": f"data:image/png;base64,{'A' * 48} … 5,938 characters … {'B' * 14}==",
        "detail": "low",
    }


@pytest.mark.parametrize(
    "value",
    [
        "x" * LONGEST,
        "words and words " * 1000,
        {"a": [1, None, True, 2.5, {"b": "c"}]},
        [],
        None,
    ],
)
def test_anything_else_stays_the_same_object(value: Json) -> None:
    assert folded(value) is value


def test_data_within_a_text_and_within_lists_is_found() -> None:
    shown = folded(["see", [f"before {'A' * 5000} after"]])
    assert shown == ["see", [f"before {'A' * 48} … 4,936 characters … {'A' * 16} after"]]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, {"url": "A" * 100_000}, "99,936 characters"),
        ("A" * 100_000, "B" * 100_001, "99,937 characters"),
        ("A" * 50_000 + "B" * 50_000, "A" * 49_999 + "B" * 50_001, "different data of the same length"),
    ],
)
def test_a_change_of_data_is_told_in_short(before: Json, after: Json, words: str) -> None:
    lines = change_lines(diff({"x": before}, {"x": after}))
    assert any(words in line.text for line in lines)
    assert sum(len(line.text) for line in lines) < 1000


def test_data_put_aside_come_back_exactly() -> None:
    aside = DataAside()
    value: Json = {"a": [f"data:x;base64,{'A' * 5000}=", 5, None], "b": "B" * 3000, "c": "A" * 5000 + "=", "d": "short"}
    shown = aside.put(value)
    assert shown == {
        "a": ["data:x;base64,[data 1: 5,001 characters]", 5, None],
        "b": "[data 2: 3,000 characters]",
        "c": "[data 1: 5,001 characters]",
        "d": "short",
    }
    assert aside.put(value) == shown
    assert aside.restore(shown) == value
    assert aside.restore(["x [data 2: 3,000 characters] y", "[data 9: 1 characters]"]) == [
        f"x {'B' * 3000} y",
        "[data 9: 1 characters]",
    ]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_values_without_data_are_not_touched(value: Json) -> None:
    aside = DataAside()
    assert aside.put(value) == value
    assert aside.restore(value) == value
