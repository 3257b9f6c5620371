"""End-to-end tests of playing a session on the screen."""

from __future__ import annotations

import math
import random
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from chat_tui.domain.film import film_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.records import settings_record
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import fold_session
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.opening import first_settings, open_workbench
from chat_tui.engine.services import Services
from chat_tui.ui.app import ChatApp
from chat_tui.ui.film.scrubber import ScrubberState, clock_words, scrubber_lines
from chat_tui.ui.replaying import film_screen
from chat_tui.ui.screens.film import FilmScreen
from tests.support.engine_doubles import answered
from tests.support.fakes import FakeBackend, MemoryStore, StepClock, services, workbench
from tests.support.journeys import Journey, journey, toasts
from tests.support.session_files import answer, chunk, end, events, request, turn, user

PATH = "/sessions/1.jsonl"


def knobs(seed: int) -> JsonObject:
    return settings_record(SessionSettings("local", "small", {"stream": True, "seed": seed}, f"prompt {seed}"))


RECORDS: list[JsonObject] = [knobs(7), *turn(1), knobs(8), *turn(2, "x1.0"), *turn(3, "x1.0")]


def kept(records: Sequence[JsonObject]) -> tuple[Services, Session]:
    store = MemoryStore()
    journal = store.create()
    for record in records:
        journal.append(record)
    given = services(store=store)
    return given, store.load(PATH)


class FilmTrip(Journey):
    """A film, in the words of who watches it."""

    @property
    def film(self) -> FilmScreen:
        assert isinstance(self.app.screen, FilmScreen)
        return self.app.screen

    def passes(self, seconds: float) -> None:
        clock = self.services.clock
        assert isinstance(clock, StepClock)
        clock.ticks += seconds

    async def shows(self, place: int) -> None:
        await self.until(lambda: self.film.player.place == place, f"{place} things to have happened")


@asynccontextmanager
async def film(records: Sequence[JsonObject] = RECORDS, size: tuple[int, int] = (120, 40)) -> AsyncIterator[FilmTrip]:
    given, session = kept(records)
    begin = film_screen(given, session, path=PATH, speed=1.0, cap_s=None)
    app = ChatApp(given, workbench(given), begin=begin)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        trip = FilmTrip(app, pilot, given)
        await trip.until(lambda: isinstance(app.screen, FilmScreen), "the film")
        yield trip


async def test_it_plays_at_once_and_the_reply_grows_with_the_time() -> None:
    async with film() as trip:
        await trip.sees("question 1")
        await trip.sees("waiting for a response")
        trip.passes(0.3)
        await trip.sees("status 200")
        assert "answer 1" not in trip.text
        trip.passes(0.2)
        await trip.sees("answer 1")
        await trip.sees("event 1")
        assert "question 2" not in trip.text
        trip.passes(2.1)
        await trip.sees("question 2")
        trip.passes(20)
        await trip.sees("■ end")
        await trip.sees("answer 3")
        assert "answer 2" not in trip.text


async def test_space_stops_the_time_and_goes_on() -> None:
    async with film() as trip:
        await trip.sees("question 1")
        await trip.pilot.press("space")
        await trip.sees("‖ paused")
        trip.passes(100)
        await trip.pilot.pause()
        assert "answer 1" not in trip.text
        await trip.pilot.press("space")
        await trip.sees("▶ playing")
        trip.passes(0.6)
        await trip.sees("answer 1")


async def test_it_stands_still_while_the_help_lies_over_it_and_the_help_begins_with_its_keys() -> None:
    async with film() as trip:
        watched = trip.film
        await trip.pilot.press("f1")
        await trip.sees("In a film")
        trip.passes(100)
        await trip.pilot.press("escape")
        await trip.sees("‖ paused")
        assert watched.player.time_s < 1


async def test_arrows_step_one_event_and_back() -> None:
    async with film() as trip:
        await trip.shows(2)
        await trip.pilot.press("right", "right")
        await trip.sees("answer 1")
        await trip.pilot.press("left")
        await trip.until(lambda: "answer 1" not in trip.text, "the word to be gone again")
        await trip.pilot.press("right", "right", "right", "right", "right")
        await trip.sees("question 2")
        assert trip.film.player.number == 1
        await trip.pilot.press("left")
        await trip.until(lambda: "question 2" not in trip.text, "the question to be gone again")
        await trip.sees("answer 1")


async def test_turns_ends_and_tenths_are_reached_by_keys() -> None:
    async with film() as trip:
        player = trip.film.player
        await trip.pilot.press("n")
        await trip.sees("turn 2 of 3")
        await trip.pilot.press("down")
        await trip.sees("question 3")
        assert "question 2" not in trip.text
        await trip.pilot.press("p", "up")
        await trip.sees("turn 1 of 3")
        await trip.pilot.press("end")
        await trip.sees("■ end")
        await trip.pilot.press("5")
        await trip.until(lambda: player.time_s == pytest.approx(player.film.length_s / 2), "the middle")
        await trip.pilot.press("home")
        await trip.sees("turn 1 of 3")


async def test_the_speed_turns_and_long_pauses_are_cut() -> None:
    slow = [user("u", "q"), request("x", "u"), events("x", chunk("late"), at_s=90), end("x")]
    async with film(slow) as trip:
        await trip.pilot.press("right_square_bracket", "plus")
        await trip.sees("4×")
        await trip.pilot.press("minus", "left_square_bracket", "left_square_bracket")
        await trip.sees("0.5×")
        await trip.sees("1:30.0")
        await trip.pilot.press("c")
        await trip.sees("pauses ≤ 2 s")
        await trip.sees("0:02.0")
        await trip.pilot.press("c", "c")
        await trip.sees("1:30.0")


async def test_the_panel_tells_the_parameters_the_request_and_the_events_of_that_moment() -> None:
    async with film() as trip:
        await trip.pilot.press("space")
        await trip.until(lambda: not trip.film.player.playing, "the pause")
        panel = trip.film.panel
        assert panel.parameters.shown is not None
        assert panel.parameters.shown.settings.parameters["seed"] == 7
        await trip.sees("prompt 7")
        await trip.pilot.press("n")
        await trip.until(lambda: _seed(trip) == 8, "the next turn's settings")
        assert panel.parameters.shown.sent is not None
        assert panel.parameters.shown.sent.parameters["seed"] == 7
        await trip.sees("prompt 8")
        await trip.pilot.press("f4")
        await trip.sees("POST http://127.0.0.1:1/v1/chat")
        await trip.pilot.press("f4", "right", "right")
        await trip.sees("outcome         running")
        await trip.pilot.press("f4")
        await trip.sees("1 event")
        await trip.pilot.press("right")
        await trip.sees("2 events")
        await trip.pilot.press("left", "left")
        await trip.sees("No events yet.")


async def test_the_panel_tells_the_moment_of_a_jump_even_while_nothing_happens_in_the_film() -> None:
    async with film() as trip:
        for _ in range(3):
            await trip.pilot.press("n")
            await trip.until(lambda: _seed(trip) == 8, "the settings of the second turn")
            await trip.pilot.press("p")
            await trip.until(lambda: _seed(trip) == 7, "the settings of the first turn")
        assert trip.film.player.playing


def _seed(trip: FilmTrip) -> object:
    shown = trip.film.panel.parameters.shown
    return shown.settings.parameters.get("seed") if shown is not None else None


async def test_nothing_can_be_changed_in_it() -> None:
    async with film() as trip:
        await trip.pilot.press("f2")
        await trip.until(lambda: trip.film.panel.has_focus_within, "the focus in the panel")
        assert trip.film.panel.parameters.put_cursor_on("seed")
        await trip.pilot.press("delete")
        await trip.until(lambda: "A film shows the recorded settings" in toasts(trip.app), "the note")
        assert _seed(trip) == 7


async def test_what_is_typed_into_a_filter_is_no_key_of_the_film() -> None:
    async with film() as trip:
        await trip.pilot.press("end", "f2", "f3")
        await trip.until(lambda: trip.film.panel.tab == "Events", "the events")
        await trip.until(lambda: trip.film.panel.events.has_focus_within, "the focus in the events")
        await trip.pilot.press("slash")
        await trip.types("n 1cp")
        await trip.until(lambda: trip.film.panel.events.stream.filter_text == "n 1cp", "the filter")
        assert trip.film.player.over
        await trip.pilot.press("enter", "1")
        await trip.until(lambda: not trip.film.player.over, "the film to go where the key says")


async def test_escape_leads_to_the_session_for_going_on() -> None:
    async with film() as trip:
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat and trip.bench.path == PATH, "the session")
        await trip.sees("answer 3")
        await trip.sends("next")
        await trip.idle()
        assert len(trip.bodies) == 1


async def test_a_film_sends_nothing_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with film() as trip:
        monkeypatch.setattr(socket, "socket", _forbidden)
        store, backend = trip.services.store, trip.services.backend
        assert isinstance(store, MemoryStore)
        assert isinstance(backend, FakeBackend)
        before = len(store.journals[PATH].records)
        for key in ("f2", "f4", "f4", "f4", "n", "end", "home", "space", "right", "left", "enter", "r", "s"):
            await trip.pilot.press(key)
        trip.passes(100)
        await trip.pilot.press("n", "n", "n")
        await trip.sees("■ end")
        assert backend.calls == []
        assert len(store.journals[PATH].records) == before
        assert [*store.journals] == [PATH, "/sessions/2.jsonl"]
        assert store.journals["/sessions/2.jsonl"].records == []
        monkeypatch.undo()


def _forbidden(*_: object, **__: object) -> None:
    raise AssertionError("a socket was made")


async def test_the_slash_command_plays_the_session_at_hand() -> None:
    given = services(answered("an answer"))
    async with journey(given) as trip:
        await trip.command("/replay")
        await trip.until(lambda: "Nothing to replay" in toasts(trip.app), "the note")
        await trip.command("/replay")
        trip.chat.composer.empty()
        await trip.sends("a question")
        await trip.idle()
        await trip.command("/replay")
        await trip.until(lambda: isinstance(trip.app.screen, FilmScreen), "the film")
        await trip.sees("▶ playing")
        await trip.pilot.press("end")
        await trip.sees("an answer")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the chat")
        assert trip.chat.composer.text == ""


async def test_a_cut_reply_is_played_and_marked_and_hostile_text_is_literal() -> None:
    records = [user("u", "q"), request("x", "u"), events("x", chunk("half \x1b[2J\u202e [bold]it"))]
    async with film(records) as trip:
        await trip.pilot.press("end")
        await trip.sees("half ␛[2J⟨U+202E⟩ [bold]it")
        await trip.sees("cut off")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 10), (20, 5)])
async def test_it_fits_every_size(size: tuple[int, int]) -> None:
    async with film(size=size) as trip:
        await trip.pilot.press("end", "f2", "f4", "f4", "space", "escape")
        lines = trip.text.splitlines()
        assert len(lines) <= size[1]
        if size[1] >= 10:
            await trip.until(lambda: any("━" in line or "─" in line for line in trip.text.splitlines()), "the bar")


async def test_an_empty_session_is_an_empty_film() -> None:
    async with film([{"type": "session", "version": 1, "id": "s"}]) as trip:
        await trip.sees("nothing recorded")
        await trip.pilot.press("space", "right", "left", "n", "p", "5", "c", "end")
        await trip.sees("nothing recorded")


async def test_another_reply_to_the_same_message_takes_the_place_of_the_first() -> None:
    again = [request("x4", "u1"), events("x4", chunk("second", finish="stop"), "[DONE]"), answer("x4", "u1", "second")]
    async with film([*turn(1), *again, end("x4")]) as trip:
        await trip.pilot.press("n")
        await trip.until(lambda: "answer 1" not in trip.text, "the first reply to be gone")
        await trip.pilot.press("end")
        await trip.sees("second")
        await trip.sees("‹ 2/2 ›")


def test_the_film_of_the_journeys_is_what_it_seems() -> None:
    assert [len(each.frames) for each in film_of(fold_session(RECORDS)).turns] == [7, 7, 7]
    given, _ = kept(RECORDS)
    assert open_workbench(given, PATH, first_settings(given, "local", "")).conversation.head == "x3.0"


KEYS = (
    *("space", "left", "right", "left", "right", "up", "down", "home", "end", "tab", "shift+tab", "pageup", "pagedown"),
    *("f1", "f2", "f3", "f4", "ctrl+c", "escape", "enter", "delete", "backspace", "slash", "question_mark", "minus"),
    *("plus", "left_square_bracket", "right_square_bracket"),
    *"nnppc0123456789yjkmrsxgeNiHdw",
)


@pytest.mark.parametrize("seed", range(4))
async def test_any_keys_at_any_time_do_no_harm(seed: int) -> None:
    chance = random.Random(seed)
    async with film([*RECORDS, user("u9", "q"), request("x9", "u9"), events("x9", chunk("half"))]) as trip:
        for _ in range(150):
            if not isinstance(trip.app.screen_stack[-1], FilmScreen) and trip.app.screen is trip.chat:
                break
            trip.app.simulate_key(chance.choice(KEYS))
            trip.passes(chance.choice([0.0, 0.0, 0.1, 2.0]))
            if chance.random() < 0.4:
                await trip.pilot.pause()
        await trip.pilot.pause()
        assert trip.app.is_running
        assert trip.app.fault is None
        backend = trip.services.backend
        assert isinstance(backend, FakeBackend)
        assert backend.calls == []


async def test_a_click_on_the_bar_goes_there() -> None:
    async with film() as trip:
        await trip.pilot.press("space")
        await trip.pilot.click("#scrubber", offset=(60, 0))
        player = trip.film.player
        await trip.until(lambda: abs(player.time_s / player.film.length_s - 0.5) < 0.02, "the middle")


@pytest.mark.parametrize("width", range(1, 130, 7))
def test_the_scrubber_fits_every_width(width: int) -> None:
    state = ScrubberState(
        time_s=3700.04,
        length_s=36_000.0,
        starts_s=(0.0, 5.0, 30_000.0),
        title="a title \x1b[2J",
        doing="event 1,234",
        speed=math.inf,
        idle_s=0.5,
    )
    for line in scrubber_lines(state, width):
        assert line.cell_length <= width
        assert "\x1b" not in line.plain


@pytest.mark.parametrize(
    ("time_s", "words"), [(0.0, "0:00.0"), (7.3, "0:07.3"), (599.99, "9:59.9"), (725.0, "12:05"), (3725.0, "1:02:05")]
)
def test_times_in_words(time_s: float, words: str) -> None:
    assert clock_words(time_s) == words
