"""Merge rules R1 to R26, one by one, except those for tool calls."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from chat_tui.domain.json_values import JsonObject
from tests.support.folding import choice_of, delta, fold


def message_of(*chunks: object) -> dict[str, Any]:
    message: dict[str, Any] = choice_of(fold(*chunks))["message"]
    return message


def test_r1_first_id_model_and_created_that_say_something_win() -> None:
    reply = fold(
        {"id": "", "model": "", "created": 0, "choices": []},
        {"id": "a", "model": None, "created": 5},
        {"id": "b", "model": "m", "created": 6},
        {"id": "c", "model": "n"},
    )
    completion = reply.completion()
    assert (completion["id"], completion["model"], completion["created"]) == ("a", "m", 5)
    assert (reply.member("id"), reply.member("model"), reply.member("nothing")) == ("a", "m", None)


def test_r1_what_never_came_is_null() -> None:
    assert fold({}).completion() == {
        "id": None,
        "object": "chat.completion",
        "created": None,
        "model": None,
        "choices": [],
        "usage": None,
    }


def test_r2_last_fingerprint_tier_and_provider_win_and_null_erases_nothing() -> None:
    reply = fold(
        {"system_fingerprint": "f1", "service_tier": "auto", "provider": "P"},
        {"system_fingerprint": "f2", "service_tier": "default", "provider": "Q"},
        {"system_fingerprint": None, "service_tier": None, "provider": None},
    )
    completion = reply.completion()
    assert [completion[name] for name in ("system_fingerprint", "service_tier", "provider")] == ["f2", "default", "Q"]


def test_r3_last_usage_replaces_and_null_erases_nothing() -> None:
    assert fold({"usage": {"a": 1, "b": 1}}, {"usage": {"a": 2}}, {"usage": None}).usage == {"a": 2}


@pytest.mark.parametrize(
    ("chunks", "usage"),
    [
        ([{"x_groq": {"usage": {"a": 1}}}], {"a": 1}),
        ([{"x_groq": {"usage": {"a": 1}}}, {"x_groq": {"id": "r"}}], {"a": 1}),
        ([{"usage": {"a": 2}}, {"x_groq": {"usage": {"a": 1}}}], {"a": 2}),
        ([{"x_groq": {"usage": {"a": 1}}}, {"usage": {"a": 2}}], {"a": 2}),
        ([{"x_groq": "no"}], None),
        ([{"usage": 7}], None),
    ],
)
def test_r3_usage_of_groq_counts_only_where_none_came(chunks: list[object], usage: JsonObject | None) -> None:
    assert fold(*chunks).usage == usage


@pytest.mark.parametrize("choices", [[], None, {}, "x", 3, [None], [[]], ["x"]])
def test_r4_choices_may_be_anything_but_choices(choices: object) -> None:
    reply = fold({"choices": choices}, *delta({"content": "a"}), {"usage": {"n": 1}})
    assert [choice.text() for choice in reply.choices] == ["a"]
    assert reply.bad_events == 0


def test_r5_choices_are_found_by_index_and_sorted() -> None:
    chunks = [
        {"choices": [{"index": 2, "delta": {"content": "c"}}]},
        {"choices": [{"delta": {"content": "a"}}, {"index": 2, "delta": {"content": "C"}}]},
        {"choices": [{"index": None, "delta": {"content": "A"}}]},
    ]
    assert [(choice.index, choice.text()) for choice in fold(*chunks).choices] == [(0, "aA"), (2, "cC")]


@pytest.mark.parametrize(
    ("chunks", "text"),
    [
        ([{"choices": [{"message": {"content": "whole"}}]}], "whole"),
        ([{"choices": [{"text": "whole"}]}], "whole"),
        ([{"choices": [{"delta": None, "message": {"content": "whole"}}]}], "whole"),
        (
            [*delta({"content": "a"}, message={"content": "a"}), *delta({"content": "b"}, message={"content": "ab"})],
            "ab",
        ),
        ([*delta({"content": "a"}), {"choices": [{"message": {"content": "all"}}]}], "a"),
        ([*delta({"role": "assistant"}), {"choices": [{"message": {"content": "all"}}]}], "all"),
        ([{"choices": [{"message": {"content": "all"}}]}, {"choices": [{"message": {"content": "all"}}]}], "all"),
        ([{"choices": [{"text": "a"}]}, {"choices": [{"text": "b"}]}], "ab"),
        ([*delta({"content": "a"}), {"choices": [{"text": "b"}]}], "a"),
        ([{"choices": [{"text": "a"}]}, {"choices": [{"message": {"content": "all"}}]}], "a"),
        ([*delta(None, {}, {"content": "a"}, {}, None)], "a"),
    ],
)
def test_r6_a_message_stands_in_for_deltas_only_while_nothing_came(chunks: list[object], text: str) -> None:
    assert fold(*chunks).choices[0].text() == text


def test_r7_first_role_wins_and_assistant_is_the_default() -> None:
    assert message_of(*delta({"role": ""}, {"role": "model"}, {"role": "user"}))["role"] == "model"
    assert message_of(*delta({"content": "a"}))["role"] == "assistant"
    assert message_of(*delta({"role": 5}))["role"] == "assistant"


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ([None, None], None),
        ([], None),
        (["", None], ""),
        ([" a", None, "\n b "], " a\n b "),
        ([7, {"a": 1}, True], None),
        ([[]], None),
    ],
)
def test_r8_content_is_joined_untrimmed_and_null_only_if_no_string_came(
    contents: list[object], expected: str | None
) -> None:
    assert message_of(*delta({}), *delta(*({"content": content} for content in contents)))["content"] == expected


def test_r9_parts_go_to_content_reasoning_or_extra() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:,"}}
    message = message_of(
        *delta(
            {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}, {"type": "x"}]}]},
            {"content": [{"type": "thinking", "thinking": ", so"}, {"type": "text", "text": "A"}]},
            {"content": "B"},
            {"content": [picture, {"type": "text", "text": "C"}, "D", None, 4]},
        )
    )
    assert message == {
        "role": "assistant",
        "content": "ABCD",
        "reasoning": "hm, so",
        "extra": {"content_parts": [picture]},
    }


def test_r10_refusal_is_joined_and_absent_if_never_a_string() -> None:
    assert "refusal" not in message_of(*delta({"refusal": None}, {"refusal": 1}))
    assert message_of(*delta({"refusal": "I "}, {"refusal": None}, {"refusal": "cannot"}))["refusal"] == "I cannot"
    assert message_of(*delta({"refusal": ""}))["refusal"] == ""


@pytest.mark.parametrize(
    ("deltas", "reasoning", "field"),
    [
        ([{"reasoning": "a"}, {"reasoning": "b"}], "ab", "reasoning"),
        ([{"reasoning_content": "a"}, {"reasoning": "b"}], "ab", "reasoning_content"),
        ([{"reasoning_text": "a"}], "a", "reasoning_text"),
        ([{"reasoning_content": "a", "reasoning": "a"}], "a", "reasoning"),
        ([{"reasoning_text": "x", "reasoning_content": "a"}], "a", "reasoning_content"),
        ([{"reasoning": None, "reasoning_content": "a"}], "a", "reasoning_content"),
        ([{"reasoning": "", "reasoning_content": "a"}], "a", "reasoning_content"),
        ([{"reasoning": ""}], "", "reasoning"),
    ],
)
def test_r11_reasoning_is_joined_and_its_first_field_remembered(
    deltas: list[object], reasoning: str, field: str
) -> None:
    message = message_of(*delta(*deltas))
    assert (message["reasoning"], message["reasoning_field"]) == (reasoning, field)
    assert not {"reasoning_content", "reasoning_text", "extra"} & set(message)


def details(*entries: object) -> Any:
    return message_of(*delta(*({"reasoning_details": [entry]} for entry in entries)))["reasoning_details"]


def test_r12_numbered_details_merge_by_type_and_index() -> None:
    assert details(
        {"type": "reasoning.text", "index": 1, "text": "a", "id": None, "format": "f", "signature": None},
        {"type": "reasoning.encrypted", "index": 1, "data": "AA"},
        {"type": "reasoning.text", "index": 1, "text": "b", "id": "i", "format": "g", "signature": "s1"},
        {"type": "reasoning.text", "index": 0, "summary": "z"},
        {"type": "reasoning.encrypted", "index": 1, "data": "BB"},
        {"type": "reasoning.text", "index": 1, "text": None, "id": "j", "signature": "s2"},
        {"type": "reasoning.text", "index": 1, "signature": None},
    ) == [
        {"type": "reasoning.text", "index": 1, "text": "ab", "id": "i", "format": "f", "signature": "s2"},
        {"type": "reasoning.encrypted", "index": 1, "data": "AABB"},
        {"type": "reasoning.text", "index": 0, "summary": "z"},
    ]


def text_detail(text: str, **members: object) -> dict[str, object]:
    return {"type": "reasoning.text", "text": text, **members}


@pytest.mark.parametrize(
    ("entries", "texts"),
    [
        ([text_detail("a"), text_detail("b")], ["ab"]),
        ([text_detail("a", id="1"), text_detail("b"), text_detail("c", id="1")], ["abc"]),
        ([text_detail("a", id="1"), text_detail("b", id="2")], ["a", "b"]),
        ([text_detail("a", index=0), text_detail("b")], ["a", "b"]),
        ([text_detail("a"), text_detail("b", index=0), text_detail("c")], ["a", "b", "c"]),
        ([text_detail("a"), text_detail("b", type="reasoning.summary"), text_detail("c")], ["a", "b", "c"]),
        ([text_detail("a", type="reasoning.encrypted"), text_detail("b", type="reasoning.encrypted")], ["a", "b"]),
        ([text_detail("a", index="0"), text_detail("b", index=True), text_detail("c", index=None)], ["abc"]),
        ([text_detail("a"), None, 3, "x", text_detail("b")], ["ab"]),
    ],
)
def test_r12_unnumbered_details_continue_the_one_before(entries: list[object], texts: list[str]) -> None:
    assert [entry["text"] for entry in details(*entries)] == texts


def test_r20_a_function_call_keeps_its_first_name_and_joins_arguments() -> None:
    assert message_of(
        *delta(
            {"function_call": {"name": "", "arguments": ""}},
            {"function_call": {"name": "f", "arguments": '{"a"'}},
            {"function_call": {"name": "g", "arguments": ":1}"}},
            {"function_call": None},
        )
    )["function_call"] == {"name": "f", "arguments": '{"a":1}'}


def test_r21_audio_fragments_are_decoded_each_on_its_own() -> None:
    pieces = [b"\x00", b"\x01\x02", b"\xff\xfe\xfd\xfc", b""]
    fragments = [{"data": base64.b64encode(piece).decode()} for piece in pieces]
    message = message_of(
        *delta(
            {"audio": {"id": "", "transcript": ""}},
            {"audio": {"id": "audio_1", "transcript": "Hel"}},
            *({"audio": fragment} for fragment in fragments),
            {"audio": {"data": "!\u00e9"}},
            {"audio": {"data": "A"}},
            {"audio": {"id": "audio_2", "transcript": "lo", "expires_at": 1}},
            {"audio": {"expires_at": 2, "data": None}},
        )
    )
    assert message["audio"] == {
        "id": "audio_1",
        "data": base64.b64encode(b"".join(pieces)).decode(),
        "transcript": "Hello",
        "expires_at": 2,
    }


def test_r21_audio_without_padding_is_taken() -> None:
    assert message_of(*delta({"audio": {"data": "AAE"}}, {"audio": {"data": "Ag=="}}))["audio"] == {"data": "AAEC"}


def test_r22_annotations_lose_exact_repeats_and_images_do_not() -> None:
    one, other = {"type": "t", "u": {"a": 1, "b": 2}}, {"type": "t", "u": {"a": 1, "b": 3}}
    message = message_of(
        *delta(
            {"annotations": [one, other], "images": [one]},
            {"annotations": [{"u": {"b": 2, "a": 1}, "type": "t"}], "images": [one]},
            {"annotations": [], "images": []},
        )
    )
    assert message["annotations"] == [one, other]
    assert message["images"] == [one, one]
    assert not {"annotations", "images"} & set(message_of(*delta({"annotations": [], "images": None})))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([None, {"content": None, "refusal": None}], None),
        ([{"content": []}], {"content": [], "refusal": None}),
        (
            [{"content": [{"token": "a"}]}, None, {"content": [{"token": "b"}], "refusal": [{"token": "r"}]}],
            {"content": [{"token": "a"}, {"token": "b"}], "refusal": [{"token": "r"}]},
        ),
        ([{"content": 3}, 5, [], {"refusal": [None, 1]}], {"content": None, "refusal": []}),
    ],
)
def test_r23_logprobs_are_appended(told: list[object], expected: object) -> None:
    chunks = [{"choices": [{"delta": {}, "logprobs": logprobs}]} for logprobs in told]
    assert choice_of(fold(*chunks))["logprobs"] == expected


def test_r24_last_finish_reason_wins_and_late_deltas_still_count() -> None:
    reply = fold(
        *delta({"content": "a"}, finish_reason="length", native_finish_reason="MAX"),
        *delta({"content": "b"}, finish_reason=None),
        *delta({"content": "c"}, finish_reason="stop", native_finish_reason="STOP"),
        *delta({"content": "d"}, finish_reason="", native_finish_reason=""),
    )
    choice = choice_of(reply)
    assert (choice["finish_reason"], choice["native_finish_reason"]) == ("stop", "STOP")
    assert reply.choices[0].text() == "abcd"
    assert "native_finish_reason" not in choice_of(fold(*delta({}, native_finish_reason=None)))


@pytest.mark.parametrize(
    ("word", "expected"), [("eos", "eos"), (7, "7"), (True, None), ({}, None), ([], None), ("", None), (None, None)]
)
def test_r24_any_word_is_a_finish_reason(word: object, expected: str | None) -> None:
    assert fold(*delta({"content": "a"}, finish_reason=word)).choices[0].finish_reason == expected


def test_r25_obfuscation_is_dropped_everywhere() -> None:
    reply = fold({"obfuscation": "x", "choices": [{"obfuscation": "y", "delta": {"obfuscation": "z", "content": "a"}}]})
    assert "extra" not in reply.completion()
    assert "extra" not in choice_of(reply)
    assert "extra" not in choice_of(reply)["message"]


def test_r26_unknown_members_are_kept_at_their_level_the_last_one_whole() -> None:
    reply = fold(
        {"citations": [1, 2], "zero": 0, "choices": [{"stop_reason": {"a": 1}, "delta": {"token_ids": [1]}}]},
        {"citations": [3], "choices": [{"stop_reason": {"b": 1}, "delta": {"token_ids": [2], "flag": False}}]},
        {"citations": None, "choices": [{"stop_reason": None, "delta": {"token_ids": None}}]},
    )
    assert reply.completion()["extra"] == {"citations": [3], "zero": 0}
    assert choice_of(reply)["extra"] == {"stop_reason": {"b": 1}}
    assert choice_of(reply)["message"]["extra"] == {"token_ids": [2], "flag": False}
