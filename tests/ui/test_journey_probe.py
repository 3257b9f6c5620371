"""End-to-end tests of probing the service from the palette and the composer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chat_tui.domain.probing.cases import ProbeCase, ProbePlan
from chat_tui.domain.probing.recipes import Opening
from chat_tui.domain.problems import Problem
from chat_tui.engine.services import Services
from chat_tui.ui.probe_lines import plan_lines
from chat_tui.ui.screens.probe import ProbeScreen
from tests.support.fakes import workbench
from tests.support.journeys import Journey, journey
from tests.support.probed_services import N_WORDS, OddService, probed, refused
from tests.support.server import HOLD, Answer, Gate, ScriptedServer, page
from tests.support.waiting import until


@asynccontextmanager
async def at(services: Services, size: tuple[int, int] = (120, 60)) -> AsyncIterator[Journey]:
    """The app, talking to the odd service, with the probe's window open."""
    async with journey(services, bench=workbench(services, provider="odd", model="m"), size=size) as trip:
        await trip.command("/probe")
        await trip.until(lambda: isinstance(trip.app.screen, ProbeScreen), "the probe's window")
        yield trip


def window(trip: Journey) -> ProbeScreen:
    assert isinstance(trip.app.screen, ProbeScreen)
    return trip.app.screen


def line(trip: Journey, name: str) -> str:
    return next(line for line in trip.text.splitlines() if f" {name} " in line)


async def test_it_says_what_it_costs_asks_and_shows_the_verdicts() -> None:
    async with ScriptedServer(OddService()) as server, at(probed(server.base_url)) as trip:
        await trip.sees("Nothing is sent until you press enter")
        assert "requests for" in trip.text
        assert not server.requests
        await trip.pilot.press("enter")
        await trip.sees("r probe again")
        assert "ignored    two replies with 7 differ" in line(trip, "seed")
        assert "refused    403 You are not allowed to request logprobs" in line(trip, "logprobs")
        assert 'refused    400 param "n": Only one choice [/bold] at a' in line(trip, "n")
        assert "time␛[31m" in trip.text
        assert "accepted" in line(trip, "presence_penalty")
        await trip.sees("A made-up parameter (chat_tui_probe_unknown) was accepted too")


def test_a_name_wider_than_its_column_stands_apart_from_its_values() -> None:
    name = "stream_options.include_obfuscation"
    case = ProbeCase(name=name, path=tuple(name.split(".")), values=(False,))
    opening = Opening(prompt="Hi", tokens=1, ceilings=(), steady={}, lively={}, unknown="x")
    plan = ProbePlan(provider="odd", base_url="http://x/v1", model="m", opening=opening, cases=(case,))
    assert plan_lines(plan)[0].text == f"{name}  false"


async def test_on_a_small_screen_the_newest_verdict_is_in_view_and_at_the_end_the_first() -> None:
    silent = Answer(200, {"Content-Type": "text/event-stream"}, [HOLD])
    service = OddService({"modalities": silent})
    async with ScriptedServer(service) as server, at(probed(server.base_url), size=(80, 24)) as trip:
        await trip.pilot.press("enter")
        await trip.sees("testing modalities")
        await trip.until(lambda: " verbosity " in trip.text and " temperature " not in trip.text, "the newest verdict")
        await trip.pilot.press("escape")
        await trip.sees("Canceled")
        await trip.until(
            lambda: " verbosity " not in trip.text and "A made-up parameter" in trip.text, "the first line"
        )


async def test_the_kept_card_comes_first_the_next_time_and_can_be_made_anew() -> None:
    async with ScriptedServer(OddService()) as server, at(probed(server.base_url)) as trip:
        await trip.pilot.press("enter")
        await trip.sees("r probe again")
        sent = len(server.requests)
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        await trip.command("/probe")
        await trip.sees("probed just now")
        assert "two replies with 7 differ" in trip.text
        await trip.pilot.press("enter")
        await trip.pilot.pause()
        assert len(server.requests) == sent
        await trip.pilot.press("r")
        await trip.sees("Nothing is sent until you press enter")
        await trip.pilot.press("enter")
        await trip.until(lambda: len(server.requests) == 2 * sent, "the requests again")
        await trip.sees("r probe again")


async def test_escape_cancels_keeps_what_is_known_and_then_closes() -> None:
    silent = Answer(200, {"Content-Type": "text/event-stream"}, [HOLD])
    async with ScriptedServer(OddService({"logit_bias": silent})) as server, at(probed(server.base_url)) as trip:
        await trip.pilot.press("enter")
        await trip.sees("testing logit_bias")
        await trip.pilot.press("escape")
        await trip.sees("Canceled")
        await until(server.requests[-1].client_closed.is_set, what="the connection to close")
        assert "two replies with 7 differ" in trip.text
        await trip.sees("Not tested: ")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")


async def test_keys_are_answered_while_it_runs_and_a_second_enter_sends_nothing() -> None:
    silent = Answer(200, {"Content-Type": "text/event-stream"}, [HOLD])
    async with ScriptedServer(OddService({"logit_bias": silent})) as server:
        async with at(probed(server.base_url), size=(80, 24)) as trip:
            await trip.pilot.press("enter")
            await trip.sees("testing logit_bias")
            sent = len(server.requests)
            await trip.pilot.press("enter", "r", "a", "home")
            await trip.sees("two replies at 0 differ")
            assert window(trip).running
            assert len(server.requests) == sent
        await until(server.requests[-1].client_closed.is_set, what="the connection to close with the app")


@pytest.mark.parametrize(
    ("answer", "words"),
    [(refused(401, "bad [/key]"), "bad [/key]"), (page("<b>[@click=app.quit]"), "web page"), (Answer(200), "empty")],
)
async def test_a_service_that_does_not_answer_is_told_in_its_words(answer: Answer, words: str) -> None:
    async with ScriptedServer(answer) as server, at(probed(server.base_url)) as trip:
        await trip.pilot.press("enter")
        await trip.sees(words)
        assert "no results" in trip.text


async def test_a_wait_before_a_repeat_is_shown() -> None:
    import asyncio

    opened = asyncio.Event()
    limit = refused(429, "Slow down")
    slow = Answer(limit.status, limit.headers, limit.pieces, limit.framing, before=[Gate(opened)])
    answers = [limit, slow]
    script = ScriptedServer(lambda _: answers.pop(0) if answers else refused(401, "done"))
    async with script as server, at(probed(server.base_url)) as trip:
        await trip.pilot.press("enter")
        await trip.sees("waiting")
        assert "too many requests" in trip.text
        opened.set()
        await trip.sees("Slow down")


async def test_a_missing_key_is_told_in_the_window() -> None:
    services = probed("http://127.0.0.1:9/v1", refusal=Problem(kind="key", what="There is no key [/x]"))
    async with at(services) as trip:
        await trip.pilot.press("enter")
        await trip.sees("There is no key [/x]")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")


async def test_what_has_side_effects_is_asked_only_when_wished() -> None:
    async with ScriptedServer(OddService()) as server, at(probed(server.base_url)) as trip:
        window(trip).query_one("#probe-lines").scroll_end(animate=False)
        await trip.sees("stores the exchange at the service")
        await trip.pilot.press("a")
        await trip.until(lambda: "keeps the exchange" not in trip.text, "the costly ones among the others")
        await trip.pilot.press("a", "enter")
        await trip.sees("r probe again")
        assert not any("store" in request.json() for request in server.requests)


async def test_a_refused_parameter_is_marked_in_the_panel_and_explained_with_the_verdict() -> None:
    async with ScriptedServer(OddService()) as server, at(probed(server.base_url)) as trip:
        await trip.pilot.press("enter")
        await trip.sees("r probe again")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        assert trip.bench.knowledge.refusals["n"].words == N_WORDS
        assert trip.bench.knowledge.verdicts["seed"] == "just now: ignored (two replies with 7 differ)"
        await trip.chat.windows.show_panel()
        trip.chat.panel.focus_view()
        assert trip.chat.panel.parameters.put_cursor_on("seed")
        await trip.pilot.press("question_mark")
        await trip.sees("ignored (two replies with 7 differ)")


async def test_it_is_in_the_palette() -> None:
    async with ScriptedServer(OddService()) as server:
        services = probed(server.base_url)
        async with journey(services, bench=workbench(services, provider="odd", model="m")) as trip:
            await trip.pilot.press("ctrl+p")
            await trip.types("probe")
            await trip.sees("Probe: test which parameters")
            await trip.pilot.press("enter")
            await trip.until(lambda: isinstance(trip.app.screen, ProbeScreen), "the probe's window")


async def test_an_unknown_provider_is_told_and_opens_nothing() -> None:
    services = probed("http://127.0.0.1:9/v1")
    async with journey(services, bench=workbench(services, provider="openai", model="")) as trip:
        await trip.command("/probe")
        await trip.sees("No model is chosen")
        assert trip.app.screen is trip.chat
