"""End-to-end tests of finding a session among many, and of the actions in the list."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from chat_tui.domain.records import title_record
from chat_tui.engine.opening import first_settings, new_workbench
from chat_tui.storage.library.library import FileLibrary
from chat_tui.ui.screens.sessions import SessionsScreen
from chat_tui.ui.widgets.session_list import SessionList, moment
from tests.support.fakes import services
from tests.support.journeys import Journey, journey
from tests.support.many_sessions import write_sessions
from tests.support.session_files import lines, store, turn, user, written


@asynccontextmanager
async def opened(folder: Path, *, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Journey]:
    """The app on the sessions of a folder, with their list open."""
    files = store(folder)
    given = replace(services(), store=files, library=FileLibrary(folder, files))
    bench = new_workbench(given, first_settings(given, "local", "small"))
    async with journey(given, bench=bench, size=size) as trip:
        await trip.pilot.press("ctrl+o")
        await trip.until(lambda: isinstance(trip.app.screen, SessionsScreen), "the list")
        yield trip


def listed(trip: Journey) -> list[str]:
    return [each.title for each in trip.app.screen.query_one(SessionList).sessions]


def under_cursor(trip: Journey) -> str:
    session = trip.app.screen.query_one(SessionList).session
    return session.title if session is not None else ""


async def lists(trip: Journey, *titles: str) -> None:
    await trip.until(lambda: listed(trip) == list(titles), f"{titles} in the list, which has {listed(trip)}")


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Rain, which is the newest, then sun and snow."""
    for place, (title, text) in enumerate(
        [("rain", "grey threads on the pane"), ("sun", "a bright day"), ("snow", "white")]
    ):
        path = written(tmp_path, [title_record(title), *turn(place), user("u", text, f"x{place}.0")])
        os.utime(path, (1_000_000 - place, 1_000_000 - place))
    return tmp_path


def path_of(folder: Path, title: str) -> Path:
    return Path(store(folder).find(title))


async def test_one_of_three_hundred_is_found_as_one_types_and_opened(tmp_path: Path) -> None:
    write_sessions(tmp_path, 300, messages=20, words=30)
    async with opened(tmp_path) as trip:
        await trip.sees("300")
        await trip.types("needle12")
        await trip.sees("11 of 300")
        await trip.types("3")
        await trip.sees("1 of 300")
        await trip.sees("needle123")
        await trip.pilot.press("enter")
        await trip.until(lambda: "000123" in (trip.bench.path or ""), "the session")
        assert len(trip.bench.conversation.nodes) == 20


async def test_only_the_lines_on_the_screen_are_drawn(tmp_path: Path) -> None:
    write_sessions(tmp_path, 300, messages=2, words=10)
    async with opened(tmp_path) as trip:
        await trip.sees("300")
        shown = trip.app.screen.query_one(SessionList)
        assert len(shown.children) == 0
        await trip.pilot.press("up")
        assert shown.cursor == 299
        await trip.pilot.press("down")
        assert shown.cursor == 0
        await trip.pilot.press("pagedown")
        assert shown.cursor == shown.page
        await trip.pilot.press("ctrl+end")
        await trip.until(lambda: shown.cursor == 299 and shown.in_view[-1] is shown.session, "the end")
        await trip.types("zzzz")
        await trip.sees("no match")


async def test_the_excerpt_and_the_end_of_a_session_are_shown(three: Path) -> None:
    async with opened(three, size=(130, 30)) as trip:
        await lists(trip, "rain", "sun", "snow")
        await trip.sees("answer 0")
        await trip.types("bri")
        await lists(trip, "sun")
        await trip.sees("a bright day")
        await trip.sees("answer 1")


async def test_a_name_tags_and_a_star_go_to_the_file(three: Path) -> None:
    async with opened(three, size=(80, 24)) as trip:
        await lists(trip, "rain", "sun", "snow")
        await trip.pilot.press("down", "ctrl+r")
        await trip.sees("Name of this session")
        await trip.types(" and moon")
        await trip.pilot.press("enter")
        await lists(trip, "rain", "sun and moon", "snow")
        assert under_cursor(trip) == "sun and moon"
        await trip.pilot.press("ctrl+t")
        await trip.sees("Tags")
        await trip.types("#Sky day")
        await trip.pilot.press("enter")
        await trip.sees("#Sky #day")
        await trip.pilot.press("ctrl+b")
        await trip.sees("★ sun and moon")
        session = store(three).load(str(path_of(three, "sun and moon")))
        assert (session.title, session.labels.tags, session.labels.starred) == ("sun and moon", ("Sky", "day"), True)
        await trip.types("tag:sky is:starred")
        await lists(trip, "sun and moon")


async def test_what_is_deleted_was_asked_about_once_and_comes_back(three: Path) -> None:
    path = path_of(three, "rain")
    async with opened(three) as trip:
        await lists(trip, "rain", "sun", "snow")
        await trip.pilot.press("ctrl+x")
        await trip.sees("to the trash?")
        await trip.pilot.press("escape")
        await trip.pilot.press("ctrl+x", "down")
        assert path.exists()
        await trip.pilot.press("up", "ctrl+x", "ctrl+x")
        await trip.sees("ctrl+z restores it")
        await lists(trip, "sun", "snow")
        assert not path.exists()
        assert (three / "trash" / path.name).exists()
        await trip.pilot.press("ctrl+z")
        await lists(trip, "rain", "sun", "snow")
        assert path.exists()


async def test_what_cannot_be_brought_back_yet_can_be_tried_again(three: Path) -> None:
    path = path_of(three, "rain")
    async with opened(three) as trip:
        await lists(trip, "rain", "sun", "snow")
        await trip.pilot.press("ctrl+x", "ctrl+x")
        await lists(trip, "sun", "snow")
        path.write_text("in its place")
        await trip.pilot.press("ctrl+z")
        await trip.sees("Cannot restore")
        path.unlink()
        await trip.pilot.press("ctrl+z")
        await lists(trip, "rain", "sun", "snow")


async def test_what_is_put_away_is_shown_when_asked_for(three: Path) -> None:
    async with opened(three) as trip:
        await lists(trip, "rain", "sun", "snow")
        await trip.pilot.press("ctrl+k")
        await lists(trip, "sun", "snow")
        await trip.types("is:archived")
        await lists(trip, "rain")
        await trip.pilot.press("ctrl+k")
        await lists(trip)
        for _ in "is:archived":
            await trip.pilot.press("backspace")
        await lists(trip, "rain", "sun", "snow")


async def test_with_the_focus_on_the_list_letters_act(three: Path) -> None:
    async with opened(three) as trip:
        await lists(trip, "rain", "sun", "snow")
        await trip.pilot.press("tab")
        await trip.sees("r name")
        await trip.pilot.press("*")
        await trip.sees("★ rain")
        await trip.pilot.press("c")
        await trip.until(lambda: "rain (copy)" in listed(trip), "the copy")
        await trip.pilot.press("s", "s")
        await lists(trip, "rain", "rain (copy)", "snow", "sun")
        await trip.sees("by title")
        await trip.pilot.press("slash")
        await trip.types("snow")
        await lists(trip, "snow")


async def test_the_open_session_is_marked_and_renaming_it_shows_at_once(three: Path) -> None:
    async with opened(three) as trip:
        await lists(trip, "rain", "sun", "snow")
        await trip.pilot.press("down", "enter")
        await trip.sees("a bright day")
        await trip.pilot.press("ctrl+o")
        await trip.sees("● sun")
        await trip.until(lambda: under_cursor(trip) == "sun", "the cursor on it")
        await trip.pilot.press("ctrl+r")
        await trip.sees("Name of this session")
        await trip.types("!")
        await trip.pilot.press("enter")
        await trip.until(lambda: "sun!" in listed(trip), "the name")
        await trip.pilot.press("escape")
        assert trip.bench.title == "sun!"


async def test_deleting_the_open_session_leaves_a_new_one(three: Path) -> None:
    async with opened(three) as trip:
        await lists(trip, "rain", "sun", "snow")
        await trip.pilot.press("enter")
        await trip.sees("grey threads")
        await trip.pilot.press("ctrl+o")
        await trip.sees("● rain")
        await trip.pilot.press("ctrl+x", "enter")
        await lists(trip, "sun", "snow")
        await trip.pilot.press("escape")
        assert trip.bench.conversation.nodes == {}
        (kept,) = (three / "trash").iterdir()
        assert len(lines(kept)) == 9


async def test_hostile_names_are_shown_and_a_file_that_cannot_be_written_is_told(three: Path) -> None:
    written(three, [title_record("\x1b[31m[red]\n\u202eevil" + "x" * 300), user("u", "\x1b]0;title\x07 [bold]")])
    newer = three / "sessions" / "newer.jsonl"
    newer.write_text('{"type":"session","version":99,"id":"newer"}\n{"type":"title","t":1,"title":"newer"}\n')
    os.utime(newer, (2_000_000_000, 2_000_000_000))
    async with opened(three) as trip:
        await trip.sees("␛[31m[red]␊")
        await trip.until(lambda: under_cursor(trip) == "newer", "the newer one on top")
        await trip.pilot.press("ctrl+b")
        await trip.sees("Cannot append to")
        await trip.types("bold")
        await trip.sees("␛]0;title␇ [bold]")
        for query in (" NEAR(", " before:x", " is:", ' "'):
            await trip.types(query)
        await trip.sees("is: takes starred")


def test_a_moment_is_told_briefly() -> None:
    now = 1_790_000_000.0
    assert len(moment(now - 1, now)) == 5
    assert moment(now - 400 * 86400, now).endswith("2025")
    assert moment(float("inf"), now) == ""
