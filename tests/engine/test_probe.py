"""A probe over real HTTP: verdicts, early ends, cancelling, and what is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.knowledge import Refusal
from chat_tui.domain.probing.card import ProbeCard
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.probe import Probe, plan_probe
from chat_tui.engine.services import Services
from tests.support.probed_services import (
    LOGPROBS_WORDS,
    N_WORDS,
    MemoryRefusals,
    OddService,
    asked_names,
    probed,
    refused,
    reply,
)
from tests.support.server import CUT, HOLD, Answer, Request, Script, ScriptedServer, free_port, page, plain, raw
from tests.support.waiting import until


async def run(
    services: Services, *only: str, jobs: int = 1, listener: Callable[[Probe], None] = lambda _: None
) -> Probe:
    probe = Probe(services, plan_probe(services, "odd", "m", only=only), listener, jobs=jobs)
    await probe.wait()
    await services.backend.aclose()
    return probe


async def card_of(script: Script, *only: str, jobs: int = 1) -> ProbeCard:
    async with ScriptedServer(script) as server:
        return (await run(probed(server.base_url), *only, jobs=jobs)).card


def outcomes(card: ProbeCard) -> dict[str, str]:
    return {row.name: row.outcome for row in card.rows}


@pytest.mark.parametrize("jobs", [1, 4])
async def test_ignored_refused_and_rejected_are_told_apart_with_the_services_words(jobs: int) -> None:
    card = await card_of(OddService(), jobs=jobs)
    seed, logprobs, n = card.row("seed"), card.row("logprobs"), card.row("n")
    assert seed is not None
    assert logprobs is not None
    assert n is not None
    assert (seed.outcome, seed.evidence, seed.asked) == ("ignored", "two replies with 7 differ", (7, 7, 8))
    assert (logprobs.outcome, logprobs.status, logprobs.words, logprobs.param) == ("refused", 403, LOGPROBS_WORDS, None)
    assert (n.outcome, n.status, n.words, n.param) == ("refused", 400, N_WORDS, "n")
    assert card.ended == "complete"
    assert not card.unasked
    assert card.takes_anything


async def test_what_needs_a_refused_parameter_is_not_asked() -> None:
    async with ScriptedServer(OddService()) as server:
        card = (await run(probed(server.base_url))).card
        asked = asked_names(server)
    row = card.row("top_logprobs")
    assert row is not None
    assert (row.outcome, row.evidence) == ("unknown", "not tested: it needs logprobs, which was refused")
    assert not any("top_logprobs" in names for names in asked)


async def test_a_refusal_of_what_was_not_tested_is_not_forgotten() -> None:
    async with ScriptedServer(OddService()) as server:
        services = probed(server.base_url)
        assert isinstance(services.refusals, MemoryRefusals)
        old = {name: Refusal(name=name, status=400, words="old") for name in ("top_logprobs", "seed")}
        services.refusals.known = dict(old)
        card = (await run(services)).card
    assert (outcomes(card)["top_logprobs"], outcomes(card)["seed"]) == ("unknown", "ignored")
    assert services.refusals.known["top_logprobs"] == old["top_logprobs"]
    assert "seed" not in services.refusals.known


async def test_as_many_requests_go_out_as_were_announced() -> None:
    async with ScriptedServer(lambda request: reply("1 2 3", stream=request.json().get("stream") is True)) as server:
        services = probed(server.base_url)
        card = (await run(services)).card
        assert len(server.requests) == card.requests == plan_probe(services, "odd", "m").requests


async def test_every_request_is_short_and_cheap() -> None:
    async with ScriptedServer(OddService()) as server:
        await run(probed(server.base_url))
        bodies: list[JsonObject] = [request.json() for request in server.requests]
    for body in bodies:
        ceilings = [
            value for name in ("max_completion_tokens", "max_tokens") if isinstance(value := body.get(name), int)
        ]
        assert len(ceilings) == 1
        assert ceilings[0] <= 64
        assert len(str(body["messages"])) < 120


async def test_nothing_with_side_effects_is_asked_unless_it_is_wished() -> None:
    async with ScriptedServer(OddService()) as server:
        services = probed(server.base_url)
        card = (await run(services)).card
        touched = {name for names in asked_names(server) for name in names.split(",")}
    costly = {"store", "metadata", "user", "service_tier", "web_search_options", "audio", "prediction"}
    assert not costly & touched
    assert costly <= {each.name for each in card.left_out}
    everything = plan_probe(services, "odd", "m", everything=True)
    assert costly <= {case.name for case in everything.cases}


async def test_a_service_that_refuses_unknown_names_is_told() -> None:
    words = "Unknown parameter: 'chat_tui_probe_unknown'."
    card = await card_of(OddService({"chat_tui_probe_unknown": refused(400, words, "chat_tui_probe_unknown")}), "stop")
    assert not card.takes_anything
    assert card.unknown_names is not None
    assert card.unknown_names.words == words
    assert [row.name for row in card.rows] == ["temperature", "stop"]


async def test_another_ceiling_is_taken_where_the_first_is_refused() -> None:
    words = "Unsupported parameter: 'max_completion_tokens'."
    ceiling = refused(400, words, "max_completion_tokens")
    async with ScriptedServer(OddService({"max_completion_tokens": ceiling})) as server:
        card = (await run(probed(server.base_url), "n", "max_completion_tokens")).card
        assert "max_tokens" in server.requests[1].json()
    assert outcomes(card) == {"max_completion_tokens": "refused", "n": "refused"}


ENDINGS: list[tuple[str, Script, str]] = [
    ("a wrong key", refused(401, "Incorrect API key"), "Incorrect API key"),
    ("nobody may", refused(403, "Not here"), "Not here"),
    ("an unknown model", refused(404, "No such model"), "No such model"),
    ("a web page", page(), "web page"),
    ("garbage", plain(["what", {"is": "this"}]), ""),
    ("an empty object", plain({}), "no choices"),
    ("bytes", raw(b"\x00\xff\xfe nonsense\r\n\r\n"), ""),
]


@pytest.mark.parametrize(("script", "words"), [case[1:] for case in ENDINGS], ids=[case[0] for case in ENDINGS])
async def test_a_service_that_does_not_answer_a_plain_request_is_asked_nothing_else(script: Script, words: str) -> None:
    async with ScriptedServer(script) as server:
        services = probed(server.base_url)
        probe = await run(services)
        assert len(server.requests) <= 2
    assert probe.problem is not None
    assert words in probe.problem.sentence()
    assert probe.card.ended == "stopped"
    assert not probe.card.rows
    assert len(probe.card.unasked) == len(probe.plan.cases)
    assert services.probe_cards.card(probe.card.base_url, "m") is None


async def test_a_closed_port_ends_it_at_once() -> None:
    probe = await run(probed(f"http://127.0.0.1:{free_port()}/v1"))
    assert probe.problem is not None
    assert probe.problem.kind == "connect"


def at_request(number: int, answer: Answer) -> Callable[[Request], Answer]:
    """An odd service that gives ``answer`` from its ``number``-th request on."""
    service, seen = OddService(), [0]

    def script(request: Request) -> Answer:
        seen[0] += 1
        return answer if seen[0] >= number else service(request)

    return script


async def test_too_many_requests_end_it_early_and_say_what_is_not_known() -> None:
    limit = refused(429, "Slow down")
    async with ScriptedServer(at_request(8, limit)) as server:
        probe = await run(probed(server.base_url))
        sent = len(server.requests)
    card = probe.card
    assert card.ended == "stopped"
    assert "Slow down" in card.why
    told = [row for row in card.rows if row.outcome == "unknown"]
    assert [row.status for row in told] == [429, 429]
    assert "too many requests" in told[0].evidence
    assert card.rows[0].outcome != "unknown"
    assert card.unasked
    assert sent == card.requests == 7 + 4


async def test_one_answer_about_too_many_requests_is_repeated_and_forgotten() -> None:
    service, hit = OddService(), [False]

    def script(request: Request) -> Answer:
        if "stop" in request.json() and not hit[0]:
            hit[0] = True
            return refused(429, "Slow down")
        return service(request)

    card = await card_of(script, "stop")
    assert outcomes(card) == {"temperature": "accepted", "stop": "ignored"}
    assert card.requests == 2 + 3 + 2


@pytest.mark.parametrize(
    "answer",
    [refused(500, "Oh no"), page(), plain({}), Answer(200, {"Content-Type": "text/event-stream"}, [b"data: {", CUT])],
    ids=["500", "a page", "no choices", "a cut stream"],
)
async def test_a_service_that_breaks_on_one_parameter_only_is_told_so(answer: Answer) -> None:
    card = await card_of(OddService({"logit_bias": answer}), "logit_bias", "n")
    assert outcomes(card) == {"temperature": "accepted", "logit_bias": "broken", "n": "refused"}
    assert card.ended == "complete"


async def test_a_service_that_dies_in_the_middle_ends_it() -> None:
    async with ScriptedServer(at_request(6, refused(503, "Gone fishing"))) as server:
        probe = await run(probed(server.base_url))
    assert probe.card.ended == "stopped"
    assert "Gone fishing" in probe.card.why
    assert {row.outcome for row in probe.card.rows[1:]} == {"unknown"}


async def test_a_key_that_is_withdrawn_in_the_middle_ends_it() -> None:
    async with ScriptedServer(at_request(6, refused(401, "No more"))) as server:
        probe = await run(probed(server.base_url))
        assert len(server.requests) == 6
    assert probe.card.why


async def test_cancelling_keeps_what_is_known_and_closes_the_connection() -> None:
    silent = Answer(200, {"Content-Type": "text/event-stream"}, [HOLD])
    async with ScriptedServer(OddService({"logit_bias": silent})) as server:
        services = probed(server.base_url)
        probe = Probe(services, plan_probe(services, "odd", "m"), lambda _: None)
        await until(lambda: probe.now == ("logit_bias",) and "logit_bias" in server.requests[-1].json(), what="it")
        probe.stop()
        probe.stop()
        await probe.wait()
        await until(server.requests[-1].client_closed.is_set, what="the connection to close")
        await services.backend.aclose()
    assert probe.done
    assert probe.card.ended == "cancelled"
    assert outcomes(probe.card)["seed"] == "ignored"
    assert "logit_bias" in probe.card.unasked
    kept = services.probe_cards.card(probe.card.base_url, "m")
    assert kept == probe.card


async def test_cancelling_before_the_first_step_ends_it() -> None:
    told: list[bool] = []
    services = probed("http://127.0.0.1:9/v1")
    probe = Probe(services, plan_probe(services, "odd", "m"), lambda each: told.append(each.done))
    probe.stop()
    await probe.wait()
    await services.backend.aclose()
    assert (probe.done, probe.card.ended, told) == (True, "cancelled", [True])


async def test_cancelling_before_the_first_answer_keeps_nothing() -> None:
    async with ScriptedServer(Answer(200, {}, [HOLD])) as server:
        services = probed(server.base_url)
        probe = Probe(services, plan_probe(services, "odd", "m"), lambda _: None)
        await until(lambda: bool(server.requests), what="the request")
        probe.stop()
        await probe.wait()
        await services.backend.aclose()
    assert probe.card.ended == "cancelled"
    assert services.probe_cards.card(probe.card.base_url, "m") is None


async def test_several_questions_are_under_way_at_once_where_that_is_wished() -> None:
    most = [0]
    async with ScriptedServer(OddService()) as server:
        await run(probed(server.base_url), jobs=3, listener=lambda probe: most.append(len(probe.now)))
    assert max(most) == 3


async def test_what_is_refused_is_remembered_and_what_is_taken_is_forgotten() -> None:
    async with ScriptedServer(OddService()) as server:
        services = probed(server.base_url)
        assert isinstance(services.refusals, MemoryRefusals)
        services.refusals.known = {name: Refusal(name=name, status=400, words="old") for name in ("stop", "n")}
        await run(services)
        known = services.refusals.known
    assert {"logprobs", "n"} <= known.keys()
    assert "stop" not in known
    assert (known["n"].status, known["n"].words) == (400, N_WORDS)


async def test_a_smaller_probe_leaves_the_other_verdicts_of_the_kept_card() -> None:
    async with ScriptedServer(OddService()) as server:
        services = probed(server.base_url)
        first = Probe(services, plan_probe(services, "odd", "m"), lambda _: None)
        await first.wait()
        again = await run(services, "n")
    kept = services.probe_cards.card(again.card.base_url, "m")
    assert kept is not None
    assert {row.name for row in kept.rows} == {row.name for row in first.card.rows}
    assert [row.name for row in again.card.rows] == ["n"]


async def test_a_missing_key_is_told_before_anything_is_sent() -> None:
    refusal = Problem(kind="key", what="There is no key")
    services = probed("http://127.0.0.1:9/v1", refusal=refusal)
    with pytest.raises(ProblemError, match="no key"):
        Probe(services, plan_probe(services, "odd", "m"), lambda _: None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("nowhere", "m"), "nowhere"), (("openai", ""), "No model"), (("odd", "m", "tempratur"), "temperature")],
)
async def test_what_cannot_be_planned_is_said(arguments: tuple[Any, ...], words: str) -> None:
    provider, model, *only = arguments
    with pytest.raises(ProblemError, match=words):
        plan_probe(probed("http://127.0.0.1:9/v1"), provider, model, only=only)


async def test_the_listener_sees_the_probe_grow_and_end() -> None:
    seen: list[tuple[int, bool]] = []
    async with ScriptedServer(OddService()) as server:
        await run(
            probed(server.base_url), "n", "stop", listener=lambda probe: seen.append((probe.answered, probe.done))
        )
    assert seen == sorted(seen)
    assert seen[-1] == (3, True)


async def test_cancelling_the_waiter_leaves_the_probe_at_work() -> None:
    async with ScriptedServer(OddService()) as server:
        services = probed(server.base_url)
        probe = Probe(services, plan_probe(services, "odd", "m", only=["n"]), lambda _: None)
        waiter = asyncio.create_task(probe.wait())
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        await probe.wait()
        await services.backend.aclose()
    assert probe.card.ended == "complete"
