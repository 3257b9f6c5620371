"""Formatting of JSON as it was written, including incomplete JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_layout import LIMIT, indented

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"city":"Paris","o":{"a":[]}}', ["{", '  "city": "Paris",', '  "o": {', '    "a": []', "  }", "}"]),
        ('{"city":"Par', ["{", '  "city": "Par']),
        ('{"a":', ["{", '  "a":']),
        ("{}", ["{}"]),
        ('{"a" "b"}', ["{", '  "a" "b"', "}"]),
        ("}{", ["}{"]),
        ("plain words\nfor a tool", ["plain words", "for a tool"]),
        ("", []),
    ],
)
def test_lines_and_levels(text: str, lines: list[str]) -> None:
    assert ["  " * level + line for level, line in indented(text)] == lines


@given(st.lists(values, min_size=1, max_size=4))
def test_whole_json_means_the_same(value: list[object]) -> None:
    assert json.loads("\n".join(line for _, line in indented(json.dumps(value)))) == value


@given(st.lists(values, min_size=1), st.integers(1, 400))
def test_no_sign_is_lost_or_added_however_little_has_come(value: list[object], length: int) -> None:
    begun = json.dumps(value, separators=(",", ":"))[:length]
    shown = "".join(line for _, line in indented(begun))
    assert shown.replace(" ", "") == begun.replace(" ", "")


def test_a_flood_is_cut_and_told() -> None:
    *_, last = indented("[" + "1," * LIMIT)
    assert last == (0, f"… {LIMIT + 1:,} more characters")
