"""Comparing two replies: equality, other differences, and the checks a reply passes."""

from __future__ import annotations

from typing import Any

import pytest

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.reply import Reply
from chat_tui.domain.reply_checks import Check, has_schema
from chat_tui.domain.reply_comparison import ReplyComparison
from chat_tui.domain.reply_facts import ReplyFacts, facts_of
from chat_tui.domain.word_diff import marked


def message(content: str | None = "Hi", **members: Json) -> JsonObject:
    return {"role": "assistant", "content": content, **members}


def call(name: str, arguments: str, call_id: str = "c1") -> JsonObject:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def facts(*messages: JsonObject, finish: str = "stop", timing: JsonObject | None = None, **members: Json) -> ReplyFacts:
    choices: list[Json] = [
        {"index": index, "finish_reason": finish, "message": each} for index, each in enumerate(messages)
    ]
    reply = Reply(plain=True)
    reply.apply(StreamEvent(0.5, dump_json({"model": "m", "choices": choices, **members})))
    reply.close()
    return facts_of(reply, timing or {})


def image(data: str) -> JsonObject:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


RED, BLUE = image("cmVk"), image("Ymx1ZQ==")


def fault(check: Check, old: ReplyFacts, new: ReplyFacts, **body: Json) -> str:
    return check.fault(ReplyComparison(old, new), body)


def test_ids_times_counts_and_reasoning_do_not_make_a_difference() -> None:
    old = facts(
        message(None, tool_calls=[call("f", "{}", "a")], reasoning="hm"),
        timing={"total_s": 1.0, "first_token_s": 0.5},
        usage={"prompt_tokens": 3, "completion_tokens": 4},
        system_fingerprint="fp_1",
    )
    new = facts(
        message(None, tool_calls=[call("f", "{}", "b")], reasoning="well"),
        timing={"total_s": 2.5, "first_token_s": 0.25},
        usage={"prompt_tokens": 3, "completion_tokens": 1234},
        system_fingerprint="fp_2",
    )
    compared = ReplyComparison(old, new)
    assert compared.same
    assert compared.changes() == [
        "reasoning similarity 0.00",
        "fingerprint fp_1 → fp_2",
        "completion tokens 4 → 1,234",
        "first token 0.50 s → 0.25 s",
        "total 1.00 s → 2.50 s",
    ]


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (facts(message("Ho")), []),
        (facts(message("Hi"), finish="length"), ["finish reason stop → length"]),
        (facts(message("Hi", refusal="No")), []),
        (facts(message("Hi", tool_calls=[call("f", '{"a":1}')])), ['tool call +f({"a":1})']),
        (facts(message("Hi"), message("Hi")), ["choice 2: added"]),
        (facts(message("Hi", images=[RED])), ["images 0 → 1"]),
        (facts(), ["removed", "outcome complete → error"]),
    ],
)
def test_these_are_differences(new: ReplyFacts, told: list[str]) -> None:
    compared = ReplyComparison(facts(message("Hi")), new)
    assert not compared.same
    assert compared.changes() == told


def test_other_images_are_a_difference_and_other_positions_are_not() -> None:
    old, new = facts(message("", images=[RED, BLUE])), facts(message("", images=[RED, image("bm93")]))
    assert not ReplyComparison(old, new).same
    assert ReplyComparison(old, new).changes() == ["different images"]
    assert ReplyComparison(old, facts(message("", images=[{**RED, "index": 3}, BLUE]))).same


def test_spoken_replies_are_compared_by_their_transcripts() -> None:
    old, new = (facts(message(None, audio={"id": "a", "data": "", "transcript": words})) for words in ("Hi you", "Hi"))
    assert not ReplyComparison(old, new).same
    assert [marked(choice.content) for choice in ReplyComparison(old, new).choices] == ["Hi[- you-]"]


def test_arguments_are_compared_as_json_and_else_as_text() -> None:
    old = facts(message(None, tool_calls=[call("f", '{"city":"Paris","days":3}'), call("g", "plain old", "c2")]))
    new = facts(message(None, tool_calls=[call("f", '{"days":3,"city":"Oslo"}'), call("h", "plain new", "c2")]))
    assert ReplyComparison(old, new).changes() == [
        "tool call f: city Paris→Oslo",
        "tool call g → h: plain [-old-]{+new+}",
    ]


def test_every_choice_has_its_own_diff() -> None:
    compared = ReplyComparison(facts(message("a b"), message("c d")), facts(message("a b"), message("c e")))
    assert [marked(choice.content) for choice in compared.choices] == ["a b", "c [-d-]{+e+}"]
    assert compared.likeness == 0.5
    assert fault(Check(), compared.old, compared.new) == "choice 2: not identical"


SCHEMA: JsonObject = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
FORMAT: JsonObject = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
TOOLS: list[Json] = [{"type": "function", "function": {"name": "f", "parameters": SCHEMA}}]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('{"a":1,"b":2}', '{"b": 2, "a": 1}', ""),
        ('{"a":1}', '{"a":1.0}', "the content: different JSON"),
        ('{"a":1}', "sorry", "the content: not JSON now"),
        ("words", '{"a":1}', "the content: not JSON before"),
        ("words", "words", ""),
    ],
)
def test_json_equal(old: str, new: str, expected: str) -> None:
    assert fault(Check("json"), facts(message(old)), facts(message(new), finish="length")) == expected


def test_json_equal_looks_into_tool_arguments() -> None:
    old, same, other, tool = (
        facts(message(None, tool_calls=[call(name, arguments)]))
        for name, arguments in (("f", '{"a":1,"b":2}'), ("f", '{"b":2,"a":1}'), ("f", '{"a":2}'), ("g", "{}"))
    )
    assert fault(Check("json"), old, same) == ""
    assert fault(Check("json"), old, other) == "the arguments of f: different JSON"
    assert fault(Check("json"), old, tool) == "different tools are called"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"n": 3}', ""),
        ('{"n": "three"}', "n: must be an integer, is a string"),
        ("{}", "is missing n"),
        ("three", "it is not valid JSON"),
    ],
)
def test_schema(content: str, expected: str) -> None:
    found = fault(Check("schema"), facts(message("anything")), facts(message(content)), response_format=FORMAT)
    assert found.startswith(expected) if expected else found == ""


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("f", '{"n": 1}', ""),
        ("f", '{"n": 1.5}', "arguments of f: n: must be an integer, is a number"),
        ("nobody", "{}", "unknown tool nobody"),
    ],
)
def test_schema_of_tool_arguments(name: str, arguments: str, expected: str) -> None:
    new = facts(message(None, tool_calls=[call(name, arguments)]))
    assert fault(Check("schema"), facts(message("x")), new, tools=TOOLS, response_format=FORMAT) == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"$ref": "https://127.0.0.1:9/never-fetched.json"},
        {"$ref": "#/nowhere"},
        {"properties": {"n": {"pattern": "("}}, "type": "object"},
        {"$ref": "#"},
    ],
)
def test_a_schema_that_is_none_fetches_nothing_and_is_told(schema: JsonObject) -> None:
    body: Any = {"json_schema": {"schema": schema}}
    found = fault(Check("schema"), facts(message("x")), facts(message('{"n": "1"}')), response_format=body)
    assert found.startswith("the schema") or found.endswith("not checked")


def test_similarity_takes_the_choice_least_alike() -> None:
    old, new = facts(message("a b c d")), facts(message("a b c x"))
    assert fault(Check("similarity", 0.75), old, new) == ""
    assert fault(Check("similarity", 0.76), old, new) == "similarity 0.75"
    assert fault(Check("similarity", 0.1), old, facts()) == "it is missing from the new reply"
    assert fault(Check("similarity", 0), facts(), old) == "it is not in the recorded reply"


def test_a_check_knows_its_words_and_where_there_is_nothing_to_check() -> None:
    assert [Check().words(), Check("similarity", 0.8).words()] == ["exact", "similarity 0.8"]
    assert [has_schema({}), has_schema({"response_format": FORMAT}), has_schema({"tools": TOOLS})] == [
        False,
        True,
        True,
    ]
    assert not has_schema({"response_format": {"type": "json_object"}})
