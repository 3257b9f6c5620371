"""Whatever a service sends, the fold neither raises nor produces values that cannot be serialised."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.file_references import refers
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.reply import Reply
from chat_tui.domain.timing import timing
from tests.support.folding import fold

GOOD = '{"choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":"stop"}]}'


def check_writable(reply: Reply) -> None:
    """Everything that leaves the fold is JSON and UTF-8."""
    out = [reply.completion(), reply.error, reply.usage, timing(reply, first_byte_s=0.1, total_s=2.0)]
    for choice in reply.choices:
        out.append(choice.message())
        for part in (choice.text(), *choice.content, *choice.reasoning, *choice.refusal):
            part.encode("utf-8")
    json.dumps(out, ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert reply.warnings == sorted(set(reply.warnings))


@pytest.mark.parametrize(
    "data",
    [
        '{"a":' + "9" * 5000 + "}",
        '{"choices":' + "[" * 100_000 + "]" * 100_000 + "}",
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"x":' + "[" * 900 + "]" * 900 + "}",
        '{"choices":[{"delta":{"content":"x"},"finish_reason":NaN}]}',
        '{"usage":{"cost":-Infinity}}',
        '{"a":1e400}',
        '{"a":-' + "9" * 400 + ".0}",
        '{"a":1}{"b":2}',
        '\ufeff{"a":1}',
        "\x00",
        "{'a': 1}",
    ],
    ids=lambda data: data[:20],
)
def test_data_that_cannot_be_kept_is_a_bad_event_and_the_next_one_counts(data: str) -> None:
    reply = fold(data, GOOD % "ok")
    assert (reply.bad_events, reply.choices[0].text(), reply.outcome) == (1, "ok", "complete")
    check_writable(reply)


def test_of_a_member_twice_the_last_counts() -> None:
    assert fold('{"choices":[{"delta":{"content":"a","content":"b"}}]}').choices[0].text() == "b"


@pytest.mark.parametrize("index", ["99999999999", "-3", "1" + "0" * 3000])
def test_an_index_may_be_any_integer(index: str) -> None:
    data = (
        f'{{"choices":[{{"index":{index},"delta":{{"content":"a","tool_calls":[{{"index":{index},"id":"i"}}],'
        f'"reasoning_details":[{{"index":{index},"text":"x"}}]}}}}]}}'
    )
    reply = fold(data)
    assert [choice.index for choice in reply.choices] == [int(index)]
    check_writable(reply)


def test_a_number_of_tokens_beyond_a_float_is_no_speed() -> None:
    reply = fold(GOOD % "a", GOOD % "b", '{"usage":{"completion_tokens":1' + "0" * 3000 + "}}")
    assert timing(reply, first_byte_s=None, total_s=None)["tokens_per_s"] is None


def test_halves_of_a_character_are_joined_over_deltas() -> None:
    reply = fold(GOOD % "a\\ud83d", GOOD % "\\ude00b", GOOD % "c")
    assert reply.choices[0].text() == "a😀bc"
    assert reply.choices[0].content == ["a", "😀b", "c"]
    check_writable(reply)


@pytest.mark.parametrize(
    ("deltas", "text"),
    [
        (["\\ud83d"], "\ufffd"),
        (["\\ude00"], "\ufffd"),
        (["a\\ud83d", "b"], "a\ufffdb"),
        (["\\ud83d", "\\ud83d", "\\ude00"], "\ufffd😀"),
        (["\\ude00\\ud83d"], "\ufffd\ufffd"),
        (["\\ud83d", "", "\\ude00"], "😀"),
    ],
)
def test_a_lone_half_becomes_the_replacement_character(deltas: list[str], text: str) -> None:
    reply = fold(*(GOOD % delta for delta in deltas), close=False)
    assert reply.choices[0].text() == text
    reply.close()
    assert reply.choices[0].text() == text
    assert "".join(reply.choices[0].content) == text
    check_writable(reply)


@pytest.mark.parametrize(
    "data",
    [
        '{"id":"\\ud83d","model":"\\ude00","\\ud83d":{"\\ud83d":["\\ud83d"]}}',
        '{"error":{"message":"\\ud83d"}}',
        '{"usage":{"\\ud83d":1}}',
        '{"choices":[{"finish_reason":"\\ud83d","\\ud83d":"\\ud83d","delta":{"x":"\\ud83d","role":"\\ud83d"}}]}',
        '{"choices":[{"delta":{"tool_calls":[{"id":"\\ud83d","x":"\\ud83d","function":{"name":"\\ud83d"}}]}}]}',
        '{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"arguments":"\\ud83d"}}]}}]}',
        '{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":{"a":"\\ud83d"}}}]}}]}',
        '{"choices":[{"logprobs":{"content":[{"token":"\\ud83d"}]},"delta":{"annotations":[{"a":"\\ud83d"}]}}]}',
        '{"choices":[{"delta":{"reasoning":"\\ud83d","refusal":"\\ud83d","audio":{"transcript":"\\ud83d"}}}]}',
        '{"choices":[{"delta":{"reasoning_details":[{"type":"\\ud83d","text":"\\ud83d","z":"\\ud83d"}]}}]}',
        '{"\ud83d":1}',
    ],
)
def test_no_half_of_a_character_leaves_the_fold(data: str) -> None:
    check_writable(fold(data, GOOD % "a"))
    check_writable(fold(data, plain=True))


def test_halves_of_a_character_are_joined_in_tool_arguments() -> None:
    chunk = '{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"i","function":{"arguments":"%s"}}]}}]}'
    reply = fold(chunk % "\\ud83d", chunk % "\\ude00")
    choices: Any = reply.completion()["choices"]
    assert choices[0]["message"]["tool_calls"][0]["function"]["arguments"] == "😀"


def test_controls_and_noncharacters_are_kept_exactly() -> None:
    assert fold(GOOD % "\\u0000\\u001b\\uffff\\u202e").choices[0].text() == "\x00\x1b\uffff\u202e"


def test_fragments_only_ever_append() -> None:
    reply = fold(GOOD % "a", done=False, close=False)
    content = reply.choices[0].content
    for number in range(50):
        reply.apply(StreamEvent(0.0, GOOD % str(number)))
    assert reply.choices[0].content is content
    assert len(content) == 51


MEMBERS = """
    id object created model choices usage system_fingerprint service_tier provider error obfuscation x_groq
    index delta message text logprobs finish_reason native_finish_reason role content refusal tool_calls
    function_call audio reasoning reasoning_content reasoning_text reasoning_details annotations images
    function custom name arguments input type data transcript expires_at summary signature format thinking
    usage completion_tokens token
"""
NAMES = st.sampled_from(MEMBERS.split())
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(), max_size=4),
    st.sampled_from(
        ["", "text", "thinking", "reasoning.text", "assistant", "stop", "error", "AAE=", "\ud83d", "\ude00"]
    ),
)
ANY = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=25
)
DELTAS = st.dictionaries(NAMES, ANY, max_size=6)
CALLS = st.fixed_dictionaries({"tool_calls": st.lists(DELTAS, max_size=3), "reasoning_details": st.lists(DELTAS)})
CHOICES = st.fixed_dictionaries({"index": LEAVES, "delta": DELTAS | CALLS | ANY, "message": DELTAS | CALLS}) | DELTAS
CHUNKS = st.fixed_dictionaries({"choices": st.lists(CHOICES, max_size=3)}) | DELTAS | ANY


@given(st.lists(CHUNKS, max_size=6), st.booleans(), st.sampled_from(["message", "error"]))
def test_no_chunk_breaks_the_fold(chunks: list[object], plain: bool, name: str) -> None:
    reply = Reply(plain=plain)
    for number, chunk in enumerate(chunks):
        reply.apply(StreamEvent(float(number), json.dumps(chunk), name))
        reply.apply(StreamEvent(float(number), json.dumps(chunk, ensure_ascii=False), name))
    check_writable(reply)
    reply.close()
    check_writable(reply)
    assert reply.outcome in ("complete", "truncated", "error")


@given(st.text(st.characters(), max_size=60) | st.sampled_from(["\ud83d", "x\ude00"]), st.sampled_from(["", "error"]))
def test_no_data_breaks_the_fold(data: str, name: str) -> None:
    reply = Reply()
    reply.apply(StreamEvent(0.0, data, name))
    reply.close()
    check_writable(reply)


def test_a_service_cannot_name_a_local_file() -> None:
    reference: Json = {"path": "/etc/hostname", "sha256": "0" * 64, "bytes": 3, "media": "png", "mime": "image/png"}
    part: JsonObject = {"type": "image_url", "image_url": {"url": ""}}
    named: JsonObject = {**part, "chat_tui_file": reference, "chat_tui_kept": {"message": "u", "part": 0}}
    reply = fold({"choices": [{"delta": {"images": [named], "content": [named]}}]})
    message = reply.choices[0].message()
    assert message["images"] == [part]
    assert reply.choices[0].content_parts == [part]
    assert not refers({"messages": [message]})
