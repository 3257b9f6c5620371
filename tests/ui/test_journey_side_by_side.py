"""End-to-end tests: the choices of a reply side by side as they arrive, and any siblings afterwards."""

from __future__ import annotations

from chat_tui.domain.events import Closed, Received, Responded, Step
from chat_tui.ui.widgets.columns import Column
from tests.support.engine_doubles import answered, event
from tests.support.fakes import Gate, services
from tests.support.journeys import Journey, journey


def begun(*texts: str) -> list[Step]:
    """The beginning of a reply with one choice a text."""
    steps: list[Step] = [Responded(200, {"content-type": "text/event-stream"}, 0.1, plain=False)]
    return steps + [Received((event(0.2, {"content": text}, index=index),)) for index, text in enumerate(texts)]


def ended(*texts: str) -> list[Step]:
    """Its end: a last word a choice."""
    more: list[Step] = [
        Received((event(0.3, {"content": text}, "stop", index=index),)) for index, text in enumerate(texts)
    ]
    return [*more, Closed(0.5)]


def columns(trip: Journey) -> list[str]:
    """The texts of the columns in sight."""
    shown = [column for column in trip.chat.query(Column) if column.display]
    return [column.text.selected_or_current_text() for column in shown]


def said(trip: Journey) -> list[object]:
    """What the path says."""
    return [node.message.get("content") for node in trip.bench.conversation.path()]


async def test_choices_stand_side_by_side_while_they_come_and_afterwards() -> None:
    gate = Gate()
    given = services([*begun("alpha", "beta", "gamma"), gate, *ended(" one", " two", " three")])
    async with journey(given, size=(160, 40)) as trip:
        await trip.pilot.press("f2", "f2")
        await trip.sends("three, please")
        await trip.until(lambda: columns(trip) == ["alpha", "beta", "gamma"], "three columns")
        await trip.sees("three, please")
        gate.open()
        await trip.idle()
        await trip.until(lambda: columns(trip) == ["alpha one", "beta two", "gamma three"], "the whole texts")
        assert said(trip) == ["three, please", "alpha one"]
        await trip.pilot.press("right")
        await trip.until(lambda: said(trip)[-1] == "beta two", "the second choice on the path")
        await trip.sends("go on")
        await trip.idle()
        assert said(trip)[-3:] == ["beta two", "go on", "ok"]
        await trip.until(lambda: not trip.chat.beside.shown, "the transcript")
        await trip.sees("‹ 2/3 ›")


async def test_the_choice_that_is_chosen_while_they_come_is_gone_on_with() -> None:
    gate = Gate()
    given = services([*begun("alpha", "beta"), gate, *ended("", "")])
    async with journey(given) as trip:
        await trip.sends("two")
        await trip.sees("beta")
        await trip.pilot.press("right")
        gate.open()
        await trip.idle()
        assert said(trip) == ["two", "beta"]
        await trip.pilot.press("ctrl+z")
        await trip.until(lambda: said(trip) == [], "the turn taken back in one")


async def test_where_one_column_fits_left_and_right_switch() -> None:
    gate = Gate()
    given = services([*begun("alpha", "beta", "gamma"), gate, *ended(" a", " b", " c")])
    async with journey(given, size=(60, 24)) as trip:
        await trip.sends("three")
        await trip.until(lambda: columns(trip) == ["alpha"], "one column")
        await trip.sees("‹ 1/3 ›")
        await trip.pilot.press("right", "right", "right")
        await trip.until(lambda: columns(trip) == ["gamma"], "the third")
        gate.open()
        await trip.idle()
        await trip.until(lambda: columns(trip) == ["gamma c"], "the third, whole")
        assert said(trip) == ["three", "gamma c"]


async def test_the_columns_can_be_left_and_come_back_while_a_reply_runs() -> None:
    gate = Gate()
    given = services([*begun("alpha", "beta"), gate, *ended(" one", " two")])
    async with journey(given) as trip:
        await trip.sends("two")
        await trip.sees("beta")
        await trip.pilot.press("up", "s")
        await trip.until(lambda: not trip.chat.beside.shown, "the transcript")
        await trip.sees("alpha")
        assert "beta" not in trip.text
        await trip.pilot.press("s")
        await trip.sees("beta")
        gate.open()
        await trip.idle()
        await trip.sees("beta two")
        await trip.pilot.press("escape")
        await trip.until(lambda: not trip.chat.beside.shown, "the transcript")
        await trip.sees("‹ 1/2 ›")


async def test_any_siblings_are_compared_and_one_is_taken() -> None:
    given = services(answered("the cat sat"), answered("the dog sat"))
    async with journey(given, size=(160, 40)) as trip:
        await trip.sends("an animal")
        await trip.idle()
        await trip.pilot.press("up", "s")
        await trip.sees("has no siblings to compare")
        await trip.pilot.press("r")
        await trip.idle()
        await trip.pilot.press("s")
        await trip.until(lambda: columns(trip) == ["the cat sat", "the dog sat"], "both replies")
        assert said(trip)[-1] == "the dog sat"
        await trip.pilot.press("w")
        first = next(iter(trip.chat.query(Column))).text
        await trip.until(lambda: len(first._differing) == 1, "the word that differs, marked")
        await trip.pilot.press("w")
        await trip.until(lambda: not first._differing, "no marks")
        await trip.pilot.press("left", "enter")
        await trip.until(lambda: not trip.chat.beside.shown, "the transcript")
        assert said(trip)[-1] == "the cat sat"


async def test_stopping_keeps_every_choice() -> None:
    given = services([*begun("alpha", "beta"), Gate()])
    async with journey(given) as trip:
        await trip.sends("two")
        await trip.sees("beta")
        await trip.pilot.press("escape")
        await trip.idle()
        await trip.until(lambda: columns(trip) == ["alpha", "beta"], "both, stopped")
        assert [node.message.get("content") for node in trip.bench.conversation.nodes.values()] == [
            "two",
            "alpha",
            "beta",
        ]


async def test_another_session_takes_the_columns_away() -> None:
    given = services([*begun("alpha", "beta"), *ended("", "")])
    async with journey(given) as trip:
        await trip.sends("two")
        await trip.idle()
        await trip.sees("beta")
        await trip.pilot.press("ctrl+n")
        await trip.until(lambda: not trip.bench.exchanges and not trip.chat.beside.shown, "a new session")
        assert "beta" not in trip.text
