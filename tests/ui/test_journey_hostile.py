"""End-to-end tests: untrusted text from models, services, names and pastes is shown as text only."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual import events

from chat_tui.domain.events import Failed
from chat_tui.domain.problems import Problem
from tests.support.engine_doubles import answered
from tests.support.fakes import FakeBackend, MemoryStore, services, workbench
from tests.support.journeys import Journey, journey, shown_toasts, toasts

HOSTILE = (
    "[/INST] [@click=app.quit]x[/] [bold \x1b]52;c;aGk=\x07 \x1b[2J \x9b31m \u202eevil \U000e0041 "
    "\x00 \x7f \ud800 [link=https://example.com]y[/link]"
)
RAW = {chr(code) for code in [*range(32), *range(0x7F, 0xA0), 0x202E, 0xE0041, 0xD800] if chr(code) != "\n"}


def is_clean(trip: Journey) -> None:
    """No control character and no action on any cell of the screen."""
    for strip in trip.app.screen._compositor.render_strips():
        for segment in strip:
            assert not RAW & set(segment.text), repr(segment.text)
            assert segment.style is None or "@click" not in segment.style.meta
            assert segment.style is None or segment.style.link is None


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_hostile_reply_is_shown_as_text(size: tuple[int, int]) -> None:
    async with journey(services(answered(HOSTILE, "\n\n", HOSTILE)), size=size) as trip:
        await trip.sends("go")
        await trip.sees("[/INST] [@click=app.quit]x[/]")
        await trip.idle()
        is_clean(trip)
        for tab in range(3):
            await trip.pilot.press("f4")
            await trip.pilot.pause()
            is_clean(trip)
            assert tab < 3
        await trip.pilot.click("#transcript", offset=(10, 4))
        assert trip.app.is_running


async def test_a_hostile_error_is_shown_as_text() -> None:
    problem = Problem(kind="http", what="The service answered 400", why=HOSTILE, hint=HOSTILE, status=400)
    async with journey(services([Failed(0.1, problem)])) as trip:
        await trip.sends("go")
        await trip.sees("[/INST] [@click=app.quit]x[/]")
        await trip.idle()
        is_clean(trip)


async def test_a_hostile_model_provider_and_title_are_shown_as_text() -> None:
    given = services()
    bench = workbench(given, model=HOSTILE)
    async with journey(given, bench=bench) as trip:
        is_clean(trip)
        trip.chat.opening.rename(HOSTILE)
        await trip.sends("go")
        await trip.idle()
        is_clean(trip)
        trip.chat.change(replace(bench.settings, provider=HOSTILE))
        await trip.pilot.pause()
        is_clean(trip)


async def test_hostile_lists_are_shown_as_text() -> None:
    store = MemoryStore()
    given = services(store=store)
    assert isinstance(given.backend, FakeBackend)
    given.backend.model_ids = [HOSTILE, "[/x]"]
    async with journey(given) as trip:
        await trip.sends("x")
        await trip.idle()
        trip.chat.opening.rename(HOSTILE)
        await trip.pilot.press("ctrl+o")
        await trip.sees("[/INST]")
        is_clean(trip)
        await trip.pilot.press("escape")
        await trip.command("/model")
        await trip.sees("[/x]")
        is_clean(trip)
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.bench.settings.model == HOSTILE, "the exact id")


async def test_notes_show_hostile_words_as_text() -> None:
    async with journey(services()) as trip:
        trip.chat.tell(HOSTILE)
        await trip.until(lambda: "[/INST] [@click=app.quit]x[/]" in shown_toasts(trip.app), "the note")
        is_clean(trip)


async def test_a_hostile_paste_is_put_aside_and_sent_exactly() -> None:
    sendable = HOSTILE.replace("\ud800", "")
    async with journey(services()) as trip:
        trip.app.post_message(events.Paste(sendable))
        await trip.until(lambda: "[paste 1" in trip.chat.composer.text, "the mark")
        assert "hidden" in trip.chat.composer.text
        is_clean(trip)
        await trip.pilot.press("enter")
        await trip.idle()
        assert trip.bodies[0]["messages"] == [{"role": "user", "content": sendable}]
        is_clean(trip)


async def test_a_paste_of_a_megabyte_is_put_aside_and_sent_whole() -> None:
    text = "0123456789abcde\n" * 65536
    async with journey(services()) as trip:
        await trip.types("see: ")
        trip.app.post_message(events.Paste(text))
        await trip.until(lambda: trip.chat.composer.text == "see: [paste 1: 1,048,576 characters]", "the mark")
        await trip.types(" ok?")
        await trip.pilot.press("enter")
        await trip.idle()
        assert trip.bodies[0]["messages"] == [{"role": "user", "content": f"see: {text} ok?"}]


async def test_pasted_newlines_do_not_send() -> None:
    async with journey(services()) as trip:
        trip.app.post_message(events.Paste("one\r\ntwo\rthree\n"))
        await trip.until(lambda: trip.chat.composer.text == "one\ntwo\nthree\n", "the text")
        assert not trip.bodies


async def test_a_hostile_parameter_name_is_shown_as_text_in_every_note_about_it() -> None:
    given = services()
    bench = workbench(given)
    bench.change(bench.settings.set((HOSTILE,), 1))
    async with journey(given, bench=bench) as trip:
        await trip.pilot.press("f2", "end")
        is_clean(trip)
        await trip.pilot.press("f7")
        await trip.until(lambda: "has no successor to convert to" in toasts(trip.app), "the note")
        assert not RAW & set(toasts(trip.app))
        await trip.pilot.pause()
        is_clean(trip)
        await trip.pilot.press("question_mark")
        await trip.pilot.pause()
        is_clean(trip)


def test_every_note_is_made_in_the_one_place_that_makes_its_text_literal() -> None:
    sources = Path(__file__).resolve().parents[2].joinpath("chat_tui", "ui").rglob("*.py")
    noting = [path.name for path in sources if ".notify(" in path.read_text("utf-8")]
    assert noting == ["notes.py"]
