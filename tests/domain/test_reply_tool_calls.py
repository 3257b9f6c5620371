"""Merging tool calls from fragments: merge rules R13 to R19."""

from __future__ import annotations

from typing import Any

import pytest

from chat_tui.domain.reply import Reply
from tests.support.folding import fold


def call(index: object = None, **members: Any) -> dict[str, Any]:
    """A fragment; ``name`` and ``arguments`` go into ``function``."""
    function = {name: members.pop(name) for name in ("name", "arguments") if name in members}
    return {**({} if index is None else {"index": index}), **members, **({"function": function} if function else {})}


def fold_calls(*fragments: object) -> Reply:
    return fold(*({"choices": [{"index": 0, "delta": {"tool_calls": [fragment]}}]} for fragment in fragments))


def merged(*fragments: object) -> list[dict[str, Any]]:
    choices: Any = fold_calls(*fragments).completion()["choices"]
    calls: list[dict[str, Any]] = choices[0]["message"].get("tool_calls", [])
    return calls


def brief(*fragments: object) -> list[tuple[object, object, object]]:
    return [(one["id"], one["function"]["name"], one["function"]["arguments"]) for one in merged(*fragments)]


def warnings(*fragments: object) -> set[str]:
    return set(fold_calls(*fragments).warnings) - {"no_finish_reason"}


def test_r13_fragments_go_to_the_call_with_their_index() -> None:
    fragments = [
        call(0, id="a", name="f", arguments="1"),
        call(1, id="b", name="g", arguments="2"),
        call(0, arguments="3"),
        call(1, arguments="4"),
    ]
    assert brief(*fragments) == [("a", "f", "13"), ("b", "g", "24")]
    assert warnings(*fragments) == set()


def test_r13_a_new_id_with_a_name_on_a_taken_index_is_a_new_call() -> None:
    fragments = [
        call(0, id="a", name="f", arguments="1"),
        call(0, id="b", name="f", arguments="2"),
        call(0, arguments="3"),
        call(0, id="a", name="f", arguments="4"),
        call(0, arguments="5"),
    ]
    assert brief(*fragments) == [("a", "f", "14"), ("b", "f", "235")]
    assert warnings(*fragments) == {"tool_index_reused"}


def test_r13_a_new_id_without_a_name_is_no_new_call() -> None:
    fragments = [call(0, id="a", name="f"), call(0, id="b", arguments="1"), call(0, id="c", name="", arguments="2")]
    assert brief(*fragments) == [("a", "f", "12")]
    assert warnings(*fragments) == set()


def test_r13_an_id_that_comes_late_belongs_to_the_call() -> None:
    assert brief(call(0, name="f"), call(0, id="a", name="f", arguments="1")) == [("a", "f", "1")]


def test_r13_a_custom_tool_with_a_new_id_is_a_new_call_too() -> None:
    names = [one["custom"]["name"] for one in merged(*(call(0, id=key, custom={"name": key}) for key in ("a", "b")))]
    assert names == ["a", "b"]


@pytest.mark.parametrize(
    ("fragments", "expected"),
    [
        ([{"id": "a", "name": "f"}, {"id": "b", "name": "f"}, {"id": "a", "arguments": "1"}], [("a", "1"), ("b", "")]),
        ([{"name": "f", "arguments": "1"}, {"name": "f", "arguments": "2"}], [(None, "1"), (None, "2")]),
        ([{"id": "a", "name": "f"}, {"arguments": "1"}, {"arguments": "2"}], [("a", "12")]),
        ([{"arguments": "1"}, {"name": "f", "arguments": "2"}], [(None, "12")]),
        ([{"id": "a", "name": "f"}, {"id": "b", "arguments": "1"}], [("a", ""), ("b", "1")]),
        ([{"id": "a", "name": "f"}, {"name": "g", "arguments": "1"}], [("a", ""), (None, "1")]),
    ],
)
def test_r14_without_index_the_id_or_a_new_name_tells_the_call(
    fragments: list[dict[str, Any]], expected: list[tuple[object, object]]
) -> None:
    found = brief(*(call(None, **members) for members in fragments))
    assert [(key, arguments) for key, _, arguments in found] == expected


@pytest.mark.parametrize("index", ["0", 0.0, True, None, [], {}])
def test_r14_an_index_that_is_no_integer_is_none(index: object) -> None:
    assert "tool_index_missing" in warnings({"index": index, "id": "a", "function": {"name": "f"}})


def test_r15_first_id_and_type_win_and_empty_ones_are_nothing() -> None:
    [found] = merged(call(0, id="", type=""), call(0, id=None, type="kind"), call(0, id="a", type="b", arguments="1"))
    assert (found["id"], found["type"]) == ("a", "kind")


def test_r15_a_missing_type_is_function_or_custom_and_a_missing_id_null() -> None:
    fragments = [call(0, name="f"), call(1, custom={"name": "g", "input": "x"}), call(1, custom={"input": "y"})]
    assert merged(*fragments) == [
        {"id": None, "type": "function", "function": {"name": "f", "arguments": ""}},
        {"id": None, "type": "custom", "custom": {"name": "g", "input": "xy"}},
    ]
    assert warnings(*fragments) == {"tool_id_missing"}


@pytest.mark.parametrize(
    ("fragments", "name"),
    [
        ([call(0, id="a", name="get_"), call(0, name="weather")], "get_weather"),
        (
            [call(0, id="a", name="get_"), call(0, name="weather", arguments=""), call(0, name="_now")],
            "get_weather_now",
        ),
        ([call(0, id="a", name="f"), call(0, name="f")], "f"),
        ([call(0, id="a", name="f"), call(0, id="a", name="g")], "f"),
        ([call(0, id="a", name="f", arguments="{"), call(0, name="g")], "f"),
        ([call(0, id="a", name=""), call(0, name=None), call(0, name="f")], "f"),
    ],
)
def test_r16_a_name_comes_once_or_in_pieces_but_never_doubled(fragments: list[object], name: str) -> None:
    assert [found for _, found, _ in brief(*fragments)] == [name]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([None, "", "{", None, " }\n"], "{ }\n"),
        ([{"a": 1, "b": ["é"]}], '{"a":1,"b":["é"]}'),
        ([7, True, "x"], "x"),
        ([{}], "{}"),
    ],
)
def test_r17_arguments_are_joined_as_they_are(pieces: list[object], expected: str) -> None:
    assert brief(call(0, id="a", name="f"), *(call(0, arguments=piece) for piece in pieces)) == [("a", "f", expected)]


def test_r18_calls_are_ordered_by_distinct_indexes_without_holes() -> None:
    assert [key for key, _, _ in brief(*(call(index, id=str(index)) for index in (7, 0, 3)))] == ["0", "3", "7"]


@pytest.mark.parametrize("indexes", [(7, 0, 7), (7, None, 0)])
def test_r18_else_as_they_came(indexes: tuple[int | None, ...]) -> None:
    fragments = [call(index, id=str(place), name="f") for place, index in enumerate(indexes)]
    assert [key for key, _, _ in brief(*fragments)] == ["0", "1", "2"]


def test_r19_other_members_are_kept_and_the_last_one_wins() -> None:
    signed = {"google": {"thought_signature": "s"}}
    [found] = merged(
        call(0, id="a", extra_content={"x": 1}), call(0, extra_content=signed), call(0, extra_content=None)
    )
    assert found["extra_content"] == signed
    assert "index" not in found


@pytest.mark.parametrize("fragment", [None, 1, "x", [], {"index": 0, "function": "x", "custom": 3}])
def test_a_fragment_of_no_use_does_no_harm(fragment: object) -> None:
    assert ("a", "f", "1") in brief(call(0, id="a", name="f"), fragment, call(0, arguments="1"))


def test_the_states_grow_in_view() -> None:
    reply = fold({"choices": [{"delta": {"tool_calls": [call(0, id="a", name="f", arguments="1")]}}]}, done=False)
    [state] = reply.choices[0].tool_calls.states
    assert (state.name, state.arguments, state.id) == ("f", ["1"], "a")
