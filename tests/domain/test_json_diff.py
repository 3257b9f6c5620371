"""Differences between two JSON values: no more and no less than what changed."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_diff import DEEPEST, Change, diff, path_text, same
from chat_tui.domain.json_values import Json, Unset

names = st.sampled_from(["a", "b", "c", "", "a.b"])
scalars = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, -0.0, 1.0, 2.5]) | names
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


def applied(changes: Iterable[Change], before: Json) -> Json:
    """``before`` with the changes carried out: level by level, removals from the end first, then additions in order."""
    result: Any = copy.deepcopy(before)
    for depth in range(DEEPEST + 1):
        here = [change for change in changes if len(change.path) == depth]
        if depth == 0:
            for change in here:
                result = change.after
            continue
        for change in reversed([each for each in here if each.kind == "removed"]):
            holder = _at(result, change.path[:-1])
            assert same(holder[change.path[-1]], _given(change.before))
            del holder[change.path[-1]]
        for change in [each for each in here if each.kind == "added"]:
            holder = _at(result, change.path[:-1])
            if isinstance(holder, list):
                holder.insert(int(change.path[-1]), change.after)
            else:
                assert change.path[-1] not in holder
                holder[change.path[-1]] = change.after
        for change in [each for each in here if each.kind == "changed"]:
            holder = _at(result, change.path[:-1])
            assert same(holder[change.path[-1]], _given(change.before))
            holder[change.path[-1]] = change.after
    return result  # type: ignore[no-any-return]


def _given(value: Json | Unset) -> Json:
    assert not isinstance(value, Unset)
    return value


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@given(values, values)
def test_the_changes_lead_from_one_value_to_the_other(before: Json, after: Json) -> None:
    assert same(applied(diff(before, after), before), after)


@given(values)
def test_a_value_does_not_differ_from_its_copy(value: Json) -> None:
    assert diff(value, copy.deepcopy(value)) == ()
    assert same(value, copy.deepcopy(value))


@given(values, values)
def test_the_same_is_what_is_written_the_same(one: Json, other: Json) -> None:
    def written(value: Json) -> str:
        import json

        return json.dumps(value, sort_keys=True)

    assert same(one, other) == (written(one) == written(other))
    assert same(one, other) == (diff(one, other) == ())


@given(st.lists(values, max_size=60), st.lists(values, max_size=60))
def test_long_lists_too(before: list[Json], after: list[Json]) -> None:
    assert same(applied(diff(before, after), before), after)


def message(role: str, text: str) -> Json:
    return {"role": role, "content": text}


U1, A1, U2, A2 = message("user", "a"), message("assistant", "b"), message("user", "c"), message("assistant", "d")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([U1], [U1, A1, U2], ["added [1]", "added [2]"]),
        ([U1, A1, U2], [U1], ["removed [1]", "removed [2]"]),
        ([U1, A1], [message("user", "x"), A1, U2], ["changed [0].content", "added [2]"]),
        ([U1, A1, U2], [message("system", "s"), U1, A1, U2], ["added [0]"]),
        ([U1, A1, U2, A2], [U1, A2], ["removed [1]", "removed [2]"]),
        ([U1], [A2], ["removed [0]", "added [0]"]),
        (["a", "b"], ["a", "x", "b"], ["added [1]"]),
        (["a"], ["b"], ["changed [0]"]),
        ([[1]], [[1, 2]], ["added [0][1]"]),
        ({"t": 0}, {"t": 0.7}, ["changed t"]),
        ({"t": 1}, {"t": True}, ["changed t"]),
        ({"t": 1}, {"t": 1.0}, ["changed t"]),
        ({"t": None}, {}, ["removed t"]),
        ({}, {"o": {"include": True}}, ["added o"]),
        ({"o": {"a": 1}}, {"o": {"a": 1, "b": 2}}, ["added o.b"]),
        ({"o": {"a": 1}}, {"o": [1]}, ["changed o"]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
    ],
)
def test_what_is_told(before: Json, after: Json, told: list[str]) -> None:
    assert [f"{change.kind} {path_text(change.path)}" for change in diff(before, after)] == told


def test_a_long_list_without_anything_in_common_is_taken_in_order() -> None:
    before: list[Json] = [message("user", f"old {number}") for number in range(300)]
    after: list[Json] = [message("user", f"new {number}") for number in range(310)]
    changes = diff(before, after)
    assert [change.kind for change in changes].count("changed") == 300
    assert [change.kind for change in changes].count("added") == 10


def test_a_difference_far_down_is_one_change() -> None:
    before: Json = 1
    after: Json = 2
    for _ in range(3000):
        before, after = [before], [after]
    (change,) = diff(before, after)
    assert len(change.path) == DEEPEST


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("a", "b"), "a.b"),
        (("messages", 2, "content"), "messages[2].content"),
        (("a b", ""), '["a b"][""]'),
        (("m", "x.y", 'q"'), 'm["x.y"]["q\\""]'),
    ],
)
def test_paths_as_text(path: tuple[str | int, ...], text: str) -> None:
    assert path_text(path) == text


@given(values, values)
def test_a_change_names_values_that_differ(before: Json, after: Json) -> None:
    for change in diff(before, after):
        if change.kind == "changed":
            assert not same(_given(change.before), _given(change.after))
