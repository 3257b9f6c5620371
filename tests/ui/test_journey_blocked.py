"""End-to-end tests of a blocked message, and every way to continue."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from chat_tui.domain.json_values import Json
from chat_tui.engine.services import Services
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.panel.rows import ParameterRow
from chat_tui.ui.screens.blocked import BlockedScreen
from tests.support.engine_doubles import answered
from tests.support.fakes import services, workbench
from tests.support.journeys import Journey, journey

SIZES = [(80, 24), (120, 40)]


def bench_with(given: Services, values: Mapping[str, Json], provider: str = "openai") -> Workbench:
    """A new session with these parameters set."""
    bench = workbench(given, provider=provider, model="gpt-4o")
    for name, value in values.items():
        bench.change(bench.settings.set(given.catalogue.path_of(name), value))
    return bench


async def refused(trip: Journey, text: str = "hello") -> None:
    """Send, and wait for the question."""
    await trip.sends(text)
    await trip.until(lambda: isinstance(trip.app.screen, BlockedScreen), "the question")
    await trip.sees("Not sent")


@pytest.mark.parametrize("size", SIZES)
async def test_every_broken_rule_is_listed_with_value_rule_and_remedy(size: tuple[int, int]) -> None:
    given = services()
    bench = bench_with(given, {"temperature": 3, "top_logprobs": 5})
    async with journey(given, bench=bench, size=size) as trip:
        await refused(trip)
        for words in ("2 rules are broken", "temperature = 3", "between 0 and 2", "Use 2 or less"):
            assert words in trip.text
        for words in ("top_logprobs = 5", "needs logprobs = true", "Set logprobs to true, or unset this"):
            assert words in trip.text
        assert not trip.bodies


async def test_send_anyway_sends_it_exactly_and_once_only() -> None:
    given = services(answered("one"), answered("two"))
    async with journey(given, bench=bench_with(given, {"temperature": 3})) as trip:
        await refused(trip)
        await trip.pilot.press("a")
        await trip.sees("one")
        await trip.idle()
        assert trip.bodies[0]["temperature"] == 3
        assert trip.chat.composer.text == ""
        await refused(trip, "more")
        assert len(trip.bodies) == 1


async def test_unset_takes_out_what_is_in_the_way_and_sends_the_rest() -> None:
    given = services()
    bench = bench_with(given, {"max_tokens": 5, "max_completion_tokens": 9, "metadata": {"k": 1, "l": "m"}, "seed": 7})
    async with journey(given, bench=bench) as trip:
        await refused(trip)
        await trip.sees("unset max_tokens, metadata.k and send")
        await trip.pilot.press("u")
        await trip.idle()
        await trip.until(lambda: len(trip.bodies) == 1, "the request")
        body = trip.bodies[0]
        assert "max_tokens" not in body
        assert (body["max_completion_tokens"], body["metadata"], body["seed"]) == (9, {"l": "m"}, 7)
        assert "max_tokens" not in trip.bench.settings.parameters


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["e", "enter"])
async def test_the_way_to_the_parameter_ends_on_its_row(key: str, size: tuple[int, int]) -> None:
    given = services()
    bench = bench_with(given, {"temperature": 0.5, "metadata": {"k": 1}})
    async with journey(given, bench=bench, size=size) as trip:
        await refused(trip)
        await trip.pilot.press(key)
        await trip.until(lambda: trip.chat.panel.parameters.has_focus, "the focus in the panel")
        row = trip.chat.panel.parameters.current
        assert isinstance(row, ParameterRow)
        assert row.spec.name == "metadata"
        assert trip.chat.composer.text == "hello"
        assert not trip.bodies


async def test_the_cursor_chooses_which_parameter_to_go_to() -> None:
    given = services()
    async with journey(given, bench=bench_with(given, {"temperature": 3, "n": 0})) as trip:
        await refused(trip)
        await trip.sees("go to temperature")
        await trip.pilot.press("down")
        await trip.sees("go to n")
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.chat.panel.parameters.has_focus, "the focus in the panel")
        row = trip.chat.panel.parameters.current
        assert isinstance(row, ParameterRow)
        assert row.spec.name == "n"


@pytest.mark.parametrize("system", ["", "Answer in verse."])
async def test_what_is_wrong_with_a_message_leads_to_the_message(system: str) -> None:
    given = services()
    bench = bench_with(given, {})
    if system:
        bench.change(type(bench.settings)("openai", "gpt-4o", system=system))
    first = bench.put({"role": "user", "content": "one"}, None)
    wrong = bench.put({"role": "user", "content": "two", "name": "a b"}, first.id)
    bench.put({"role": "assistant", "content": "three"}, wrong.id)
    async with journey(given, bench=bench) as trip:
        await refused(trip)
        await trip.sees("go to message 3" if system else "go to message 2")
        assert " and send" not in trip.text
        await trip.pilot.press("u")
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the focus in the transcript")
        assert trip.chat.transcript.cursor == wrong.id
        assert not trip.bodies


async def test_asking_again_is_held_up_and_let_through_the_same_way() -> None:
    given = services(answered("one"), answered("two"))
    async with journey(given, bench=bench_with(given, {})) as trip:
        await trip.sends("hello")
        await trip.idle()
        trip.chat.change(trip.bench.settings.set(("temperature",), 3))
        head = trip.bench.conversation.head
        await trip.pilot.press("ctrl+r")
        await trip.until(lambda: isinstance(trip.app.screen, BlockedScreen), "the question")
        assert trip.bench.conversation.head == head
        await trip.pilot.press("a")
        await trip.sees("two")
        await trip.idle()
        assert [body.get("temperature") for body in trip.bodies] == [None, 3]


async def test_a_value_from_anywhere_is_shown_literally() -> None:
    given = services()
    async with journey(given, bench=bench_with(given, {"user": ["[/x] \x1b[31m"]})) as trip:
        await refused(trip)
        await trip.sees("[/x]")
        assert "\x1b" not in trip.text


async def test_a_second_key_while_the_question_closes_does_nothing() -> None:
    given = services(answered("one"), answered("two"))
    async with journey(given, bench=bench_with(given, {"temperature": 3})) as trip:
        await refused(trip)
        for key in ("a", "a", "u"):
            trip.app.simulate_key(key)
        await trip.until(lambda: bool(trip.bodies), "the request")
        await trip.idle()
        assert len(trip.bodies) == 1
        assert trip.bench.settings.parameters["temperature"] == 3
