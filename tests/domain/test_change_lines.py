"""Describing changes: short ones on one line, texts by lines and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.change_lines import change_lines, told
from chat_tui.domain.json_diff import diff
from chat_tui.domain.json_values import Json
from chat_tui.domain.text_diff import Gap, TextLine, text_diff


def lines(before: Json, after: Json) -> list[str]:
    return [line.text for line in change_lines(diff(before, after))]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ({"t": 0}, {"t": 0.7}, ["~ t  0 → 0.7"]),
        ({"t": 1}, {"t": True}, ["~ t  1 → true"]),
        ({"w": "a"}, {"w": "b"}, ['~ w  "a" → "b"']),
        ({}, {"t": 0.7}, ["+ t  0.7"]),
        ({"t": None}, {}, ["− t  null"]),
        ({}, {"l": ["x"]}, ["+ l", "  + [", '  +   "x"', "  + ]"]),
        ({"l": ["x"]}, {"l": 5}, ["~ l", "  − [", '  −   "x"', "  − ]", "  + 5"]),
        ({"t": "one\ntwo"}, {"t": "one\nsix"}, ["~ t", "    one", "  − two", "  + six"]),
    ],
)
def test_how_a_change_is_shown(before: Json, after: Json, shown: list[str]) -> None:
    assert lines(before, after) == shown


def test_only_the_words_that_differ_are_marked() -> None:
    before, after = "A long haiku about the rain in spring", "A long haiku about the snow in spring"
    removed, added = (line for line in text_diff(before, after) if isinstance(line, TextLine))
    assert removed.pieces == (("A long haiku about the ", False), ("rain", True), (" in spring", False))
    assert added.pieces == (("A long haiku about the ", False), ("snow", True), (" in spring", False))
    shown = change_lines(diff({"c": before}, {"c": after}))
    assert [tone for _, tone in shown[1].pieces] == ["removed", "quiet", "removed", "quiet"]


def test_lines_that_are_alike_are_left_out() -> None:
    same = [f"line {number}" for number in range(50)]
    before, after = "\n".join([*same, "old", *same]), "\n".join([*same, "new", *same])
    assert lines({"c": before}, {"c": after}) == [
        "~ c",
        "    … 49 unchanged lines",
        "    line 49",
        "  − old",
        "  + new",
        "    line 0",
        "    … 49 unchanged lines",
    ]


def test_a_very_long_value_is_cut() -> None:
    shown = lines({}, {"c": "\n".join(["x"] * 5000)})
    assert len(shown) == 302
    assert shown[-1].strip() == "… 4,700 more lines"


texts = st.text("ab \n", max_size=40)


@given(texts, texts)
def test_both_texts_are_in_their_comparison(before: str, after: str) -> None:
    old: list[str | None] = []
    new: list[str | None] = []
    for line in text_diff(before, after):
        if isinstance(line, Gap):
            old += [None] * line.lines
            new += [None] * line.lines
            continue
        if line.kind != "added":
            old.append(line.text)
        if line.kind != "removed":
            new.append(line.text)
    for found, text in ((old, before), (new, after)):
        wanted = text.split("\n")
        assert len(found) == len(wanted)
        assert all(one is None or one == other for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {}, ""),
        ({"t": 0}, {"t": 0.7}, "t 0→0.7"),
        ({"t": 0, "m": [1]}, {"t": 0.7, "m": [1, {"a": 1}]}, "t 0→0.7 · +m[1]"),
        ({"s": 4}, {}, "s 4→unset"),
        ({"c": "x" * 99}, {"c": "y" * 99}, "~c"),
        ({}, dict.fromkeys("abcde", 1), "a unset→1 · b unset→1 · c unset→1 · 2 more"),
        (1, 2, "everything 1→2"),
        ({"m": [0]}, {"m": [0, {}, {}, {}]}, "+m[1–3]"),
        ({"m": [{}, {}, 1]}, {"m": [1]}, "−m[0–1]"),
        ({}, {"a": [1], "b": [1], "c": [1], "d": [{}], "e": 1}, "+a · +b · +c · 2 more"),
    ],
)
def test_changes_in_a_few_words(before: Json, after: Json, words: str) -> None:
    assert told(diff(before, after)) == words
