"""The timing of an exchange."""

from __future__ import annotations

import pytest

from chat_tui.domain.timing import timing
from tests.support.folding import fold


def said(text: str) -> dict[str, object]:
    return {"choices": [{"delta": {"content": text}}]}


ROLE = {"choices": [{"delta": {"role": "assistant", "content": ""}}]}
END = {"choices": [{"delta": {}, "finish_reason": "stop"}]}


def test_times_are_told_as_given_and_as_seen() -> None:
    reply = fold(ROLE, said("a"), said("b"), said("c"), END, {"usage": {"completion_tokens": 8}})
    assert timing(reply, first_byte_s=0.5, total_s=9.0) == {
        "first_byte_s": 0.5,
        "first_token_s": 1.0,
        "total_s": 9.0,
        "tokens_per_s": 4.0,
        "events": 7,
    }


@pytest.mark.parametrize(
    "usage", [None, {}, {"completion_tokens": None}, {"completion_tokens": "8"}, {"completion_tokens": True}]
)
def test_without_a_count_events_with_text_are_counted(usage: object) -> None:
    reply = fold(ROLE, said("a"), said("b"), said("c"), END, {"usage": usage})
    assert timing(reply, first_byte_s=None, total_s=None)["tokens_per_s"] == 1.5


@pytest.mark.parametrize("chunks", [[], [ROLE, END], [said("a")], [END, said("a"), END]])
def test_without_two_moments_there_is_no_speed(chunks: list[object]) -> None:
    assert timing(fold(*chunks), first_byte_s=None, total_s=None)["tokens_per_s"] is None


@pytest.mark.parametrize(
    "delta",
    [
        {"content": "a"},
        {"reasoning_content": "a"},
        {"refusal": "a"},
        {"tool_calls": [{"index": 0, "id": "i", "function": {"name": "f"}}]},
        {"function_call": {"name": "f"}},
        {"audio": {"transcript": "a"}},
        {"audio": {"data": "AA=="}},
        {"reasoning_details": [{"type": "reasoning.encrypted", "data": "a"}]},
        {"images": [{}]},
        {"content": [{"type": "image_url", "image_url": {"url": "https://a.test/x.png"}}]},
    ],
)
def test_the_first_token_is_whatever_carries_some_of_the_answer(delta: object) -> None:
    reply = fold(ROLE, {"choices": [{"delta": delta}]}, END)
    assert (reply.first_token_s, reply.last_s, reply.token_events) == (1.0, 1.0, 1)


@pytest.mark.parametrize(
    "delta",
    [
        {},
        None,
        {"role": "assistant"},
        {"content": ""},
        {"content": []},
        {"tool_calls": []},
        {"reasoning_details": []},
        {"reasoning_details": [None, 3]},
        {"audio": {"data": 5}},
        {"unknown": 1},
    ],
)
def test_what_says_nothing_is_no_token(delta: object) -> None:
    assert fold({"choices": [{"delta": delta}]}).first_token_s is None
