"""End-to-end tests of a reply's events: from an event to its text and back, and to a file."""

from __future__ import annotations

import json
import stat
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.geometry import Offset
from textual.selection import Selection

from chat_tui.domain.calls import Endpoint
from chat_tui.domain.events import Closed, Comment, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import JsonObject
from chat_tui.engine.opening import first_settings, open_workbench
from chat_tui.engine.services import Services
from chat_tui.net.client import HttpBackend
from chat_tui.ui.transcript.selection import position
from tests.support.engine_doubles import OneEndpoint, answered, event
from tests.support.exchanges import http_backend
from tests.support.fakes import Gate, MemoryStore, services
from tests.support.journeys import Journey, journey, toasts
from tests.support.server import ScriptedServer, chunk, events, sse

SENT = 5_000


class HereEndpoint(OneEndpoint):
    """Every provider is the scripted server."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def endpoint(self, provider: str) -> Endpoint:
        return replace(super().endpoint(provider), base_url=self._base_url)


def over_the_wire(backend: HttpBackend, server: ScriptedServer) -> Services:
    return replace(services(), backend=backend, endpoints=HereEndpoint(server.base_url))


async def opens_events(trip: Journey) -> None:
    await trip.pilot.press("f3")
    await trip.until(lambda: trip.chat.panel.tab == "Events", "the Events tab")
    trip.chat.panel.focus_view()
    await trip.pilot.pause()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_events_tab_shows_every_one_of_5000_events_as_they_come(size: tuple[int, int]) -> None:
    words = [f"w{number} " for number in range(SENT - 2)]
    pieces = sse(*(chunk(word) for word in words), chunk(finish="stop"))
    bundles = [b": ping\n\n", *(b"".join(pieces[start : start + 9]) for start in range(0, len(pieces), 9))]
    async with (
        ScriptedServer(events(*bundles)) as server,
        http_backend() as backend,
        journey(over_the_wire(backend, server), size=size) as trip,
    ):
        await opens_events(trip)
        trip.chat.composer.focus()
        await trip.sends("go")
        await trip.until(lambda: trip.chat.panel.events.stream.total > 0, "the first events")
        await trip.idle()
        await trip.until(lambda: trip.chat.panel.events.stream.total == SENT + 1, "the last events")
        tab = trip.chat.panel.events
        assert tab.stream.rows == tab.list.virtual_size.height - 1 == SENT + 1
        times = [item.at_s for item in tab.stream.arrivals.items]
        assert all(earlier <= later for earlier, later in pairwise(times))
        assert tab.event_number == SENT - 1
        await trip.sees("5,000 events · 1 comment")
        (node,) = [node for node in trip.bench.conversation.path() if node.exchange is not None]
        assert node.message["content"] == "".join(words)


async def test_an_event_leads_to_its_text_and_the_text_back_to_its_event() -> None:
    async with journey(services(answered("Some **bold", " words**", " and `more", "` of them"))) as trip:
        await trip.sends("go")
        await trip.idle()
        await opens_events(trip)
        await trip.pilot.press("home", "down", "g")
        await trip.until(lambda: trip.chat.transcript.found is not None, "the mark")
        assert marked_text(trip) == "words"
        assert trip.chat.panel.events.list.has_focus
        trip.chat.panel.events.action_move(-9)
        trip.chat.transcript.focus()
        await trip.pilot.press("v")
        await trip.until(lambda: trip.chat.panel.events.event_number == 1, "the event of the mark")
        assert trip.chat.panel.events.list.has_focus


async def test_a_selection_leads_to_the_event_that_brought_its_beginning() -> None:
    async with journey(services(answered("one ", "two ", "three"))) as trip:
        await trip.sends("go")
        await trip.idle()
        transcript = trip.chat.transcript
        index = len(transcript.store.views) - 1
        row = next(number for number, row in enumerate(transcript.store.views[index].rows()) if "three" in row.text)
        transcript.focus()
        start = Offset(3 + 9, position(index, row))
        trip.chat.selections = {transcript: Selection(start, Offset(start.x + 2, start.y))}
        await trip.pilot.press("v")
        await trip.until(lambda: trip.chat.panel.tab == "Events", "the tab")
        await trip.until(lambda: trip.chat.panel.events.event_number == 2, "the third event")


async def test_a_message_without_a_mark_leads_to_its_first_word() -> None:
    role = Received((event(0.1, {"role": "assistant", "content": ""}),))
    steps: list[Step] = [*answered("one", "two")]
    async with journey(services([steps[0], role, *steps[1:]])) as trip:
        await trip.sends("go")
        await trip.idle()
        trip.chat.transcript.focus()
        await trip.pilot.press("v")
        await trip.until(lambda: trip.chat.panel.tab == "Events", "the tab")
        await trip.until(lambda: trip.chat.panel.events.event_number == 1, "the first event with text")


async def test_a_message_no_event_brought_says_so() -> None:
    async with journey(services(answered("one"))) as trip:
        await trip.sends("go")
        await trip.idle()
        trip.chat.transcript.focus()
        await trip.pilot.press("up", "v")
        await trip.until(lambda: "No event delivered this message" in toasts(trip.app), "the note")


async def test_an_event_without_text_says_so() -> None:
    async with journey(services(answered("one"))) as trip:
        await trip.sends("go")
        await trip.idle()
        await opens_events(trip)
        await trip.pilot.press("end", "enter")
        await trip.until(lambda: "Event 3 contains no text" in toasts(trip.app), "the note")


async def test_reasoning_tool_calls_and_other_choices_are_found_too() -> None:
    call: JsonObject = {"index": 0, "id": "c", "function": {"name": "rain", "arguments": '{"city"'}}
    rest: JsonObject = {"index": 0, "function": {"arguments": ':"Kyoto"}'}}
    steps: list[Step] = [
        Responded(200, {}, 0.1, plain=False),
        Received((event(0.2, {"reasoning": "Let me think."}),)),
        Received((event(0.3, {"content": "Asking."}), event(0.3, {"content": "Other."}, index=1))),
        Received((event(0.4, {"tool_calls": [call]}), event(0.5, {"tool_calls": [rest]}, "tool_calls"))),
        Received((event(0.6, {}, "stop", index=1), StreamEvent(0.9, "[DONE]"))),
        Closed(1.0),
    ]
    async with journey(services(steps)) as trip:
        await trip.sends("go")
        await trip.idle()
        await opens_events(trip)
        for number, expected in [(0, "Let me think."), (1, "Asking."), (4, '"Kyoto"'), (3, '"city"')]:
            trip.chat.panel.events.go_to_event(number)
            await trip.chat.tracing.show_text()
            assert marked_text(trip) == expected
            assert trip.chat.transcript.marked_place(trip.chat.transcript.cursor or "") is not None
            trip.chat.panel.events.action_move(99)
            await trip.chat.tracing.show_event()
            assert trip.chat.panel.events.event_number == number
        trip.chat.panel.events.go_to_event(2)
        await trip.chat.tracing.show_text()
        await trip.until(lambda: "choice 2" in toasts(trip.app), "the way to the other choice")


async def test_a_running_reply_can_be_traced() -> None:
    gate = Gate()
    async with journey(services([*answered("one ", "two ", finish=None), gate, *answered("x")[1:]])) as trip:
        await trip.sends("go")
        await trip.sees("two")
        await opens_events(trip)
        await trip.until(lambda: trip.chat.panel.events.stream.total == 2, "the events")
        await trip.pilot.press("g")
        await trip.until(lambda: trip.chat.transcript.found is not None, "the mark")
        assert marked_text(trip) == "two"
        gate.open()
        await trip.idle()


async def test_events_are_the_same_after_opening_the_session_again() -> None:
    store = MemoryStore()
    steps = answered("one ", "two")
    comment = Received((), (Comment(0.15, "ping"),))
    async with journey(services([steps[0], comment, *steps[1:]], store=store)) as trip:
        await trip.sends("go")
        await trip.idle()
        await opens_events(trip)
        await trip.until(lambda: trip.chat.panel.events.stream.total == 5, "the events")
        before = list(trip.chat.panel.events.stream.arrivals.items)
        path = trip.bench.path
    assert path is not None
    again = services(store=store)
    async with journey(again, bench=open_workbench(again, path, first_settings(again, "local", ""))) as trip:
        await opens_events(trip)
        await trip.until(lambda: trip.chat.panel.events.stream.total == 5, "the events")
        assert trip.chat.panel.events.stream.arrivals.items == before
        await trip.pilot.press("home", "down", "down", "g")
        await trip.until(lambda: trip.chat.transcript.found is not None, "the mark")
        assert marked_text(trip) == "two"


async def test_on_a_narrow_screen_the_panel_makes_room_for_the_text() -> None:
    async with journey(services(answered("one ", "two")), size=(80, 24)) as trip:
        await trip.sends("go")
        await trip.idle()
        await opens_events(trip)
        await trip.pilot.press("home", "g")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the focus on the transcript")
        assert not trip.chat.panel_place.display
        assert marked_text(trip) == "one"


async def test_events_are_saved_under_a_name_and_never_over_a_file_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with journey(services(answered("one ", "two"))) as trip:
        await trip.sends("go")
        await trip.idle()
        await opens_events(trip)
        await trip.pilot.press("s")
        await trip.sees("Save 4 events: .sse")
        await trip.pilot.press("enter")
        await trip.until(lambda: "Saved to" in toasts(trip.app), "the file")
        (saved,) = files(tmp_path)
        assert saved.suffix == ".sse"
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600
        assert saved.read_text().count("data: ") == 4
        await trip.pilot.press("s")
        await trip.sees("Save 4 events: .sse")
        saved.write_text("mine")
        await trip.pilot.press("enter")
        await trip.sees("This file already exists")
        await trip.pilot.press("enter")
        await trip.sees("Save 4 events: .sse")
        await trip.pilot.press("ctrl+u")
        await trip.types("x.jsonl")
        await trip.pilot.press("enter")
        await trip.until((tmp_path / "x.jsonl").exists, "the other file")
        assert saved.read_text() == "mine"
        lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
        assert [line["event"] for line in lines] == ["message"] * 4
        assert lines[-1]["data"] == "[DONE]"


async def test_the_legend_names_the_users_own_keys() -> None:
    async with journey(services(answered("one"), keys={"events.raw": "w"})) as trip:
        await trip.sends("go")
        await trip.idle()
        await opens_events(trip)
        await trip.sees("w raw")
        await trip.pilot.press("w")
        await trip.until(lambda: trip.chat.panel.events.list.raw, "the raw side")


async def test_a_name_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with journey(services(answered("one"))) as trip:
        trip.chat.event_saving.ask()
        await trip.until(lambda: "no events to save" in toasts(trip.app), "the note")
        await trip.sends("go")
        await trip.idle()
        trip.chat.event_saving.ask()
        await trip.sees("Save 3 events")
        await trip.pilot.press("ctrl+u")
        await trip.types("no/such/x")
        await trip.pilot.press("enter")
        await trip.until(lambda: "does not exist" in toasts(trip.app), "the problem")


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def marked_text(trip: Journey) -> str:
    """The text that is marked in the transcript."""
    found = trip.chat.transcript.found
    assert found is not None
    view = trip.chat.transcript.view_of(found[0])
    assert view is not None
    rows = [row.text for row in view.rows()]
    return "".join(rows[part.row][part.start : part.end] for part in found[1]).strip()
