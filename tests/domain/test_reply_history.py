"""The message that a choice adds to the history."""

from __future__ import annotations

from typing import Any

import pytest

from chat_tui.domain.json_values import JsonObject
from tests.support.folding import fold


def message(*deltas: object) -> JsonObject:
    return fold(*({"choices": [{"index": 3, "delta": delta, "x": 1}]} for delta in deltas)).choices[0].message()


CALL = {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}
WIRE_CALL = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}


@pytest.mark.parametrize("role", ["system", "user", "developer", "tool", "Assistant", "", None, 4])
def test_a_reply_can_only_be_the_assistants(role: object) -> None:
    assert message({"role": role, "content": "a"}) == {"role": "assistant", "content": "a"}


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        ({}, {"content": ""}),
        ({"reasoning": "hm"}, {"content": ""}),
        ({"content": "a", "reasoning_content": "hm", "unknown": 1}, {"content": "a"}),
        ({"refusal": "no"}, {"content": None, "refusal": "no"}),
        ({"tool_calls": [CALL]}, {"content": None, "tool_calls": [WIRE_CALL]}),
        ({"content": "", "tool_calls": [CALL]}, {"content": "", "tool_calls": [WIRE_CALL]}),
        ({"audio": {"id": "x", "data": "AA==", "transcript": "t"}}, {"content": None, "audio": {"id": "x"}}),
        (
            {"function_call": {"name": "f", "arguments": "{}"}},
            {"content": None, "function_call": {"name": "f", "arguments": "{}"}},
        ),
        ({"content": "a", "annotations": [{"t": 1}], "images": [{"t": 1}]}, {"content": "a", "images": [{"t": 1}]}),
        ({"images": [{"t": 1}, {"t": 2}]}, {"content": "", "images": [{"t": 1}, {"t": 2}]}),
    ],
)
def test_the_history_gets_what_services_take_back(delta: object, expected: JsonObject) -> None:
    assert message(delta) == {"role": "assistant", **expected}


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content", "reasoning_text"])
def test_with_tool_calls_reasoning_goes_back_by_the_member_it_came_by(field: str) -> None:
    assert message({field: "h"}, {field: "m"}, {"tool_calls": [CALL]}) == {
        "role": "assistant",
        "content": None,
        "tool_calls": [WIRE_CALL],
        field: "hm",
    }


def test_reasoning_details_go_back_unmodified_and_in_order() -> None:
    details = [
        {"type": "reasoning.text", "text": "hm", "signature": "s", "format": "f", "index": 0, "id": None},
        {"type": "reasoning.encrypted", "data": "QQ==", "index": 0},
    ]
    found = message({"reasoning": "hm", "reasoning_details": details}, {"content": "a"})
    assert found == {"role": "assistant", "content": "a", "reasoning": "hm", "reasoning_details": details}


def test_calls_without_an_id_get_one_by_their_place_and_the_merge_stays_null() -> None:
    calls = [{"index": index, "function": {"name": f"f{index}", "arguments": "{}"}} for index in range(2)]
    reply = fold({"choices": [{"delta": {"tool_calls": [*calls, {**CALL, "index": 2, "extra_content": {"s": 1}}]}}]})
    found: Any = reply.choices[0].message()["tool_calls"]
    assert [call["id"] for call in found] == ["call_local_1", "call_local_2", "a"]
    assert found[2]["extra_content"] == {"s": 1}
    choices: Any = reply.completion()["choices"]
    assert [call["id"] for call in choices[0]["message"]["tool_calls"]] == [None, None, "a"]
