"""Adapting requests so that tool calls can be forced and seeds are reproducible."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.local.adaptation import adapted_body

BEGUN: JsonObject = {"role": "assistant", "content": "<tool_call>"}


def tool(name: str) -> JsonObject:
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}


def named(name: str) -> JsonObject:
    return {"type": "function", "function": {"name": name}}


def body(**members: Json) -> JsonObject:
    return {"messages": [{"role": "user", "content": "Hi"}], "tools": [tool("add"), tool("get")], **members}


@pytest.mark.parametrize("choice", ["auto", "none", {"type": "allowed_tools"}, {"type": "function"}, 5, None, "bogus"])
def test_other_tool_choices_go_as_they_are(choice: Json) -> None:
    asked = body(tool_choice=choice)
    assert adapted_body(asked) == (asked, [])


@pytest.mark.parametrize("tools", [None, [], {}, "x"])
def test_without_tools_nothing_changes(tools: Json) -> None:
    asked = body(tools=tools, tool_choice="required")
    assert adapted_body(asked) == (asked, [])


def test_a_required_call_is_begun_and_stopped_after_one() -> None:
    sent, notes = adapted_body(body(tool_choice="required", temperature=0))
    assert sent == body(
        tool_choice="required",
        temperature=0,
        messages=[{"role": "user", "content": "Hi"}, BEGUN],
        stop=["</tool_call>"],
    )
    assert len(notes) == 2
    assert all(note.startswith("local: ") for note in notes)


def test_a_named_function_is_sent_as_the_only_tool() -> None:
    sent, notes = adapted_body(body(tool_choice=named("get")))
    assert sent["tools"] == [tool("get")]
    assert sent["tool_choice"] == "required"
    assert "get" in notes[0]


def test_a_name_no_tool_has_is_told_and_left_alone() -> None:
    asked = body(tool_choice=named("nobody"))
    sent, notes = adapted_body(asked)
    assert sent == asked
    assert "nobody" in notes[0]


def test_parallel_calls_that_are_asked_for_are_not_stopped() -> None:
    sent, notes = adapted_body(body(tool_choice="required", parallel_tool_calls=True))
    assert "stop" not in sent
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("stop", "becomes"),
    [
        ("x", ["x", "</tool_call>"]),
        (["x", "y"], ["x", "y", "</tool_call>"]),
        (["</tool_call>", "x"], ["</tool_call>", "x"]),
        ("</tool_call>", "</tool_call>"),
        (None, ["</tool_call>"]),
        (5, 5),
    ],
)
def test_the_stop_list_keeps_what_the_user_set(stop: Json, becomes: Json) -> None:
    assert adapted_body(body(tool_choice="required", stop=stop))[0]["stop"] == becomes


def test_a_reply_the_user_began_is_not_begun_again() -> None:
    asked = body(tool_choice="required", messages=[{"role": "assistant", "content": "Well"}])
    assert adapted_body(asked) == (asked, [])


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
tools = st.lists(st.sampled_from([tool("add"), tool("get")]) | anything, max_size=3)
messages = st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"])}) | anything, max_size=3)
bodies = st.fixed_dictionaries(
    {"messages": messages | anything},
    optional={
        "tools": tools | anything,
        "tool_choice": st.sampled_from(["required", "auto", named("add"), named("nobody")]) | anything,
        "stop": st.just("</tool_call>") | anything,
        "parallel_tool_calls": anything,
        "temperature": anything,
        "seed": anything,
    },
)


@pytest.mark.parametrize("seed", [0, 7, -1])
def test_with_a_seed_the_prompt_is_read_anew(seed: int) -> None:
    asked: JsonObject = {"messages": [], "seed": seed}
    sent, notes = adapted_body(asked)
    assert sent == {"messages": [], "seed": seed, "cache_prompt": False}
    assert "the same seed gives the same text" in notes[0]


@pytest.mark.parametrize("members", [{}, {"seed": None}, {"seed": 7, "cache_prompt": True}])
def test_without_a_seed_or_with_a_word_of_the_users_own_nothing_is_said(members: JsonObject) -> None:
    asked: JsonObject = {"messages": [], **members}
    assert adapted_body(asked) == (asked, [])


@given(bodies)
def test_adapting_changes_no_input_and_twice_is_once(asked: JsonObject) -> None:
    before = copy.deepcopy(asked)
    once, notes = adapted_body(asked)
    assert asked == before
    assert adapted_body(once)[0] == once
    assert bool(notes) or once == asked
    untouched = set(asked) - {"messages", "tools", "tool_choice", "stop"}
    assert all(once[name] == asked[name] for name in untouched)
