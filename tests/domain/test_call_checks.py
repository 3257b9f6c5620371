"""Tool calls and their answers in a history: what services refuse is reported before sending."""

from __future__ import annotations

from typing import Any

import pytest

from chat_tui.domain.call_checks import call_findings

USER: Any = {"role": "user", "content": "hi"}


def calls(*ids: str) -> Any:
    made = [{"id": each, "type": "function", "function": {"name": f"tool_{each}", "arguments": "{}"}} for each in ids]
    return {"role": "assistant", "content": None, "tool_calls": made}


def answer(call_id: str) -> Any:
    return {"role": "tool", "tool_call_id": call_id, "content": "x"}


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [USER],
        [USER, calls("a"), answer("a")],
        [USER, calls("a", "b"), answer("b"), answer("a"), USER],
        [USER, calls("a"), answer("a"), calls("a"), answer("a")],
        [USER, {"role": "assistant", "content": "x", "tool_calls": []}, USER],
        [USER, {"role": "assistant", "tool_calls": [3, {"id": None}, {"id": 4}]}],
        [{"role": "user", "content": "x", "tool_calls": [{"id": "a"}]}],
        [USER, calls("x" * 40), answer("x" * 40)],
    ],
)
def test_a_history_that_is_as_it_should_be_has_no_findings(messages: list[Any]) -> None:
    assert list(call_findings(messages)) == []


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        ([USER, calls("a")], [("messages[1].tool_calls", "tool_a")]),
        ([USER, calls("a", "b"), answer("a"), USER], [("messages[1].tool_calls", "tool_b")]),
        (
            [USER, calls("a"), USER, answer("a")],
            [
                ("messages[1].tool_calls", "tool_a"),
                ("messages[3].tool_call_id", "does not match an unanswered tool call"),
            ],
        ),
        ([USER, answer("a")], [("messages[1].tool_call_id", "does not match an unanswered tool call")]),
        (
            [USER, calls("a"), answer("a"), answer("a")],
            [("messages[3].tool_call_id", "does not match an unanswered tool call")],
        ),
        ([USER, calls("x" * 41), answer("x" * 41)], [("messages[1].tool_calls", "longer than 40")]),
    ],
)
def test_what_services_refuse_is_said_with_its_place(messages: list[Any], found: list[tuple[str, str]]) -> None:
    told = list(call_findings(messages))
    assert [finding.name for finding in told] == [name for name, _ in found]
    assert all(words in finding.text for finding, (_, words) in zip(told, found, strict=True))
    assert all(finding.level == "warn" and finding.message is not None for finding in told)
