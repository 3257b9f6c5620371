"""Tests of each imported format: its detection, its messages, and what is counted as lost."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.conversation import text_of
from chat_tui.domain.formats.reading.conversation import ImportedConversation, Reading, moment_s
from chat_tui.domain.formats.reading.detection import SOURCES, read_conversations
from chat_tui.domain.formats.table import FORMATS, Material, written
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import fold_session
from tests.support.session_files import turn

PROVIDERS = load_catalogue().providers
SECRET = "sk-canary-1234567890"
USER = {"role": "user", "content": "Hi"}


def read(value: Any, form: str = "", name: str = "file") -> Reading:
    data = value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()
    found = read_conversations(data, name=name, providers=PROVIDERS, prefer="local", form=form)
    assert found is not None
    return found


def only(reading: Reading) -> ImportedConversation:
    (conversation,) = reading.conversations
    return conversation


def tree(conversation: ImportedConversation) -> list[tuple[str, str | None, Any]]:
    return [(node.id, node.parent, node.message) for node in conversation.nodes]


def folded(reading: Reading) -> Session:
    return fold_session(only(reading).records)


def webui(**message: Any) -> JsonObject:
    return {"type": "message", "message": {"convId": "c", "parent": None, "children": [], **message}}


LLAMACPP = [
    {"harness": "llama.cpp", "type": "session", "id": "c", "name": "Ducks", "currNode": "b", "lastModified": 1},
    webui(id="r", type="root", role="system", content="", children=["s"]),
    webui(id="s", type="system", role="system", content="Be brief", parent="r", children=["a"]),
    webui(id="a", role="user", content="Look", parent="s", children=["b", "c"], timestamp=1_700_000_000_000) | {},
    webui(id="c", role="assistant", content="Second", parent="a", model="m2"),
    webui(
        id="b",
        role="assistant",
        content="First",
        parent="a",
        model="m1",
        reasoningContent="hm",
        toolCalls=[{"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        timings={"predicted_n": 1},
    ),
]


def test_llamacpp_lines_keep_tree_order_models_and_reasoning() -> None:
    reading = read("\n".join(json.dumps(line) for line in LLAMACPP))
    found = only(reading)
    assert (reading.form, found.title, found.system, found.head) == ("llamacpp", "Ducks", "Be brief", "b")
    assert [(node.id, node.parent, node.model) for node in found.nodes] == [
        ("a", None, ""),
        ("b", "a", "m1"),
        ("c", "a", "m2"),
    ]
    assert found.nodes[0].at_ms == 1_700_000_000_000
    reply = found.nodes[1].message
    assert (reply["reasoning_content"], reply["tool_calls"]) == (
        "hm",
        [{"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
    )
    assert reading.losses == {"timings of replies": 1}


def test_llamacpp_attachments_become_parts() -> None:
    extra = [
        {"type": "IMAGE", "name": "i.png", "base64Url": "data:image/png;base64,AA=="},
        {"type": "audioFile", "name": "a.wav", "base64Data": "AA==", "mimeType": "audio/wav"},
        {"type": "textFile", "name": "n.txt", "content": "notes"},
        {"type": "VIDEO", "name": "v", "base64Data": "AA==", "mimeType": "video/mp4"},
    ]
    older = [
        {
            "conv": {"id": "c", "name": "n", "currNode": "a"},
            "messages": [webui(id="a", role="user", content="x", extra=extra)["message"]],
        }
    ]
    reading = read(older)
    assert only(reading).nodes[0].message["content"] == [
        {"type": "text", "text": "x"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
        {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}},
        {"type": "text", "text": "--- n.txt ---\nnotes"},
    ]
    assert reading.losses == {"attachments of the kind video/mp4": 1}


TAGGED: Any = {"tags": ["birds", "two words"]}
THOUGHT = '<details type="reasoning" done="true" duration="1">\n<summary>Thought</summary>'


def openwebui() -> JsonObject:
    messages: Any = {
        "a": {
            "id": "a",
            "parentId": None,
            "childrenIds": ["c", "b"],
            "role": "user",
            "content": "Look",
            "timestamp": 1700000000,
            "files": [{"type": "image", "url": "https://example.com/i.png"}, {"type": "file", "id": "x"}],
        },
        "b": {"id": "b", "parentId": "a", "childrenIds": [], "role": "assistant", "content": "One", "model": "m1"},
        "c": {
            "id": "c",
            "parentId": "a",
            "childrenIds": [],
            "role": "assistant",
            "model": "m2",
            "sources": [{}],
            "content": f"{THOUGHT}\n> a &lt; b\n> so\n</details>\nTwo",
        },
    }
    params = {"system": "Be brief", "temperature": 0.5, "num_ctx": 4096, "top_p": None, "custom_params": {"top_k": 3}}
    chat: Any = {
        "title": "inner",
        "models": ["m0"],
        "params": params,
        "history": {"currentId": "c", "messages": messages},
    }
    return {
        "id": "1",
        "title": "Ducks",
        "chat": chat,
        "meta": TAGGED,
        "pinned": True,
        "archived": True,
        "created_at": 1700000000,
    }


def test_openwebui_chats_keep_tree_labels_and_parameters() -> None:
    reading = read([openwebui(), openwebui()])
    assert (reading.form, len(reading.conversations)) == ("openwebui", 2)
    found = reading.conversations[0]
    assert (found.title, found.system, found.head, found.model, found.created_s) == (
        "Ducks",
        "Be brief",
        "c",
        "m1",
        1.7e9,
    )
    assert found.parameters == {"temperature": 0.5, "num_ctx": 4096, "top_k": 3}
    assert (found.labels.tags, found.labels.starred, found.labels.archived) == (("birds", "two-words"), True, True)
    assert [(node.id, node.parent, node.model) for node in found.nodes] == [
        ("a", None, ""),
        ("c", "a", "m2"),
        ("b", "a", "m1"),
    ]
    assert found.nodes[1].message == {"role": "assistant", "content": "Two", "reasoning_content": "a < b\nso"}
    assert found.nodes[0].message["content"] == [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": "https://example.com/i.png"}},
    ]
    assert reading.losses == {"attached files": 2, "sources of replies": 2}


def test_openwebui_single_chats_older_and_linear_ones_are_read() -> None:
    bare = openwebui()["chat"]
    assert only(read(bare)).title == "inner"
    linear = {
        "chat": {"title": "t", "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    }
    assert tree(only(read([linear]))) == [
        ("message-0", None, {"role": "user", "content": "a"}),
        ("message-1", "message-0", {"role": "assistant", "content": "b"}),
    ]


def node(node_id: str, parent: str | None, role: str, content: Any, *children: str, **more: Any) -> JsonObject:
    metadata, message = more.pop("metadata", {}), more
    message |= {"author": {"role": role, "name": more.pop("name", None)}, "content": content, "metadata": metadata}
    return {node_id: {"id": node_id, "message": message, "parent": parent, "children": [*children]}}


def text(*parts: Any, kind: str = "text") -> JsonObject:
    return {"content_type": kind, "parts": [*parts]}


CHATGPT: Any = {
    "title": "Ducks",
    "create_time": 1700000000.5,
    "current_node": "z",
    "default_model_slug": "auto",
    "is_archived": True,
    "mapping": {
        "root": {"id": "root", "message": None, "parent": None, "children": ["h"]},
        **node("h", "root", "system", text(""), "i"),
        **node(
            "i",
            "h",
            "user",
            {"content_type": "user_editable_context", "user_profile": "I am Ann", "user_instructions": "Be kind"},
            "a",
            "a2",
        ),
        **node("a", "i", "user", text("How many?"), "t", create_time=1700000001.0),
        **node(
            "a2",
            "i",
            "user",
            text(
                {"content_type": "image_asset_pointer", "asset_pointer": "file-service://f"},
                "edited",
                kind="multimodal_text",
            ),
        ),
        **node(
            "t",
            "a",
            "assistant",
            {"content_type": "thoughts", "thoughts": [{"summary": "Count", "content": "one, two"}]},
            "p",
        ),
        **node(
            "p",
            "t",
            "assistant",
            {"content_type": "code", "text": "print(2)"},
            "q",
            recipient="python",
            metadata={"model_slug": "gpt-x"},
        ),
        **node("q", "p", "tool", {"content_type": "execution_output", "text": "2"}, "w", name="python"),
        **node("w", "q", "assistant", {"content_type": "reasoning_recap", "content": "Thought for 1s"}, "z"),
        **node(
            "z", "w", "assistant", text("Two."), recipient="all", metadata={"model_slug": "gpt-y", "citations": [{}]}
        ),
        **node("y", "w", "assistant", {"content_type": "new_kind", "stuff": 1}),
    },
}


def test_chatgpt_keeps_branches_instructions_calls_and_thoughts() -> None:
    reading = read([CHATGPT, {"no": "conversation"}])
    found = only(reading)
    assert (found.title, found.created_s, found.head, found.model, found.labels.archived) == (
        "Ducks",
        1700000000.5,
        "z",
        "gpt-y",
        True,
    )
    call = {"id": "call_p", "type": "function", "function": {"name": "python", "arguments": '{"input":"print(2)"}'}}
    assert tree(found) == [
        ("i", None, {"role": "system", "content": "I am Ann\n\nBe kind"}),
        ("a", "i", {"role": "user", "content": "How many?"}),
        (
            "a2",
            "i",
            {
                "role": "user",
                "content": [{"type": "text", "text": "[image file-service://f]"}, {"type": "text", "text": "edited"}],
            },
        ),
        (
            "p",
            "a",
            {"role": "assistant", "content": None, "tool_calls": [call], "reasoning_content": "Count\none, two"},
        ),
        ("q", "p", {"role": "tool", "tool_call_id": "call_p", "name": "python", "content": "2"}),
        ("z", "q", {"role": "assistant", "content": "Two."}),
        ("y", "q", {"role": "assistant", "content": '{"content_type":"new_kind","stuff":1}'}),
    ]
    assert [each.model for each in found.nodes][-2:] == ["gpt-y", ""]
    assert found.nodes[1].at_ms == 1700000001000
    assert reading.losses == {
        "pictures, sounds and films that are not in the file": 1,
        "recaps of reasoning": 1,
        "sources of replies": 1,
        "entries that are no conversation": 1,
    }
    assert "new_kind" in reading.notes[0]


def entry(body: Any, response: str, mime: str = "text/event-stream", status: int = 200, **more: Any) -> JsonObject:
    headers = [{"name": "Authorization", "value": f"Bearer {SECRET}"}, {"name": "Cookie", "value": SECRET}]
    url = f"https://api.openai.com/v1/chat/completions?api_key={SECRET}"
    return {
        "startedDateTime": "2026-01-02T03:04:05.000Z",
        "time": 2000,
        "request": {"method": "POST", "url": url, "headers": headers, "postData": {"text": json.dumps(body)}},
        "response": {
            "status": status,
            "headers": [{"name": "Set-Cookie", "value": SECRET}, {"name": "X-Id", "value": "7"}],
            "content": {"mimeType": mime, "text": response},
        },
        "timings": {"send": 100, "wait": 400, "receive": 1500, "dns": -1},
        **more,
    }


def chunk(words: str, finish: str | None = None) -> str:
    return (
        "data: "
        + json.dumps({"choices": [{"index": 0, "delta": {"content": words}, "finish_reason": finish}]})
        + "\n\n"
    )


STREAM = ": hello\n\n" + chunk("Two ") + chunk("ducks", "stop") + "data: [DONE]\n\n"
ASKED: Any = {"model": "gpt-x", "temperature": 0.5, "messages": [{"role": "system", "content": "Be brief"}, USER]}


def test_har_entries_become_exchanges_of_one_tree_without_secrets() -> None:
    answer = {"role": "assistant", "content": "Two ducks"}
    further = {**ASKED, "messages": [*ASKED["messages"], answer, {"role": "user", "content": "More"}]}
    plain = json.dumps(
        {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Three"}, "finish_reason": "stop"}]}
    )
    encoded = entry(further, b64encode(plain.encode()).decode(), "application/json")
    encoded["response"]["content"]["encoding"] = "base64"  # type: ignore[index,call-overload]
    other = {"request": {"url": "https://example.com", "method": "GET"}, "response": {}}
    refused = entry(ASKED, '{"error": {"message": "slow down"}}', "application/json", 429)
    lost = entry(ASKED, "", "", 0)
    reading = read({"log": {"version": "1.2", "entries": [entry(ASKED, STREAM), other, encoded, refused, lost]}})
    session = folded(reading)
    assert reading.losses == {"requests for something else": 1}
    assert "The file has no event times" in reading.notes[0]
    first, second, third, fourth = session.exchanges.values()
    assert (fourth.status, fourth.reply.outcome) == (None, "error")
    assert [event.at_s for event in first.events] == [0.5, 2.0, 2.0]
    assert (first.first_byte_s, first.headers, first.request["provider"]) == (0.5, {"x-id": "7"}, "openai")
    assert first.reply.outcome == second.reply.outcome == "complete"
    assert (third.status, third.reply.outcome) == (429, "error")
    assert [(n.parent, n.message.get("content")) for n in session.conversation.nodes.values()] == [
        (None, "Hi"),
        ("m1", "Two ducks"),
        ("x1.0", "More"),
        ("m2", "Three"),
    ]
    assert session.settings is not None
    assert (session.settings.system, session.settings.parameters) == ("Be brief", {"temperature": 0.5})
    assert SECRET not in json.dumps(only(reading).records)


def test_har_of_our_own_gives_every_exchange_again_with_its_times_and_branches() -> None:
    records = [record for number in (1, 2, 3) for record in turn(number, "x1.0" if number > 1 else None)]
    for record in records:
        if record["type"] == "request":
            asked: list[Any] = [{"role": "user", "content": "question 1"}]
            if record["exchange"] != "x1":
                asked.append({"role": "assistant", "content": "answer 1"})
                asked.append({"role": "user", "content": f"question {str(record['exchange'])[1:]}"})
            record["body"] = {"model": "m", "messages": asked}
            record["t"] = 1_700_000_000_000 + int(str(record["exchange"])[1:])
    before = fold_session(records)
    after = folded(read(written(FORMATS["har"], Material(session=before)).text))
    assert [each.events for each in after.exchanges.values()] == [each.events for each in before.exchanges.values()]
    completions = [[each.reply.completion() for each in session.exchanges.values()] for session in (before, after)]
    assert completions[0] == completions[1]
    trees = [
        [(text_of(each.message), each.parent and text_of(nodes[each.parent].message)) for each in nodes.values()]
        for nodes in (before.conversation.nodes, after.conversation.nodes)
    ]
    assert trees[0] == trees[1]


def test_har_events_of_our_own_export_keep_their_times() -> None:
    events = [
        {"at_s": 0.25, "event": "message", "data": chunk("x", "stop")[6:].strip()},
        {"at_s": 1.75, "event": "x", "data": "[DONE]"},
    ]
    comments = [{"at_s": 0.1, "text": "hi"}]
    reading = read({"log": {"entries": [entry(ASKED, "", _events=events, _comments=comments)]}})
    (exchange,) = folded(reading).exchanges.values()
    assert [(event.at_s, event.name) for event in exchange.events] == [(0.25, "message"), (1.75, "x")]
    assert (exchange.comments[0].text, reading.notes) == ("hi", ())


def test_what_send_printed_keeps_the_reply_and_its_times() -> None:
    completion = {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Two"}, "finish_reason": "stop"}]
    }
    printed = {
        "request": ASKED,
        "url": "https://api.openai.com/v1/chat/completions",
        "status": 200,
        "headers": {"x-api-key": SECRET},
        "outcome": "complete",
        "completion": completion,
        "error": None,
        "warnings": ["no_done"],
        "timing": {"first_byte_s": 0.5, "total_s": 2.0},
        "comments": [],
        "bad_events": 0,
        "session": None,
    }
    reading = read("\n".join([json.dumps(printed)] * 2))
    session = folded(reading)
    assert reading.form == "send"
    assert [exchange.reply.outcome for exchange in session.exchanges.values()] == ["complete", "complete"]
    assert [n.message["content"] for n in session.conversation.nodes.values()] == ["Hi", "Two", "Two"]
    assert (session.exchanges["x1"].end or {})["timing"] == {"first_byte_s": 0.5, "total_s": 2.0}
    assert SECRET not in json.dumps(only(reading).records)


def test_lists_and_lines_of_messages_and_requests() -> None:
    assert tree(only(read([USER, {"role": "assistant", "content": "x"}, 5]))) == [
        ("m1", None, USER),
        ("m2", "m1", {"role": "assistant", "content": "x"}),
    ]
    batch = [
        {"custom_id": str(n), "method": "POST", "url": "/v1/chat/completions", "body": {**ASKED, "seed": n}}
        for n in range(3)
    ]
    reading = read("\n".join(map(json.dumps, batch)))
    assert (reading.form, len(reading.conversations)) == ("messages", 3)
    assert [each.parameters["seed"] for each in reading.conversations] == [0, 1, 2]
    assert {each.system for each in reading.conversations} == {"Be brief"}


def test_a_session_of_our_own_is_taken_record_by_record() -> None:
    lines: list[Any] = [
        {"type": "session", "t": 1, "version": 1, "id": "old", "created": "2026-01-02T03:04:05Z"},
        {"type": "title", "t": 2, "title": "mine"},
        {"type": "message", "t": 3, "id": "a", "parent": None, "message": USER},
        {"type": "later", "t": 4, "x": 1},
    ]
    found = only(read("\n".join(map(json.dumps, lines)) + '\n{"type":"mess'))
    assert (found.title, list(found.records[:3])) == ("mine", lines[1:])
    newer = [{**lines[0], "version": 99}, *lines[1:]]
    with pytest.raises(ProblemError, match="newer version"):
        read("\n".join(map(json.dumps, newer)))


AICHAT = """model: openai:gpt-x
temperature: 0.25
use_tools: all
messages:
- role: system
  content: Be brief
- role: user
  content: |-
    Look: 'this'
    2020-01-01
- role: user
  content:
  - type: text
    text: on
  - type: image_url
    image_url:
      url: data:image/png;base64,AA==
- role: assistant
  content:
    tool_results:
    - call:
        name: f
        arguments:
          a: 010
        id: null
      output:
        ok: true
    text: ''
    sequence: false
- role: assistant
  content: yes
"""


def test_aichat_sessions_are_read_with_calls_and_words_as_they_stand() -> None:
    reading = read(AICHAT, name="ducks")
    found = only(reading)
    assert (reading.form, found.title, found.provider, found.model, found.system) == (
        "aichat",
        "ducks",
        "openai",
        "gpt-x",
        "Be brief",
    )
    assert found.parameters == {"temperature": 0.25}
    contents = [each.message["content"] for each in found.nodes]
    assert contents[0] == "Look: 'this'\n2020-01-01"
    assert contents[1] == [
        {"type": "text", "text": "on"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
    ]
    calls = found.nodes[2].message["tool_calls"]
    assert isinstance(calls, list)
    assert calls[0] == {"id": "call_m4_1", "type": "function", "function": {"name": "f", "arguments": '{"a":"010"}'}}
    assert found.nodes[3].message == {"role": "tool", "tool_call_id": "call_m4_1", "content": '{"ok":true}'}
    assert contents[4] == "yes"
    assert reading.losses == {"choices of tools": 1}


def test_what_aichat_compressed_is_a_branch_of_its_own() -> None:
    found = only(
        read(
            "model: a:b:c\ncompressed_messages:\n- role: user\n  content: old\n"
            "messages:\n- role: system\n  content: sum\n"
        )
    )
    assert [(each.id, each.parent) for each in found.nodes] == [("c1", None), ("m1", None)]
    assert (found.head, found.provider, found.model) == ("m1", "a", "b:c")


@pytest.mark.parametrize(
    "bad",
    [
        "model: x\nmessages: [",
        "model: x\nmessages: &a [*a]",
        "model: x\nmessages: 5",
        "model: x\nmessages: " + "[" * 5000,
    ],
)
def test_bad_yaml_is_told(bad: str) -> None:
    with pytest.raises(ProblemError):
        read(bad)


@pytest.mark.parametrize(
    "data", [b"hello", b"[1, 2]", b"\x89PNG\r\n\x1a\n", b"[" * 100_000, b'[{"foo": 1}]', b"%PDF-1.4"]
)
def test_what_is_none_of_them_is_told_with_all_formats(data: bytes) -> None:
    with pytest.raises(ProblemError) as caught:
        read(data)
    assert all(f"{form} (" in caught.value.problem.why for form in SOURCES)


@pytest.mark.parametrize(
    "data", [b"", b'{"model": "m", "messages": []}', b"curl https://example.com -d '{}'", b"{'a': True}"]
)
def test_requests_are_left_to_their_own_reader(data: bytes) -> None:
    assert read_conversations(data, name="x", providers=PROVIDERS, prefer="local") is None


def test_the_format_can_be_named() -> None:
    assert read([USER], "messages").form == "messages"
    with pytest.raises(ProblemError, match="no conversation"):
        read([USER], "chatgpt")
    with pytest.raises(ProblemError, match="Unknown import format"):
        read([USER], "word")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1.7e9, 1.7e9),
        (1.7e12, 1.7e9),
        (1.7e18, 1.7e9),
        ("2023-11-14T22:13:20Z", 1.7e9),
        ("2023-11-14 22:13:20", 1.7e9),
        (-5, None),
        (0, None),
        (True, None),
        ("soon", None),
        (1e300, None),
        (None, None),
        ("9999-12-31T00:00:00", None),
    ],
)
def test_times_of_every_unit(value: Any, seconds: float | None) -> None:
    assert moment_s(value) == seconds
