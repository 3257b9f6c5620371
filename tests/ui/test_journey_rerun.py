"""Rerunning a session on the screen: confirming, progress, cancelling, comparing, going to the branch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.widgets import OptionList

from chat_tui.domain.conversation import text_of
from chat_tui.domain.events import Failed
from chat_tui.domain.problems import Problem
from chat_tui.ui.screens.rerun import RerunScreen
from chat_tui.ui.screens.rerun_results import RerunResults
from tests.support.engine_doubles import answered
from tests.support.fakes import Gate, services
from tests.support.journeys import Journey, journey

RECORDED = (answered("The cat sat."), answered("Bye"))


@asynccontextmanager
async def at(*again: object, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Journey]:
    """A session of two turns; ``again`` is answered to what is sent after them."""
    async with journey(services(*RECORDED, *again), size=size) as trip:  # type: ignore[arg-type]  # steps and gates
        for text in ("first", "second"):
            await trip.sends(text)
            await trip.idle()
        yield trip


async def path(trip: Journey) -> list[str]:
    return [text_of(node.message) for node in trip.bench.conversation.path()]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_from_the_question_to_the_branch(size: tuple[int, int]) -> None:
    async with at(answered("The [b]dog[/b]\x1b[31m sat."), answered("Bye"), size=size) as trip:
        settings = trip.bench.settings
        await trip.command("/rerun temperature=1.5")
        await trip.sees("2 requests to local small, the recorded history; temperature unset→1.5")
        assert len(trip.bodies) == 2
        await trip.pilot.press("enter")
        await trip.sees("Rerun: 1 of 2 turns is the same")
        for words in ("differs", "The cat sat.", "The [b]dog[/b]␛[31m sat.", "temperature unset→1.5"):
            assert words in trip.text
        assert [body.get("temperature") for body in trip.bodies] == [None, None, 1.5, 1.5]
        assert trip.bench.settings == settings
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        await trip.sees("‹ 2/2 ›")
        assert await path(trip) == ["first", "The [b]dog[/b]\x1b[31m sat."]


async def test_leaving_the_results_stays_where_one_was_and_they_can_be_seen_again() -> None:
    async with at() as trip:
        await trip.command("/rerun")
        await trip.sees("sent as recorded")
        await trip.pilot.press("enter")
        await trip.sees("0 of 2 turns are the same")
        await trip.pilot.press("down", "y", "escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        assert trip.app.clipboard.startswith("[-Bye-]{+ok+}")
        assert await path(trip) == ["first", "The cat sat.", "second", "Bye"]
        trip.chat.action_do("rerun.results")
        await trip.until(lambda: isinstance(trip.app.screen, RerunResults), "the results")


async def test_with_the_new_replies_as_history_and_what_is_set_now() -> None:
    async with at(answered("Uno"), answered("Dos")) as trip:
        await trip.command("/set seed 7")
        await trip.command("/rerun")
        await trip.pilot.press("f", "p")
        await trip.sees("the new replies as history; seed unset→7")
        await trip.pilot.press("enter")
        await trip.sees("0 of 2 turns are the same")
        messages = trip.bodies[-1]["messages"]
        assert isinstance(messages, list)
        assert [message["content"] for message in messages if isinstance(message, dict)] == ["first", "Uno", "second"]
        assert trip.bodies[-1]["seed"] == 7


async def test_escape_cancels_and_shows_what_came() -> None:
    gate = Gate()
    async with at(answered("The cat sat."), [*answered("B", finish=None), gate]) as trip:
        await trip.command("/rerun")
        await trip.pilot.press("enter")
        await trip.sees("1 of 2 turns · waiting for turn 2")
        await trip.pilot.press("escape")
        await trip.until(lambda: isinstance(trip.app.screen, RerunResults), "the results")
        assert "stopped" in trip.text
        assert trip.app.screen.query_one(OptionList).highlighted == 1
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        await trip.sees("‹ 1/2 ›")


async def test_a_turn_that_fails_is_told_in_its_place() -> None:
    problem = Problem(kind="http", what="Too many [/x] requests", status=429)
    async with at([Failed(0.1, problem)], answered("Bye")) as trip:
        await trip.command("/rerun")
        await trip.pilot.press("enter")
        await trip.sees("Too many [/x] requests")
        assert "1 of 2 turns is the same · 1 failed" in trip.text
        await trip.pilot.press("enter")
        await trip.pilot.pause()
        assert isinstance(trip.app.screen, RerunResults)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/rerun temperature", "temperature is not of the form NAME=VALUE"),
        ("/rerun temperature=hot", "temperature"),
        ("/rerun temperature=9 seed=7", "temperature = 9"),
    ],
)
async def test_what_cannot_be_sent_is_told_and_opens_nothing(command: str, told: str) -> None:
    async with at() as trip:
        await trip.command(command)
        await trip.sees(told)
        assert trip.app.screen is trip.chat
        assert trip.chat.composer.whole_text == command


async def test_an_empty_session_has_nothing_to_send_again() -> None:
    async with journey(services()) as trip:
        await trip.command("/rerun")
        await trip.sees("This session has no reply")
        trip.chat.action_do("rerun.results")
        await trip.sees("No rerun since")


async def test_values_may_hold_blanks_and_another_model() -> None:
    async with at() as trip:
        await trip.command('/rerun model=big stop=["a b", "c"] seed=7')
        await trip.until(lambda: isinstance(trip.app.screen, RerunScreen), "the question")
        await trip.pilot.press("enter")
        await trip.sees("0 of 2 turns")
        assert (trip.bodies[-1]["model"], trip.bodies[-1]["stop"], trip.bodies[-1]["seed"]) == ("big", ["a b", "c"], 7)


async def test_it_is_in_the_palette() -> None:
    async with at() as trip:
        await trip.pilot.press("ctrl+p")
        await trip.types("rerun: send")
        await trip.pilot.press("enter")
        await trip.until(lambda: isinstance(trip.app.screen, RerunScreen), "the question")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        assert len(trip.bodies) == 2
