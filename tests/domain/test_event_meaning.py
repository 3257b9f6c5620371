"""Describing what an event contributes, and filtering by it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.arrivals import Arrival
from chat_tui.domain.event_filter import parse_filter
from chat_tui.domain.event_meaning import KINDS, kinds, meaning
from chat_tui.domain.events import Comment, StreamEvent


def event(data: object, name: str = "message") -> StreamEvent:
    return StreamEvent(1.0, data if isinstance(data, str) else json.dumps(data), name)


def delta(told: object, **choice: Any) -> StreamEvent:
    return event({"id": "x", "model": "m", "choices": [{"index": 0, "delta": told, **choice}]})


TOLD: list[tuple[Arrival, list[str]]] = [
    (delta({"role": "assistant", "content": ""}), ["role assistant"]),
    (delta({"content": "Hello"}), ["content +5 characters"]),
    (delta({"content": "a"}), ["content +1 character"]),
    (delta({"content": "x" * 1234}), ["content +1,234 characters"]),
    (delta({}, finish_reason="stop"), ["finish stop"]),
    (delta({"content": "a"}, finish_reason="length"), ["content +1 character", "finish length"]),
    (delta({"reasoning_content": "hm"}), ["reasoning +2 characters"]),
    (delta({"reasoning": "hm", "reasoning_content": "hm"}), ["reasoning +2 characters"]),
    (delta({"reasoning_details": [{"type": "reasoning.text"}]}), ["1 reasoning detail"]),
    (delta({"refusal": "No."}), ["refusal +3 characters"]),
    (
        delta({"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "f", "arguments": '{"a":'}}]}),
        ["tool call 0 id c1", "tool call 0 name f", "tool call 0 arguments +5"],
    ),
    (delta({"tool_calls": [{"function": {"arguments": {"a": 1}}}]}), ["tool call 0 arguments +7"]),
    (delta({"tool_calls": [{"index": 2, "custom": {"input": "ab"}}]}), ["tool call 2 input +2"]),
    (
        delta({"function_call": {"name": "f", "arguments": "{}"}}),
        ["function call name f", "function call arguments +2"],
    ),
    (
        delta({"audio": {"data": "AAAA", "transcript": "hi"}}),
        ["audio +4 base64 characters", "transcript +2 characters"],
    ),
    (delta({"annotations": [{}, {}], "images": [{}]}), ["2 annotations", "1 image"]),
    (
        delta({"content": [{"type": "text", "text": "ab"}, {"type": "thinking", "thinking": "c"}, {"type": "x"}]}),
        ["content +2 characters", "reasoning +1 character", "content part x"],
    ),
    (delta({"content": "a"}, logprobs={"content": [{}, {}]}), ["content +1 character", "logprobs of 2 tokens"]),
    (delta({"thing": 1}), ["thing"]),
    (delta(None), ["nothing new"]),
    (
        event({"choices": [{"index": 0, "message": {"role": "assistant", "content": "ab"}}]}),
        ["role assistant", "content +2 characters"],
    ),
    (event({"choices": [{"index": 1, "delta": {"content": "ab"}}]}), ["choice 1: content +2 characters"]),
    (event({"choices": [{"index": 0, "text": "ab"}]}), ["content +2 characters"]),
    (event({"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 24}}), ["usage 10→24 tokens"]),
    (event({"choices": [], "usage": {"cost": 1}}), ["usage"]),
    (event({"choices": [], "timings": {}, "x_groq": {}}), ["timings, x_groq"]),
    (event({"choices": None, "id": "x"}), ["nothing new"]),
    (event({"error": {"message": "too busy", "code": 503}, "choices": []}), ["error: too busy"]),
    (event({"error": "busy"}), ["error: busy"]),
    (event({"message": "gone"}, "error"), ["error: gone"]),
    (event("[DONE]"), ["end of the stream"]),
    (event("[1]"), ["JSON, but not an object"]),
    (Comment(1.0, "ping"), ["comment"]),
]


@pytest.mark.parametrize(("arrival", "words"), TOLD, ids=[str(words) for _, words in TOLD])
def test_an_event_in_words(arrival: Arrival, words: list[str]) -> None:
    assert [contribution.words for contribution in meaning(arrival)] == words
    assert kinds(arrival) <= set(KINDS)


def test_what_is_no_json_says_where() -> None:
    (told,) = meaning(event('{"a": x}'))
    assert told.kind == "bad"
    assert told.words == "not valid JSON: Expecting value: line 1 column 7 (char 6)"
    assert meaning(event("{" * 5000))[0].kind == "bad"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "content", "tool_calls", "function", "audio", "usage", "error", "text"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_event_has_a_meaning(value: Any) -> None:
    found = meaning(event(value))
    assert found
    assert all(contribution.kind in KINDS and contribution.words for contribution in found)


HELLO, USAGE, BAD, PING = delta({"content": "Hello"}), event({"usage": {}}), event("{"), Comment(2.0, "Ping")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [HELLO, USAGE, BAD, PING]),
        ("   ", [HELLO, USAGE, BAD, PING]),
        ("hello", [HELLO]),
        ("hello choices", [HELLO]),
        ("hello usage", []),
        ("kind:content", [HELLO]),
        ("kind:con", [HELLO]),
        ("KIND:usage", [USAGE]),
        ("kind:", [HELLO, USAGE, BAD, PING]),
        ("kind:nothing", []),
        ("bad", [BAD]),
        ("comment", [PING]),
        ("-comment", [HELLO, USAGE, BAD]),
        ("-comment -bad", [HELLO, USAGE]),
        ('"bad"', []),
        ('"ping', [PING]),
        ('"', [HELLO, USAGE, BAD, PING]),
        ("gap>0.5", [HELLO, PING]),
        ("gap<0.5", [USAGE, BAD]),
        ("gap>", [HELLO, USAGE, BAD, PING]),
        ("gap>.", [HELLO, USAGE, BAD, PING]),
        ("-gap>0.5", [USAGE, BAD]),
        ("size>20", [HELLO]),
        ("size<2", [BAD]),
        ("gap=3", []),
    ],
)
def test_a_filter_finds(text: str, found: list[Arrival]) -> None:
    chosen = parse_filter(text)
    arrivals: list[tuple[Arrival, float]] = [(HELLO, 1.0), (USAGE, 0.0), (BAD, 0.1), (PING, 0.6)]
    accepted = [each for each, gap in arrivals if chosen.accepts(each, gap, lambda each=each: kinds(each))]  # type: ignore[misc]
    assert accepted == found


def test_the_name_of_an_event_is_searched_too() -> None:
    assert parse_filter("ERR").accepts(event("x", "error"), 0.0, frozenset)


@given(st.text(max_size=20))
def test_any_text_is_a_filter(text: str) -> None:
    parse_filter(text).accepts(HELLO, 0.1, frozenset)
