"""The Events tab: rows, plot, detail, filter, keys."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.literal import visible
from chat_tui.ui.panel.events.tab import EventsTab
from tests.support.waiting import wait_until


def content(at_s: float, text: str) -> StreamEvent:
    return StreamEvent(at_s, json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}))


def many(count: int, step_s: float = 0.01) -> list[StreamEvent]:
    return [content(0.5 + number * step_s, f"w{number} ") for number in range(count)]


class EventsApp(App[None]):
    CSS = "EventsTab { width: 46; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.tab = EventsTab()
        self.copied = ""

    def compose(self) -> ComposeResult:
        yield self.tab

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text

    def lines(self, part: str = "") -> list[str]:
        """What stands in the tab, or in one of its views."""
        strips = [strip.text for strip in self.screen._compositor.render_strips()]
        if not part:
            return strips
        region = self.tab.query_one(part, Widget).region
        return [strips[y][region.x : region.right] for y in range(region.y, region.bottom)]

    def rows(self) -> list[list[str]]:
        """The list's rows, as words."""
        return [words for line in self.lines("EventList")[1:] if (words := line.split())]


async def shown(
    pilot: Pilot[None], app: EventsApp, events: Sequence[StreamEvent], comments: Sequence[Comment] = (), key: str = ""
) -> None:
    app.tab.show(events, comments, key)
    app.tab.focus()
    await pilot.pause()


async def test_events_and_comments_stand_in_order_of_arrival() -> None:
    app = EventsApp()
    async with app.run_test(size=(60, 30)) as pilot:
        await pilot.pause()
        assert "No events yet." in app.lines("EventList")[0]
        arrived = [content(0.5, "[/x]\x1b"), StreamEvent(0.75, "[DONE]", "end"), StreamEvent(1.5, "{")]
        await shown(pilot, app, arrived, [Comment(0.6, "PROCESSING [/x]")])
        assert app.rows() == [
            ["1", "0.500", "+0.500", str(len(arrived[0].data)), "“[/x]␛”"],
            ["·", "0.600", "+0.100", "15", ":", "PROCESSING", "[/…"],
            ["2", "0.750", "+0.150", "6", "end", "end", "of", "the…"],
            ["3", "1.500", "+0.750", "1", "bad", "{"],
        ]
        assert "3 events · 1 comment" in app.lines()[0]
        assert all(visible(line) == line for line in app.lines())


async def test_the_detail_has_a_raw_and_a_parsed_side() -> None:
    app = EventsApp()
    async with app.run_test(size=(60, 40)) as pilot:
        events = [content(0.5, "Hello"), content(0.6, " world")]
        await shown(pilot, app, events)
        assert "event 2 · 0.600 s" in app.lines("DetailTitle")[0]
        detail = "\n".join(app.lines("EventDetail"))
        assert "content +6 characters  “ world”" in detail
        assert '"choices": [' in detail
        await pilot.press("up", "r")
        await pilot.pause()
        assert "event 1 · 0.500 s" in app.lines("DetailTitle")[0]
        assert "".join(line.strip() for line in app.lines("EventDetail")) == events[0].data
        assert app.rows()[0][4].startswith('{"choi')
        await pilot.press("y")
        assert app.copied == events[0].data
        await pilot.press("r")
        await pilot.pause()
        assert "content +5 characters" in "\n".join(app.lines("EventDetail"))


async def test_the_list_follows_its_end_until_one_looks_back() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 24)) as pilot:
        events = many(100)
        await shown(pilot, app, events[:50])
        assert app.rows()[-1][0] == "50"
        app.tab.show(events[:60], ())
        await pilot.pause()
        assert app.rows()[-1][0] == "60"
        await pilot.press("home")
        app.tab.show(events, ())
        await pilot.pause()
        assert app.rows()[0][0] == "1"
        assert "100 events" in app.lines()[0]
        await pilot.press("end")
        await pilot.pause()
        assert app.rows()[-1][0] == "100"
        app.tab.show(many(120), ())
        await pilot.pause()
        assert app.rows()[-1][0] == "120"


async def test_scrolling_back_with_the_wheel_stops_following_and_the_end_resumes_it() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 24)) as pilot:
        events = many(200)
        await shown(pilot, app, events[:100])
        app.tab.list.scroll_to(y=10, animate=False)
        app.tab.show(events[:150], ())
        await pilot.pause()
        assert app.rows()[0][0] == "11"
        app.tab.list.scroll_to(y=app.tab.list.max_scroll_y, animate=False)
        app.tab.show(events, ())
        await pilot.pause()
        assert app.rows()[-1][0] == "200"


async def test_another_exchange_begins_anew() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 24)) as pilot:
        await shown(pilot, app, many(100), key="a")
        await pilot.press("home")
        await shown(pilot, app, [content(0.1, "other")] * 120, key="b")
        assert app.rows()[-1][0] == "120"
        assert "“other”" in app.rows()[-1]
        await shown(pilot, app, [], key="")
        assert "No events yet." in app.lines("EventList")[0]
        assert not app.lines("EventDetail")[0].strip()


async def test_a_filter_is_typed_counted_and_taken_away() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 30)) as pilot:
        events = [*many(99), StreamEvent(9.0, '{"usage":{"prompt_tokens":1,"completion_tokens":2}}')]
        await shown(pilot, app, events, [Comment(0.1, "ping")])
        await pilot.press("slash", *"kind:usage")
        await wait_until(pilot, lambda: "1 of 101" in app.lines()[0], what="the count")
        assert len(app.rows()) == 1
        assert app.rows()[0][0] == "100"
        await pilot.press("enter")
        assert "kind:usage" in app.lines()[0]
        await pilot.press("escape")
        await wait_until(pilot, lambda: "100 events" in app.lines()[0], what="all of them")
        await pilot.press("slash", *"w42")
        await wait_until(pilot, lambda: "1 of 101" in app.lines()[0], what="the one")
        app.tab.show([*events, content(9.5, "w42 again")], [Comment(0.1, "ping")])
        await wait_until(pilot, lambda: "2 of 102" in app.lines()[0], what="the one that came")
        await pilot.press("ctrl+u", *"nothing")
        await wait_until(pilot, lambda: "No events match" in app.lines("EventList")[0], what="the words")
        await pilot.press("escape")
        await wait_until(pilot, lambda: "101 events" in app.lines()[0], what="all of them again")


async def test_fast_keys_into_the_filter_keep_their_order() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 30)) as pilot:
        await shown(pilot, app, many(60))
        for key in ("slash", "w", "5", "9", "enter", "r", "slash", "backspace"):
            app.simulate_key(key)
        await wait_until(pilot, lambda: app.tab.stream.filter_text == "w5", what="the filter")
        assert app.tab.list.raw


async def test_the_cursor_keeps_its_event_through_a_filter() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 30)) as pilot:
        await shown(pilot, app, many(300))
        await pilot.press("home", "down", "down", "slash", *"w250")
        await wait_until(pilot, lambda: app.tab.event_number == 250, what="the only one")
        await pilot.press("x")
        await wait_until(pilot, lambda: "No events match" in app.lines("EventList")[0], what="no one")
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.tab.event_number == 2, what="the one it was on")
        assert app.rows()[0][0] == "1"


async def test_a_long_filter_works_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat_tui.ui.panel.events.tab._SLICE_S", 0.0)
    app = EventsApp()
    async with app.run_test(size=(50, 30)) as pilot:
        await shown(pilot, app, many(2000))
        app.tab.set_filter("kind:content w1999")
        assert not app.tab.stream.rows
        await wait_until(pilot, lambda: "1 of 2,000" in app.lines()[0], what="the end of filtering")


async def test_the_plot_shows_the_gaps_and_leads_to_them() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 40)) as pilot:
        events = many(300, 0.001)
        late = [
            StreamEvent(event.at_s + (2.0 if number >= 200 else 0.0), event.data) for number, event in enumerate(events)
        ]
        await shown(pilot, app, late)
        figures = app.lines()[1]
        assert "p50 1.0 ms" in figures
        assert "max 2.00 s" in figures
        plot = app.lines("EventsHead")[2:]
        assert len(plot) == 3
        tall = plot[0].index("█")
        await pilot.press("x")
        assert app.tab.event_number == 200
        await pilot.press("home")
        assert app.tab.event_number == 0
        await pilot.click("EventsHead", offset=(tall, 3))
        await wait_until(pilot, lambda: app.tab.event_number == 200, what="the click")
        await pilot.press("left")
        number = app.tab.event_number
        assert number is not None
        assert number < 200
        await pilot.press("right")
        assert app.tab.event_number == 200


async def test_a_place_beyond_the_filter_is_still_reached() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 30)) as pilot:
        await shown(pilot, app, many(500))
        app.tab.set_filter("w4")
        app.tab.go_to_event(4)
        assert app.tab.stream.filter_text == "w4"
        assert app.tab.event_number == 4
        app.tab.go_to_event(250)
        await pilot.pause()
        assert not app.tab.stream.filter_text
        assert app.tab.event_number == 250
        assert "251" in [row[0] for row in app.rows()]


@pytest.mark.parametrize("size", [(46, 39), (50, 21), (46, 14), (36, 10), (24, 5)])
async def test_it_fits_any_size(size: tuple[int, int]) -> None:
    app = EventsApp()
    async with app.run_test(size=size) as pilot:
        app.tab.styles.width = size[0]
        await shown(pilot, app, [*many(300), StreamEvent(9.0, "日本語" * 60, "error")], [Comment(0.1, "ping")])
        await pilot.pause()
        assert app.rows()[-1][0] in ("301", "error", "bad")
        await pilot.press("home")
        await pilot.pause()
        assert app.rows()[0][0] == "·"


async def test_a_click_puts_the_cursor_on_a_row() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 30)) as pilot:
        await shown(pilot, app, many(5))
        await pilot.click("EventList", offset=(5, 3))
        await wait_until(pilot, lambda: app.tab.event_number == 2, what="the third event")


async def test_a_huge_event_is_shown_in_part() -> None:
    app = EventsApp()
    async with app.run_test(size=(50, 40)) as pilot:
        await shown(pilot, app, [content(1.0, "x" * 3_000_000)])
        await pilot.pause()
        detail = "\n".join(app.lines("EventDetail"))
        assert "content +3,000,000 characters" in detail
        await pilot.press("y")
        assert len(app.copied) > 3_000_000
