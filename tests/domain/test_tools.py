"""Parsing and judging tool calls in messages of any shape: nothing raises, and every call has a unique id."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.json_values import Json
from chat_tui.domain.tool_definitions import ToolOutcome
from chat_tui.domain.tool_faults import CallOrigin, judged
from chat_tui.domain.tools import CANNED, answer_message, calling_node, calls_of, rounds, with_ids

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
CALLS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.sampled_from(["a", "b", "call_0", "", None, 3]) | JSON,
            "type": JSON,
            "function": JSON | st.fixed_dictionaries({"name": JSON, "arguments": JSON}),
            "custom": JSON | st.fixed_dictionaries({"name": JSON, "input": JSON}),
        },
    )
    | JSON,
    max_size=5,
)
MESSAGES = st.fixed_dictionaries(
    {"role": st.sampled_from(["assistant", "assistant", "user", "tool", None])},
    optional={"tool_calls": CALLS | JSON, "function_call": JSON, "content": JSON, "tool_call_id": JSON},
)
SCHEMA: Any = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
DECLARED: Any = {"tools": [{"type": "function", "function": {"name": "t", "parameters": SCHEMA}}]}
WHOLE = CallOrigin(asked=DECLARED, outcome="complete", finish_reason="tool_calls")


@given(MESSAGES)
def test_a_message_of_any_shape_gives_calls_with_ids_of_their_own(message: Any) -> None:
    calls = calls_of(Node("m", None, message), WHOLE)
    ids = [call.id for call in calls]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    assert [call.place for call in calls] == list(range(len(calls)))
    if message["role"] != "assistant":
        assert not calls
    for call in calls:
        assert answer_message(call, CANNED["ok"])["content"] == '{"ok":true}'
        assert call.pending


def test_an_id_that_is_given_does_not_take_one_that_a_service_gave() -> None:
    calls: list[Json] = [{"function": {}}, {"id": "call_0", "function": {}}, {"id": [1]}, {"id": {}}]
    found = calls_of(Node("m", None, {"role": "assistant", "tool_calls": calls}), WHOLE)
    assert [call.id for call in found] == ["call_0_", "call_0", "call_2", "call_3"]


@given(MESSAGES)
def test_giving_ids_is_done_once_and_changes_nothing_else(message: Any) -> None:
    given_ids = with_ids(message)
    assert with_ids(given_ids) == given_ids
    assert {**given_ids, "tool_calls": None} == {**message, "tool_calls": None} or "tool_calls" not in message
    kinds = [(call.kind, call.name, call.arguments, call.id) for call in calls_of(Node("m", None, message))]
    assert kinds == [(call.kind, call.name, call.arguments, call.id) for call in calls_of(Node("m", None, given_ids))]


@given(st.lists(MESSAGES, max_size=6))
def test_any_path_is_read(messages: list[Any]) -> None:
    nodes = [Node(str(place), str(place - 1) if place else None, each) for place, each in enumerate(messages)]
    conversation = Conversation.of(nodes, nodes[-1].id if nodes else None)
    caller = calling_node(conversation, conversation.head)
    assert caller is None or calls_of(caller)
    assert 0 <= rounds(conversation.path()) <= len(nodes)


@given(st.text() | JSON.map(str))
def test_arguments_of_any_text_are_judged(text: str) -> None:
    found = judged("function", "t", text, WHOLE)
    assert found.fault is None or found.fault.kind == "arguments"


@pytest.mark.parametrize(
    ("arguments", "details"),
    [
        ('{"a":1}', ()),
        ('{"a":"x"}', ("a:",)),
        ("{}", ("a",)),
        ('{"a":1,"a":2}', ("duplicate",)),
        ("{'a':1}", ("not valid JSON",)),
        ("3", ("not an object",)),
    ],
)
def test_what_is_wrong_with_arguments_is_said_with_its_place(arguments: str, details: tuple[str, ...]) -> None:
    fault = judged("function", "t", arguments, WHOLE).fault
    assert len(fault.details if fault is not None else ()) == len(details)
    assert all(words in told for told, words in zip(fault.details if fault else (), details, strict=True))


@pytest.mark.parametrize("members", [{}, {"parameters": None}, {"parameters": 5}, {"parameters": ["a"]}])
def test_a_tool_without_a_schema_takes_any_object(members: dict[str, Json]) -> None:
    asked: Any = {"tools": [{"type": "function", "function": {"name": "t", **members}}]}
    origin = CallOrigin(asked=asked, outcome="complete", finish_reason="stop")
    assert judged("function", "t", '{"anything":[1]}', origin).fault is None


def test_a_schema_that_is_none_lets_nothing_run() -> None:
    broken: Any = {"tools": [{"type": "function", "function": {"name": "t", "parameters": {"$ref": "#/nowhere"}}}]}
    fault = judged("function", "t", "{}", CallOrigin(asked=broken, outcome="complete", finish_reason="stop")).fault
    assert fault is not None
    assert fault.kind == "arguments"


@pytest.mark.parametrize(
    ("arguments", "more"),
    [('{"a":"x"}', ""), ('{"a":"x","b":1}', " (and 1 more)"), ('{"a":"x","b":1,"c":1}', " (and 2 more)")],
)
def test_what_is_wrong_besides_the_first_fault_is_counted(arguments: str, more: str) -> None:
    closed: Any = {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False}
    asked: Any = {"tools": [{"type": "function", "function": {"name": "t", "parameters": closed}}]}
    origin = CallOrigin(asked=asked, outcome="complete", finish_reason="tool_calls")
    fault = judged("function", "t", arguments, origin).fault
    assert fault is not None
    assert len(fault.details) == arguments.count(":")
    assert fault.sentence == f"The arguments do not match the tool's schema: {fault.details[0]}{more}."


def test_a_call_without_a_name_is_told_apart_from_one_of_an_unknown_tool() -> None:
    faults = [judged("function", name, "{}", WHOLE).fault for name in ("", "other")]
    assert [fault.kind for fault in faults if fault is not None] == ["name", "undeclared"]


def test_the_very_long_answer_is_long() -> None:
    assert len(CANNED["very long"].content) > 100_000
    assert CANNED["empty"].content == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3, "The command ended with exit code 3 after 0.5 s."),
        (-11, "The command was ended by signal 11 (SIGSEGV) after 0.5 s."),
        (-99, "The command was ended by signal 99 after 0.5 s."),
    ],
)
def test_a_command_that_a_signal_ended_is_told_so(code: int, words: str) -> None:
    assert ToolOutcome(ended="exit", exit_code=code, seconds=0.5).words() == words
