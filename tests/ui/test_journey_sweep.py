"""Sweeps on the screen: what would be sent, the table as it fills, comparing, stopping, going to a branch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from textual.widgets import OptionList

from chat_tui.domain.conversation import text_of
from chat_tui.domain.events import Failed, Received, Step, StreamEvent
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.problems import Problem
from chat_tui.ui.screens.ask import Ask
from chat_tui.ui.screens.sweep import SweepScreen
from tests.support.engine_doubles import answered
from tests.support.fakes import Gate, services
from tests.support.journeys import Journey, journey, toasts

SIZES = [(120, 40), (80, 24)]


@asynccontextmanager
async def at(*replies: Iterable[Step | Gate], size: tuple[int, int] = (120, 40)) -> AsyncIterator[Journey]:
    """A session of one turn; ``replies`` come to what is sent after it."""
    async with journey(services(answered("First."), *replies), size=size) as trip:
        await trip.sends("Hi")
        await trip.idle()
        yield trip


def path(trip: Journey) -> list[str]:
    return [text_of(node.message) for node in trip.bench.conversation.path()]


async def opens(trip: Journey, command: str) -> SweepScreen:
    await trip.command(command)
    await trip.until(lambda: isinstance(trip.app.screen, SweepScreen), "the table")
    screen = trip.app.screen
    assert isinstance(screen, SweepScreen)
    return screen


async def begins(trip: Journey) -> None:
    await trip.pilot.press("enter")


async def closes(trip: Journey, key: str = "escape") -> None:
    await trip.pilot.press(key)
    await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")


@pytest.mark.parametrize("size", SIZES)
async def test_from_the_command_to_the_branch(size: tuple[int, int]) -> None:
    replies = [answered("The [b]cat[/b]\x1b[31m sat."), answered("The dog sat."), answered("x"), answered("y")]
    async with at(*replies, size=size) as trip:
        settings = trip.bench.settings
        await opens(trip, "/sweep temperature=0,1.5 seed=1..2")
        await trip.sees("4 requests to local small: 2 temperature × 2 seed; ≈ 4 tokens")
        await trip.sees("request of temperature 0 · seed 1")
        assert "Nothing is sent until you press enter" in trip.text
        assert len(trip.bodies) == 1
        await begins(trip)
        await trip.sees("4 of 4 replies, all different")
        asked = [(body["temperature"], body["seed"]) for body in trip.bodies[1:]]
        assert asked == [(0, 1), (0, 2), (1.5, 1), (1.5, 2)]
        assert {str(body["messages"]) for body in trip.bodies} == {str(trip.bodies[0]["messages"])}
        assert "The [b]cat[/b]␛[31m" in trip.text
        assert all(len(line) <= size[0] for line in trip.text.split("\n"))
        assert trip.bench.settings == settings
        assert path(trip) == ["Hi", "First."]
        await trip.pilot.press("down")
        await closes(trip, "enter")
        await trip.sees("‹ 3/5 ›")
        assert path(trip) == ["Hi", "The dog sat."]


async def test_two_replies_are_compared_word_by_word() -> None:
    async with at(answered("The cat sat."), answered("The dog sat.", finish="length")) as trip:
        await opens(trip, "/sweep seed=1,2")
        await begins(trip)
        await trip.sees("2 of 2 replies")
        await trip.pilot.press("d", "down")
        await trip.sees("seed 2, compared with seed 1")
        await trip.sees("The [-cat-]{+dog+} sat.")
        await trip.sees("finish reason stop → length")
        assert "◆" in trip.text
        await trip.pilot.press("d", "d")
        await trip.until(lambda: "◆" not in trip.text and "[-cat-]" not in trip.text, "no comparison")


async def test_replies_are_seen_as_they_come_and_escape_stops() -> None:
    gate = Gate()
    half = [*answered("half", finish=None), gate]
    async with at(answered("whole"), half) as trip:
        await opens(trip, "/sweep seed=1..5")
        await begins(trip)
        await trip.sees("1 of 5 requests · seed 2")
        await trip.sees("half")
        await trip.pilot.press("enter")
        await trip.until(lambda: "still arriving" in toasts(trip.app), "why not")
        await trip.pilot.press("escape")
        await trip.sees("1 of 5 replies · 1 stopped · 3 not sent")
        assert len(trip.bodies) == 3
        await closes(trip)
        await trip.sees("‹ 1/3 ›")
        trip.chat.action_do("sweep.results")
        await trip.sees("1 stopped · 3 not sent")
        await trip.pilot.press("down")
        await closes(trip, "enter")
        assert path(trip) == ["Hi", "half"]


async def test_closing_before_sending_leaves_everything_as_it_was() -> None:
    async with at() as trip:
        await opens(trip, "/sweep seed=1,2")
        await trip.pilot.press("d", "s")
        await closes(trip)
        assert len(trip.bodies) == 1
        assert len(trip.bench.conversation.nodes) == 2
        trip.chat.action_do("sweep.results")
        await trip.until(lambda: "No sweep since" in toasts(trip.app), "the note")


async def test_a_cell_that_fails_is_told_in_its_place() -> None:
    problem = Problem(kind="http", what="Too many [/x] requests", status=429)
    async with at([Failed(0.1, problem)], answered("Fine")) as trip:
        await opens(trip, "/sweep seed=1,2")
        await begins(trip)
        await trip.sees("1 of 2 replies · 1 failed")
        await trip.sees("Too many [/x] requests")
        await trip.pilot.press("enter")
        await trip.until(lambda: "no message to go to" in toasts(trip.app), "why not")
        await trip.pilot.press("down")
        await closes(trip, "enter")
        assert path(trip) == ["Hi", "Fine"]


@pytest.mark.parametrize("size", SIZES)
async def test_repeating_says_how_many_differ_and_shows_them_side_by_side(size: tuple[int, int]) -> None:
    async with at(answered("a a"), answered("b b"), answered("a a"), size=size) as trip:
        await opens(trip, "/repeat 3")
        await trip.sees("3 requests to local small: repeated 3 times")
        await begins(trip)
        await trip.sees("3 of 3 replies, 2 different")
        assert len({str(body) for body in trip.bodies}) == 1
        await trip.pilot.press("d", "down", "down")
        await trip.sees("identical text")
        await trip.pilot.press("up")
        await closes(trip, "s")
        await trip.until(lambda: trip.chat.beside.shown, "the columns")
        assert path(trip) == ["Hi", "b b"]


async def test_a_draft_is_the_prompt_where_there_is_one() -> None:
    async with at(answered("x"), answered("y")) as trip:
        trip.chat.composer.put("And now?")
        trip.chat.action_do("sweep")
        await trip.until(lambda: isinstance(trip.app.screen, Ask), "the question")
        await trip.types("seed=1,2")
        await trip.pilot.press("enter")
        await trip.sees("Sweep: And now?")
        assert len(trip.bench.conversation.nodes) == 2
        await begins(trip)
        await trip.sees("2 of 2 replies")
        await closes(trip)
        assert path(trip) == ["Hi", "First.", "And now?", "x"]
        assert trip.chat.composer.whole_text == ""


async def test_a_draft_that_was_not_sent_stays() -> None:
    async with journey(services()) as trip:
        trip.chat.composer.put("Hello")
        trip.chat.action_do("repeat")
        await trip.until(lambda: isinstance(trip.app.screen, Ask), "the question")
        await trip.pilot.press("enter")
        await trip.sees("Repeat: Hello")
        await closes(trip)
        assert trip.chat.composer.whole_text == "Hello"
        assert not trip.bodies


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/sweep temperature", "is not of the form NAME=VALUES"),
        ("/sweep temperature=0..2:0", "the step of 0..2:0 is 0"),
        ("/sweep temperature=0,9", "cell 2 of 2 (temperature 9)"),
        ("/sweep temperature=hot", "temperature"),
        ("/sweep seed=1..2000", "at most 1000 are allowed"),
        ("/repeat 1", "'1' is not a number of replies"),
        ("/repeat x", "is not a number of replies"),
        ("/repeat 99999999999", "is not a number of replies"),
        ("/repeat 1001", "at most 1000 requests"),
    ],
)
async def test_what_cannot_be_sent_is_told_and_opens_nothing(command: str, told: str) -> None:
    async with at() as trip:
        await trip.command(command)
        await trip.until(lambda: told in toasts(trip.app), told)
        assert trip.app.screen is trip.chat
        assert trip.chat.composer.whole_text == command
        assert len(trip.bodies) == 1


async def test_an_empty_session_has_no_prompt() -> None:
    async with journey(services()) as trip:
        await trip.command("/sweep seed=1,2")
        await trip.until(lambda: "There is no prompt to send" in toasts(trip.app), "the note")


async def test_many_axes_and_long_values_keep_the_answer_in_view() -> None:
    async with at(*[answered("visible")] * 8, size=(80, 24)) as trip:
        long = "x" * 60
        await opens(trip, f'/sweep temperature=0,1 user={long},"雨雨雨雨雨雨雨雨雨雨" presence_penalty=0,1')
        await begins(trip)
        await trip.sees("8 of 8 replies, all the same")
        assert "visible" in trip.text.split("\n")[6]
        rows = trip.app.screen.query_one("#sweep-runs", OptionList)
        assert rows.option_count == 8


async def test_what_is_being_answered_stays_in_view_until_another_line_is_chosen() -> None:
    gate, late = Gate(), Gate()
    replies = [answered(f"reply {number}") for number in range(1, 31)]
    held: list[Iterable[Step | Gate]] = [
        *replies[:19],
        [*answered("held", finish=None), gate],
        *replies[20:24],
        [late],
        *replies[25:],
    ]
    async with at(*held, size=(80, 24)) as trip:
        await opens(trip, "/sweep seed=1..30")
        await begins(trip)
        await trip.sees("19 of 30 requests · seed 20")
        await trip.sees("held")
        assert "esc stop" in trip.text.split("\n")[-1]
        await trip.pilot.press("down")
        await trip.sees("reply 2")
        gate.open()
        await trip.sees("24 of 30 requests")
        assert "reply 24" not in trip.text
        late.open()
        await trip.sees("28 of 30 replies")


async def test_columns_of_cost_and_fit_come_when_something_is_known() -> None:
    usage: JsonObject = {"prompt_tokens": 3, "completion_tokens": 2, "cost": 0.25}
    priced = [*answered("[]", finish=None), Received((StreamEvent(0.5, dump_json({"choices": [], "usage": usage})),))]
    async with at(answered("{}"), [*priced, *answered("", finish="stop")[-2:]]) as trip:
        await opens(trip, '/sweep response_format=unset,{"type":"json_object"}')
        assert "fits" not in trip.text
        await begins(trip)
        await trip.sees("2 of 2 replies")
        heading = next(line for line in trip.text.split("\n") if "answer" in line)
        assert heading.split()[-4:] == ["cost", "finish", "fits", "answer"]
        await trip.sees("$0.2500")
        await trip.pilot.press("down")
        await trip.sees("✗ $")


@pytest.mark.parametrize("size", SIZES)
async def test_several_values_typed_where_one_is_set_are_a_sweep(size: tuple[int, int]) -> None:
    async with at(answered("x"), answered("y"), answered("z"), size=size) as trip:
        await trip.pilot.press("f2")
        await trip.types("/temperature")
        await trip.pilot.press("enter")
        await trip.types("0,0.5,")
        await trip.pilot.press("enter")
        await trip.sees("must be")
        assert isinstance(trip.app.screen, type(trip.chat))
        await trip.types("1.5")
        await trip.pilot.press("enter")
        await trip.sees("3 requests to local small: 3 temperature")
        await begins(trip)
        await trip.sees("3 of 3 replies")
        assert [body.get("temperature") for body in trip.bodies] == [None, 0, 0.5, 1.5]
        await closes(trip)
        assert "temperature" not in trip.bench.settings.parameters


async def test_it_is_in_the_palette() -> None:
    async with at() as trip:
        await trip.pilot.press("ctrl+p")
        await trip.types("sweep: send")
        await trip.pilot.press("enter")
        await trip.until(lambda: isinstance(trip.app.screen, Ask), "the question")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        await trip.command("/sweep")
        await trip.until(lambda: isinstance(trip.app.screen, Ask), "the question")


async def test_the_reason_that_a_reply_ended_with_tool_calls_is_shown_in_full() -> None:
    async with at(answered("a", finish="tool_calls"), answered("b", finish="tool_calls"), size=(80, 24)) as trip:
        await opens(trip, "/repeat 2")
        await begins(trip)
        await trip.sees("2 of 2 replies")
        await trip.sees("tool_calls  a")
