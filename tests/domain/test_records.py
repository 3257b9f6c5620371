"""The records of a session file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.conversation import Node
from chat_tui.domain.events import Attempted, Comment, Responded, StreamEvent
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.problems import Problem
from chat_tui.domain.records import (
    attempt_record,
    end_record,
    events_record,
    head_record,
    message_record,
    note_record,
    request_record,
    response_record,
    session_record,
    settings_record,
    title_record,
)
from chat_tui.domain.reply import Reply
from chat_tui.domain.secrets import Secret
from chat_tui.domain.session_fold import node_of, settings_of
from chat_tui.domain.settings import SessionSettings
from tests.support.session_files import chunk

PROBLEM = Problem(kind="http", what="Refused", status=429)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            session_record("s", created="2026-01-02T03:04:05Z", app="chat-tui 1"),
            {"type": "session", "version": 1, "id": "s", "created": "2026-01-02T03:04:05Z", "app": "chat-tui 1"},
        ),
        (title_record("rain"), {"type": "title", "title": "rain"}),
        (head_record(None), {"type": "head", "message": None}),
        (head_record("m1"), {"type": "head", "message": "m1"}),
        (note_record("mine"), {"type": "note", "text": "mine"}),
        (
            settings_record(SessionSettings("local", "m", {"stream": True, "seed": 7}, own=frozenset({("stream",)}))),
            {
                "type": "settings",
                "provider": "local",
                "model": "m",
                "parameters": {"stream": True, "seed": 7},
                "own": ["stream"],
            },
        ),
        (
            settings_record(SessionSettings("local", "", system="be brief")),
            {"type": "settings", "provider": "local", "model": "", "parameters": {}, "system": "be brief"},
        ),
        (
            message_record(Node("x.1", "u", {"role": "assistant", "content": "hi"}, "x", 1)),
            {
                "type": "message",
                "id": "x.1",
                "parent": "u",
                "message": {"role": "assistant", "content": "hi"},
                "exchange": "x",
                "choice": 1,
            },
        ),
        (
            attempt_record("x", Attempted(1, PROBLEM, 0.5)),
            {
                "type": "attempt",
                "exchange": "x",
                "number": 1,
                "status": 429,
                "problem": PROBLEM.as_json(),
                "wait_s": 0.5,
            },
        ),
        (
            response_record("x", Responded(200, {"a": "b"}, 0.25, plain=False)),
            {"type": "response", "exchange": "x", "status": 200, "headers": {"a": "b"}, "at_s": 0.25},
        ),
        (
            response_record("x", Responded(200, {}, 0.25, plain=True)),
            {"type": "response", "exchange": "x", "status": 200, "headers": {}, "at_s": 0.25, "plain": True},
        ),
        (
            events_record("x", [StreamEvent(0.5, "a"), StreamEvent(0.75, "b", "error")]),
            {"type": "events", "exchange": "x", "events": [[0.5, "a"], [0.75, "b"]], "names": {"1": "error"}},
        ),
        (
            events_record("x", [], [Comment(0.5, "ping")]),
            {"type": "events", "exchange": "x", "events": [], "comments": [[0.5, "ping"]]},
        ),
    ],
    ids=lambda value: str(value.get("type")),
)
def test_a_record_has_exactly_its_members(record: JsonObject, expected: JsonObject) -> None:
    assert record == expected


def test_a_request_is_recorded_without_its_secrets() -> None:
    endpoint = Endpoint(
        provider="openai",
        base_url="https://api.example/v1",
        path="/chat/completions?v=2&key=sk-canary",
        models_path="/models",
        headers={"authorization": Secret("sk-canary"), "x-title": "me"},
    )
    record = request_record("x", "u", Call(endpoint, {"model": "m", "messages": []}))
    assert record == {
        "type": "request",
        "exchange": "x",
        "head": "u",
        "provider": "openai",
        "method": "POST",
        "url": "https://api.example/v1/chat/completions?v=2&key=***",
        "headers": {"authorization": "***", "x-title": "me"},
        "body": {"model": "m", "messages": []},
    }
    assert "sk-canary" not in dump_json(record)


def test_an_end_tells_outcome_usage_and_warnings() -> None:
    reply = Reply()
    reply.apply(StreamEvent(0.5, chunk("hi")))
    reply.apply(StreamEvent(0.6, '{"choices":[],"usage":{"total_tokens":3}}'))
    reply.close()
    assert end_record("x", reply, problem=None, timing={"total_s": 1.0}) == {
        "type": "end",
        "exchange": "x",
        "outcome": "truncated",
        "usage": {"total_tokens": 3},
        "timing": {"total_s": 1.0},
        "warnings": reply.warnings,
    }
    assert "no_done" in reply.warnings


def test_an_end_tells_the_problem_else_the_error_in_the_stream() -> None:
    reply = Reply()
    reply.apply(StreamEvent(0.5, '{"error":{"message":"broken"}}'))
    reply.close()
    assert end_record("x", reply, problem=None, timing={})["error"] == {"message": "broken"}
    assert end_record("x", reply, problem=PROBLEM, timing={})["error"] == PROBLEM.as_json()


paths = st.lists(st.sampled_from(["a", "b", "stream", "stream_options"]), min_size=1, max_size=3).map(tuple)
settings = st.builds(
    SessionSettings,
    provider=st.text(max_size=5),
    model=st.text(max_size=5),
    parameters=st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=3),
    system=st.none() | st.text(max_size=5),
    own=st.frozensets(paths, max_size=3),
)


@given(settings)
def test_settings_come_back_as_they_were(value: SessionSettings) -> None:
    assert settings_of(settings_record(value)) == value


nodes = st.tuples(
    st.text(max_size=5),
    st.none() | st.text(max_size=5),
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "tool"]), "content": st.text()}),
    st.none() | st.text(max_size=5),
    st.none() | st.integers(0, 9),
).map(lambda parts: Node(parts[0], parts[1], {**parts[2]}, parts[3], parts[4]))


@given(nodes)
def test_messages_come_back_as_they_were(value: Node) -> None:
    assert node_of(message_record(value)) == value
