"""Tests of the judges' verdicts on replies: honoured, ignored, or undecided."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.probing.answer import Answer
from chat_tui.domain.probing.cases import Context, ProbeCase, ProbePlan, drawn_word
from chat_tui.domain.probing.judges import JUDGES, VALUES_NEEDED, Asked
from chat_tui.domain.probing.recipes import Opening

OPENING = Opening(
    prompt="Count.",
    tokens=16,
    ceilings=("max_tokens",),
    steady={"temperature": 0},
    lively={"temperature": 1.5},
    unknown="nobody",
)
PLAN = ProbePlan(provider="p", base_url="http://x/v1", model="m", opening=OPENING, cases=())
STEADY = "1 2 3 rain"


def said(text: str = "", *, finish: str = "length", streamed: bool = False, **members: Any) -> Answer:
    """A reply of one choice; ``used`` and ``read`` are its token counts, ``calls`` names of functions."""
    message: JsonObject = {"role": "assistant", "content": text}
    if "calls" in members:
        message["tool_calls"] = [{"function": {"name": name}} for name in members.pop("calls")]
    choice: JsonObject = {"index": 0, "finish_reason": finish, "message": message}
    if "entries" in members:
        choice["logprobs"] = {"content": members.pop("entries")}
    usage = {"completion_tokens": members.pop("used", None), "prompt_tokens": members.pop("read", None)}
    choices: list[Json] = [choice] * int(members.pop("choices", 1))
    return Answer(completion={"choices": choices, "usage": usage, **members}, streamed=streamed)


def entries(*alternatives: int) -> list[Json]:
    return [{"token": "a", "logprob": -1, "top_logprobs": [{}] * count} for count in alternatives]


def verdict(
    judge: str,
    *answers: Answer,
    values: tuple[Json, ...] = (2,),
    opening: Answer | None = None,
    steady: bool = True,
    varies: bool = True,
    expect: Json = None,
    mood: Any = "",
    against: Answer | None = None,
) -> tuple[str, str]:
    case = ProbeCase(
        name="x", path=("x",), values=values, expect=expect, mood=mood, against="other" if against is not None else ""
    )
    context = Context(
        plan=PLAN,
        opening=opening or said(STEADY, used=16, read=20),
        steady=said(STEADY, used=16) if steady else None,
        varies=varies,
        answers={"other": against} if against is not None else {},
    )
    found = JUDGES[judge](Asked(case, context, answers))
    return found.outcome, found.evidence


CASES: list[tuple[str, dict[str, Any], str, str]] = [
    # judge, what is asked, outcome, a word of the evidence
    ("accepted", {"answers": [said("x")]}, "accepted", ""),
    ("choices", {"answers": [said("x", choices=2)]}, "honoured", "2 returned"),
    ("choices", {"answers": [said("x")]}, "ignored", "2 choices requested, 1 returned"),
    ("ceiling", {"answers": [said("1", used=2)]}, "honoured", "2 tokens returned"),
    ("ceiling", {"answers": [said("1", used=16)]}, "ignored", "16 tokens returned, limit 2"),
    ("ceiling", {"answers": [said("1", used=2)], "opening": said("1", used=2)}, "accepted", "as short without it"),
    ("ceiling", {"answers": [said("1", finish="length")]}, "honoured", "cut"),
    ("ceiling", {"answers": [said("1", finish="stop")]}, "accepted", ""),
    ("stops", {"answers": [said("1", finish="stop")], "mood": "steady"}, "honoured", "ends before “2”"),
    ("stops", {"answers": [said("1 ", finish="stop")], "mood": "steady"}, "honoured", "ends before “2”"),
    ("stops", {"answers": [said(STEADY)], "mood": "steady"}, "ignored", "continues after “2”"),
    ("stops", {"answers": [said("Sure, 3", used=16)], "steady": False}, "accepted", "a different one"),
    ("stops", {"answers": [said("Sure: 1", used=3, finish="stop")], "steady": False}, "honoured", "without “2”"),
    ("stops", {"answers": [said("")], "opening": said("")}, "accepted", "no word"),
    ("stops", {"answers": [said("")], "opening": said("word word")}, "accepted", "no word"),
    (
        "steadiness",
        {"answers": [said("a"), said("a"), said("b")], "values": (0, 0, 1.5)},
        "honoured",
        "a different one at 1.5",
    ),
    (
        "steadiness",
        {"answers": [said("a"), said("a"), said("a")], "values": (0, 0, 1.5)},
        "accepted",
        "at 0 and 1.5 are",
    ),
    ("steadiness", {"answers": [said("a"), said("b"), said("c")], "values": (0, 0, 1.5)}, "accepted", "at 0 differ"),
    ("greedy", {"answers": [said(STEADY), said(STEADY)]}, "honoured", "temperature 1.5 as at temperature 0"),
    ("greedy", {"answers": [said("a"), said("b")]}, "ignored", "temperature 1.5 differ"),
    ("greedy", {"answers": [said(STEADY), said("b")]}, "accepted", "inconclusive"),
    ("greedy", {"answers": [said("b"), said("b")]}, "accepted", "inconclusive"),
    ("greedy", {"answers": [said(STEADY), said(STEADY)], "varies": False}, "accepted", ""),
    ("greedy", {"answers": [said("a"), said("b")], "steady": False}, "accepted", ""),
    ("changes", {"answers": [said("a"), said("a")]}, "honoured", "a different reply at temperature 0"),
    ("changes", {"answers": [said(STEADY), said(STEADY)]}, "accepted", "same reply at temperature 0"),
    ("changes", {"answers": [said("a"), said("b")]}, "accepted", ""),
    ("changes", {"answers": [said("a"), said("a")], "steady": False}, "accepted", ""),
    (
        "seeded",
        {"answers": [said("a"), said("a"), said("b")], "values": (7, 7, 8)},
        "honoured",
        "a different one with 8",
    ),
    ("seeded", {"answers": [said("a"), said("b"), said("c")], "values": (7, 7, 8)}, "ignored", "replies with 7 differ"),
    ("seeded", {"answers": [said("a"), said("a"), said("a")], "values": (7, 7, 8)}, "accepted", "7 and 8 are the same"),
    (
        "seeded",
        {
            "answers": [said("a", system_fingerprint="f1"), said("b", system_fingerprint="f2"), said("c")],
            "values": (7, 7, 8),
        },
        "accepted",
        "system_fingerprint changed",
    ),
    ("repeats", {"answers": [said("NoNoNoNoNo")]}, "honoured", "NoNoNo"),
    ("repeats", {"answers": [said(" the the the the th")]}, "honoured", "the the"),
    ("repeats", {"answers": [said(STEADY)]}, "ignored", "does not fill"),
    ("repeats", {"answers": [said(" \n ")]}, "accepted", "empty"),
    ("repeats", {"answers": [said("aaaa")], "opening": said("aaaa")}, "accepted", "repeats itself too"),
    ("token_list", {"answers": [said("a", entries=entries(0, 0))]}, "honoured", "2 tokens"),
    ("token_list", {"answers": [said("a")]}, "ignored", "none returned"),
    ("alternatives", {"answers": [said("a", entries=entries(2, 2))]}, "honoured", "2 alternatives"),
    (
        "alternatives",
        {"answers": [said("a", entries=entries(2, 5))]},
        "ignored",
        "2 alternatives requested, 5 returned",
    ),
    ("alternatives", {"answers": [said("a")]}, "ignored", "none returned"),
    ("streamed", {"answers": [said("a", streamed=True)]}, "honoured", "the reply was streamed"),
    ("streamed", {"answers": [said("a")]}, "ignored", "not streamed"),
    (
        "streamed",
        {"answers": [said("a", streamed=True)], "opening": said("a", streamed=True)},
        "accepted",
        "without it",
    ),
    ("counts", {"answers": [said("a", used=3)], "against": said("a")}, "honoured", "contains usage"),
    (
        "counts",
        {"answers": [said("a", used=3)], "against": said("a", used=3)},
        "accepted",
        "also contains usage without it",
    ),
    ("counts", {"answers": [said("a")], "against": said("a")}, "ignored", "no usage"),
    ("prompt_grows", {"answers": [said("a", read=99)]}, "honoured", "grew by 79 tokens"),
    ("prompt_grows", {"answers": [said("a", read=20)]}, "ignored", "no longer"),
    ("prompt_grows", {"answers": [said("a")]}, "accepted", ""),
    ("prompt_grows", {"answers": [said("a", calls=["get"])]}, "honoured", "get was called"),
    ("calls", {"answers": [said("", calls=["get"])], "expect": "get"}, "honoured", "get was called"),
    ("calls", {"answers": [said("", calls=["put"])], "expect": "get"}, "ignored", "“put” was called"),
    ("calls", {"answers": [said("It rains.")], "expect": "get"}, "ignored", "no tool was called"),
    ("object", {"answers": [said('{"hello": 1}')]}, "honoured", "JSON object"),
    ("object", {"answers": [said('{"hello', finish="length")]}, "honoured", "JSON object"),
    ("object", {"answers": [said('{"hello', finish="stop")]}, "ignored", "not a JSON object"),
    ("object", {"answers": [said("[1]")]}, "ignored", "not a JSON object"),
    ("object", {"answers": [said("  ")]}, "accepted", "empty"),
    ("equals", {"answers": [said('{ "a": 1 }')], "expect": {"a": 1}}, "honoured", "matches"),
    ("equals", {"answers": [said('{"a": 2}')], "expect": {"a": 1}}, "ignored", "does not match"),
    ("equals", {"answers": [said('{\n "a"  \t \t', finish="length")], "expect": {"a": 1}}, "accepted", "cut off"),
    ("equals", {"answers": [said('{\n "a"  \t \t', finish="stop")], "expect": {"a": 1}}, "ignored", "does not match"),
    ("equals", {"answers": [said("Sure, { ", finish="length")], "expect": {"a": 1}}, "ignored", "does not match"),
    ("equals", {"answers": [said("kiwi ")], "expect": "kiwi"}, "honoured", "matches"),
    ("equals", {"answers": [said("")], "expect": "kiwi"}, "accepted", "empty"),
    ("member", {"answers": [said("a", extra={"debug": {}})], "expect": "debug"}, "honoured", "debug"),
    ("member", {"answers": [said("a")], "expect": "debug"}, "accepted", ""),
    (
        "member",
        {"answers": [said("a", extra={"debug": {}})], "expect": "debug", "opening": said("a", extra={"debug": 1})},
        "accepted",
        "",
    ),
]


@pytest.mark.parametrize(("judge", "asked", "outcome", "evidence"), CASES, ids=[f"{c[0]}-{c[2]}" for c in CASES])
def test_the_verdict(judge: str, asked: dict[str, Any], outcome: str, evidence: str) -> None:
    found, seen = verdict(judge, *asked["answers"], **{name: asked[name] for name in asked if name != "answers"})
    assert found == outcome
    assert evidence in seen


def test_every_judge_has_a_row_for_each_thing_it_can_say() -> None:
    assert {judge for judge, *_ in CASES} == set(JUDGES)
    assert {judge for judge, _, outcome, _ in CASES if outcome == "honoured"} == set(JUDGES) - {"accepted"}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
_hostile = st.fixed_dictionaries(
    {
        "choices": _json
        | st.lists(
            st.fixed_dictionaries(
                {
                    "finish_reason": _json,
                    "logprobs": _json | st.fixed_dictionaries({"content": st.lists(_json, max_size=2)}),
                    "message": _json
                    | st.fixed_dictionaries(
                        {"content": _json, "tool_calls": _json | st.lists(_json, max_size=2), "function_call": _json}
                    ),
                }
            ),
            max_size=2,
        ),
        "usage": _json | st.fixed_dictionaries({"completion_tokens": _json, "prompt_tokens": _json}),
        "extra": _json,
        "system_fingerprint": _json,
    }
)


@given(judge=st.sampled_from(sorted(JUDGES)), completions=st.lists(_hostile, min_size=3, max_size=3), known=_hostile)
def test_no_answer_whatever_its_shape_confuses_a_judge(
    judge: str, completions: list[JsonObject], known: JsonObject
) -> None:
    answers = [Answer(completion=completion) for completion in completions]
    values: tuple[Json, ...] = (1,) * VALUES_NEEDED.get(judge, 3)
    outcome, _ = verdict(judge, *answers, values=values, opening=Answer(completion=known), expect="x")
    assert outcome in ("honoured", "ignored", "accepted")


@pytest.mark.parametrize(
    ("text", "word"),
    [("1 2 3", "2"), ("1. 1\n2. 2", "2"), ("Sure, 1", "1"), ("one", ""), ("", ""), ("a a a", ""), ("…", "")],
)
def test_the_word_to_stop_at_is_the_first_that_does_not_begin_the_reply(text: str, word: str) -> None:
    assert drawn_word(text) == word


@given(st.text())
def test_a_word_to_stop_at_is_in_the_text_and_does_not_begin_it(text: str) -> None:
    word = drawn_word(text)
    assert word in text
    assert not word or text.index(word) > 0
