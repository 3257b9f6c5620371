"""End-to-end tests: random keys at any moment of an exchange do no harm."""

from __future__ import annotations

import random

import pytest

from chat_tui.domain.events import Attempted, Failed, Step
from chat_tui.domain.problems import Problem
from tests.support.engine_doubles import answered
from tests.support.fakes import Gate, services
from tests.support.journeys import journey

KEYS = (
    *("enter", "enter", "enter", "escape", "escape", "up", "down", "left", "right", "home", "end", "tab", "shift+tab"),
    *(
        "pageup",
        "pagedown",
        "f1",
        "f2",
        "f3",
        "f4",
        "ctrl+n",
        "ctrl+o",
        "ctrl+r",
        "ctrl+s",
        "ctrl+g",
        "ctrl+f",
        "ctrl+p",
    ),
    *("ctrl+p", "ctrl+c", "ctrl+up", "ctrl+down", "ctrl+j", "backspace", "delete", "space", "slash", "question_mark"),
    *"aerymid12NuvtcpH",
)
BUSY = Problem(kind="http", what="The service is busy (503)")


@pytest.mark.parametrize("seed", range(4))
async def test_any_keys_while_exchanges_run_fail_and_end(seed: int) -> None:
    chance = random.Random(seed)
    gates = [Gate() for _ in range(12)]
    scripts: list[list[Step | Gate]] = [
        [*answered("some *words*", finish=None), gates[0], *answered("more")[1:]],
        [Attempted(1, BUSY, 3.0), gates[1], *answered("x")],
        [gates[2], Failed(0.1, BUSY)],
        *([*answered("again "), gate] for gate in gates[3:]),
    ]
    async with journey(services(*scripts, history=["old prompt"]), size=chance.choice([(120, 40), (80, 24)])) as trip:
        await trip.sends("begin")
        for _ in range(120):
            key = chance.choice(KEYS)
            if chance.random() < 0.05:
                chance.choice(gates).open()
            trip.app.simulate_key(key)
            if chance.random() < 0.3:
                await trip.pilot.pause()
        await trip.pilot.pause()
        assert trip.app.is_running
        assert trip.app.fault is None
        assert trip.text


async def test_down_from_the_last_message_goes_back_to_the_composer() -> None:
    async with journey(services()) as trip:
        await trip.sends("x")
        await trip.idle()
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the focus in the transcript")
        await trip.sees("e edit")
        await trip.pilot.press("down")
        await trip.until(lambda: trip.chat.composer.has_focus, "the focus in the composer")
        await trip.sees("enter send")


async def test_dropping_a_message_leaves_it_out_of_the_next_request() -> None:
    async with journey(services()) as trip:
        await trip.sends("one")
        await trip.idle()
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the focus in the transcript")
        await trip.pilot.press("home", "d")
        await trip.until(lambda: not trip.bench.conversation.path(), "the empty path")
        await trip.sees("send the message you type below")
        await trip.pilot.press("escape")
        await trip.sends("two")
        await trip.idle()
        assert trip.bodies[1]["messages"] == [{"role": "user", "content": "two"}]
