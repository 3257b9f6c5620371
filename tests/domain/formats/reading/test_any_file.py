"""Files of other programs with any damage are read as far as possible or refused; the result can be stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.formats.reading.conversation import Account, Reading
from chat_tui.domain.formats.reading.detection import SOURCES, read_conversations
from chat_tui.domain.formats.reading.llm_logs import TABLES, read
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.records import message_record
from chat_tui.domain.session_fold import fold_session
from chat_tui.storage.lines import encode

PROVIDERS = load_catalogue().providers
ASKED = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
NODE = {
    "id": "a",
    "parent": None,
    "children": ["b"],
    "message": {"author": {"role": "user"}, "content": {"parts": ["x"]}},
}
SAMPLES: dict[str, Any] = {
    "chatgpt": [
        {
            "title": "t",
            "mapping": {"a": NODE, "b": {**NODE, "id": "b", "parent": "a", "children": []}},
            "current_node": "b",
        }
    ]
    * 2,
    "openwebui": [
        {
            "chat": {
                "title": "t",
                "history": {
                    "currentId": "a",
                    "messages": {
                        "a": {"id": "a", "parentId": None, "childrenIds": ["b"], "role": "user", "content": "x"}
                    },
                },
            }
        }
    ]
    * 2,
    "llamacpp": [
        {"type": "session", "id": "c", "currNode": "a"},
        {
            "type": "message",
            "message": {
                "convId": "c",
                "id": "a",
                "role": "user",
                "content": "x",
                "extra": [{"type": "IMAGE", "base64Url": "data:"}],
                "toolCalls": "[]",
            },
        },
    ]
    * 2,
    "har": {
        "log": {
            "entries": [
                {
                    "request": {"url": "https://a/chat/completions", "postData": {"text": json.dumps(ASKED)}},
                    "response": {"status": 200, "content": {"mimeType": "text/event-stream", "text": "data: {}\n\n"}},
                    "timings": {"wait": 5},
                    "time": 9,
                }
            ]
        }
    },
    "send": [
        {
            "request": ASKED,
            "outcome": "complete",
            "completion": {"choices": [{"message": {"role": "assistant", "content": "x"}}]},
            "timing": {"total_s": 1},
        }
    ],
    "session": [
        {"type": "session", "t": 1, "version": 1},
        {"type": "message", "t": 2, "id": "a", "parent": None, "message": {"role": "user", "content": "x"}},
    ],
    "messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}],
}
YAML = (
    "model: a:b\nmessages:\n- role: user\n  content: |-\n    x\n- role: assistant\n  content: [{type: text, text: y}]\n"
)


def attempt(data: bytes, form: str = "") -> Reading | None:
    try:
        found = read_conversations(data, name="x", providers=PROVIDERS, prefer="local", form=form)
    except ProblemError:
        return None
    if found is not None:
        writable(found)
    return found


def writable(reading: Reading) -> None:
    for each in reading.conversations:
        records = [*each.records, *map(message_record, each.nodes)]
        for record in records:
            encode(record, 1)
        session = fold_session(records)
        assert all(exchange.reply.outcome for exchange in session.exchanges.values())
        encode({"type": "x", "title": each.title, "system": each.system, "parameters": each.parameters}, 1)


def test_the_samples_are_what_they_are_meant_to_be() -> None:
    for form, value in SAMPLES.items():
        found = attempt(json.dumps(value).encode())
        assert found is not None
        assert found.form == form


texts = st.sampled_from([json.dumps(value) for value in SAMPLES.values()] + [YAML]) | st.sampled_from(
    ["\n".join(map(json.dumps, value)) for value in SAMPLES.values() if isinstance(value, list)]
)
junk = st.sampled_from(
    [b"", b"\0" * 9, b"\n", b"\r\n", b"{", b"}", b"]", b'"', b"\xff", b"\\ud800", b"null", b"[" * 2000, b"-1"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), junk), max_size=4), st.booleans())
def test_bytes_changed_anywhere(text: str, changes: list[tuple[float, int, bytes]], doubled: bool) -> None:
    data = text.encode()
    for where, gone, put in changes:
        place = int(where * len(data))
        data = data[:place] + put + data[place + gone :]
    attempt(data * 2 if doubled else data)


wrong: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        -1,
        1e308,
        2**80,
        "",
        "x",
        "\ud800",
        "\0",
        [],
        {},
        [[]],
        [None],
        {"": {}},
        ["a", 5],
        {"role": 5},
        {"a": {"a": {}}},
    ]
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_values_of_wrong_types_anywhere(form: str, data: st.DataObject) -> None:
    value = json.loads(json.dumps(SAMPLES[form]))
    for _ in range(data.draw(st.integers(1, 3))):
        here: Any = value
        for _ in range(data.draw(st.integers(0, 8))):
            names = sorted(here) if isinstance(here, dict) else list(range(len(here)))
            if not names:
                break
            name = data.draw(st.sampled_from(names))
            if isinstance(here[name], (dict, list)) and here[name] and data.draw(st.integers(0, 5)):
                here = here[name]
            else:
                here[name] = json.loads(json.dumps(data.draw(wrong)))
                break
    attempt(json.dumps(value).encode())
    attempt(json.dumps(value).encode(), form)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", *SOURCES]))
def test_any_bytes(data: bytes, form: str) -> None:
    attempt(data, form)


columns = st.sampled_from(
    [
        "id",
        "hash",
        "parent_hash",
        "role",
        "message_hash",
        "position",
        "type",
        "text",
        "payload",
        "thread_id",
        "tip_message_hash",
        "parent_message_hash",
        "conversation_id",
        "model",
        "prompt",
        "response",
        "datetime_utc",
        "forked_from",
        "attachment_id",
        "response_id",
        "fragment_id",
        "order",
        "name",
    ]
)
cells = st.sampled_from(
    [
        None,
        1,
        2.5,
        "a",
        "b",
        "c",
        "text",
        "tool_result",
        "tool_call",
        "assistant",
        "{}",
        '{"text_ref":[{"fragment":1}]}',
        "[]",
        "2026-01-01",
    ]
)
rows: st.SearchStrategy[Any] = st.lists(st.dictionaries(columns, cells, max_size=8), max_size=4)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(TABLES), rows))
def test_any_rows_of_a_database(tables: Any) -> None:
    account = Account()
    writable(Reading(form="llm", conversations=read(tables, account)))


@pytest.mark.parametrize("form", ["chatgpt", "openwebui", "llamacpp", "messages"])
def test_the_whole_of_a_damaged_file_is_imported_in_order(form: str) -> None:
    text = json.dumps(SAMPLES[form])
    for cut in range(len(text) // 2, len(text)):
        found = attempt(text[:cut].encode())
        assert found is not None
        assert found.form == form
        assert found.notes
