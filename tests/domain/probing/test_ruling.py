"""Tests of the verdicts drawn from errors."""

from __future__ import annotations

from typing import Any

import pytest

from chat_tui.domain.json_values import Json
from chat_tui.domain.probing.answer import Answer
from chat_tui.domain.probing.cases import Context, ProbeCase, ProbePlan, bodies_of, unaskable
from chat_tui.domain.probing.recipes import Opening
from chat_tui.domain.probing.ruling import another_ceiling_may_do, ends_it, learnt, rule, worth_a_second_look
from chat_tui.domain.probing.verdicts import Verdict
from chat_tui.domain.problems import Problem

OPENING = Opening(
    prompt="Count.",
    tokens=16,
    ceilings=("max_completion_tokens", "max_tokens"),
    steady={"temperature": 0},
    lively={"temperature": 1.5},
    unknown="nobody",
)
PLAN = ProbePlan(provider="p", base_url="http://x/v1", model="m", opening=OPENING, cases=())
CONTEXT = Context(plan=PLAN, body={"model": "m", "messages": [], "max_completion_tokens": 16})
CASE = ProbeCase(name="top_logprobs", path=("top_logprobs",), values=(3,), along=((("logprobs",), True),))


def http(status: int | None, why: str = "No.", param: str | None = None, kind: str = "http", **more: Any) -> Problem:
    return Problem(kind=kind, what="It failed", why=why, status=status, param=param, **more)


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (http(400, param="top_logprobs"), "refused"),
        (http(400), "refused"),
        (http(403), "refused"),
        (http(404), "refused"),
        (http(422, param="top_logprobs[0]"), "refused"),
        (http(400, param="model"), "refused"),
        (http(400, param="logprobs"), "unknown"),
        (http(400, param="messages.[1].role"), "unknown"),
        (http(400, param="max_completion_tokens"), "unknown"),
        (http(401), "unknown"),
        (http(402), "unknown"),
        (http(408), "unknown"),
        (http(409), "unknown"),
        (http(429), "unknown"),
        (http(500), "unknown"),
        (http(529), "unknown"),
        (http(None, kind="connect"), "unknown"),
        (http(None, kind="timeout"), "unknown"),
        (http(200, kind="protocol"), "unknown"),
        (http(None, kind="stream", param="top_logprobs"), "refused"),
        (http(None, kind="stream", code="400"), "refused"),
        (http(None, kind="stream", code="429"), "unknown"),
        (http(None, kind="stream", code="server_error"), "unknown"),
        (http(None, kind="stream", code="9" * 5000), "unknown"),
    ],
)
def test_only_an_error_that_concerns_the_parameter_is_its_refusal(problem: Problem, outcome: str) -> None:
    verdict = rule(CASE, CONTEXT, [Answer(problem=problem)])
    assert verdict.outcome == outcome
    assert verdict.words == problem.why


def test_a_refusal_carries_status_words_and_member() -> None:
    verdict = rule(CASE, CONTEXT, [Answer(problem=http(400, "Not\x1b[2J [/x]", "top_logprobs"))])
    assert verdict == Verdict(outcome="refused", status=400, words="Not\x1b[2J [/x]", param="top_logprobs")
    assert verdict.why == '400 param "top_logprobs": Not\x1b[2J [/x]'


def test_a_second_value_that_is_refused_does_not_make_the_first_untrue() -> None:
    verdict = rule(CASE, CONTEXT, [Answer(), Answer(problem=http(400, "Too hot"))])
    assert (verdict.outcome, verdict.evidence, verdict.words) == ("accepted", "another value was accepted", "Too hot")


def test_a_ceiling_that_the_plain_request_had_is_taken_even_if_a_smaller_one_is_not() -> None:
    case = ProbeCase(name="max_completion_tokens", path=("max_completion_tokens",), values=(2,))
    verdict = rule(case, CONTEXT, [Answer(problem=http(400, "at least 16", "max_completion_tokens"))])
    assert (verdict.outcome, verdict.words) == ("accepted", "at least 16")


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (http(500), True),
        (http(None, kind="connect"), True),
        (http(200, kind="protocol"), True),
        (http(None, kind="stream", code="server_error"), True),
        (http(429), False),
        (http(408), False),
    ],
)
def test_whether_a_plain_request_can_tell_what_was_wrong(problem: Problem, expected: bool) -> None:
    assert worth_a_second_look(problem) is expected


@pytest.mark.parametrize(
    ("problem", "expected"), [(http(401), True), (http(402), True), (http(403), False), (http(None, kind="key"), True)]
)
def test_whether_everything_else_would_be_answered_alike(problem: Problem, expected: bool) -> None:
    assert ends_it(problem) is expected


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (http(400, "Use something else", "max_completion_tokens"), True),
        (http(400, "Could not finish: max_tokens was reached"), True),
        (http(422, "temperature is bad", "temperature"), False),
        (http(401, "max_tokens"), False),
        (http(500, "max_tokens"), False),
    ],
)
def test_whether_another_ceiling_may_do(problem: Problem, expected: bool) -> None:
    assert another_ceiling_may_do(problem, PLAN) is expected


def test_what_was_refused_keeps_others_from_being_asked_and_out_of_their_bodies() -> None:
    refused = Verdict(outcome="refused", status=403)
    for name in ("logprobs", "temperature"):
        case = ProbeCase(name=name, path=(name,), values=(1,))
        context = learnt(case, CONTEXT, [Answer(problem=http(403))], refused)
        lively = ProbeCase(name="top_k", path=("top_k",), values=(1,), mood="lively")
        assert (unaskable(CASE, context) is not None) == (name == "logprobs")
        assert ("temperature" in bodies_of(lively, context)[0]) == (name == "logprobs")


def test_a_refused_member_of_an_object_does_not_condemn_the_others() -> None:
    case = ProbeCase(name="reasoning.mode", path=("reasoning", "mode"), values=("pro",))
    assert learnt(case, CONTEXT, [Answer(problem=http(400))], Verdict(outcome="refused")) == CONTEXT


def answer(text: str) -> Answer:
    return Answer(completion={"choices": [{"message": {"content": text}}]})


@pytest.mark.parametrize(
    ("texts", "steady", "varies"),
    [("aab", "a", True), ("aaa", "a", False), ("abc", None, True)],
)
def test_what_the_temperature_teaches(texts: str, steady: str | None, varies: bool) -> None:
    case = ProbeCase(name="temperature", path=("temperature",), values=(0, 0, 1.5), judge="steadiness")
    context = learnt(case, CONTEXT, [answer(text) for text in texts], Verdict(outcome="accepted"))
    assert (context.steady.text if context.steady else None, context.varies) == (steady, varies)


@pytest.mark.parametrize(("text", "value"), [("1 2 3", ["2"]), ("", ["3"])])
def test_a_drawn_value_comes_from_the_reply_or_from_the_data(text: str, value: Json) -> None:
    case = ProbeCase(name="stop", path=("stop",), values=(["3"],), draws=True)
    context = Context(plan=PLAN, body=CONTEXT.body, opening=answer(text))
    assert bodies_of(case, context)[0]["stop"] == value


def test_a_body_has_its_own_prompt_ceiling_and_companions_and_lacks_what_it_must() -> None:
    case = ProbeCase(
        name="response_format.json_schema",
        path=("response_format", "json_schema"),
        values=({"name": "x"},),
        along=((("response_format", "type"), "json_schema"), (("tools",), [])),
        prompt="Hello",
        tokens=32,
    )
    assert bodies_of(case, CONTEXT) == [
        {
            "model": "m",
            "messages": [{"role": "user", "content": "Hello"}],
            "max_completion_tokens": 32,
            "response_format": {"type": "json_schema", "json_schema": {"name": "x"}},
            "tools": [],
        }
    ]
    other = ProbeCase(name="max_tokens", path=("max_tokens",), values=(2,), without=("max_completion_tokens",))
    assert bodies_of(other, CONTEXT) == [{"model": "m", "messages": [], "max_tokens": 2}]
