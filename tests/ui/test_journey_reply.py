"""End-to-end tests of the facts about a reply, reusing its settings, and its tokens."""

from __future__ import annotations

from collections.abc import Sequence

from chat_tui.domain.events import Closed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.screens.tokens import TokensScreen
from tests.support.engine_doubles import answered, event
from tests.support.fakes import Gate, MemoryStore, services
from tests.support.journeys import Journey, journey, toasts


async def on_the_tab(trip: Journey) -> None:
    """The Reply tab in view."""
    await trip.pilot.press("f4", "f4")
    await trip.until(lambda: trip.chat.panel.tab == "Reply", "the tab")


def named(reply_id: str, text: str) -> list[Step]:
    """A reply with an id of its own."""
    chunk = StreamEvent(0.2, dump_json({"id": reply_id, "choices": [{"index": 0, "delta": {"content": text}}]}))
    headers = {"x-ratelimit-remaining-tokens": "29000", "via": "1.1 x"}
    return [
        Responded(200, headers, 0.1, plain=False),
        Received((chunk,)),
        Received((event(0.3, {}, "stop"),)),
        Closed(1),
    ]


async def test_the_tab_follows_the_message_under_the_cursor() -> None:
    async with journey(services(named("gen-1", "first"), named("gen-2", "second"))) as trip:
        for text in ("one", "two"):
            await trip.sends(text)
            await trip.idle()
        await on_the_tab(trip)
        await trip.sees("gen-2")
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the transcript")
        await trip.pilot.press("up", "up")
        await trip.sees("gen-1")
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.cursor == trip.bench.conversation.path()[0].id, "the first")
        await trip.sees("gen-1")
        await trip.pilot.press("down", "down")
        await trip.sees("gen-2")


async def test_a_running_reply_is_shown_while_the_end_is_followed_and_left_alone_when_one_looks_back() -> None:
    gate = Gate()
    running: Sequence[Step | Gate] = [*named("gen-2", "sec")[:2], gate, *named("gen-2", "ond")[1:]]
    async with journey(services(named("gen-1", "first"), running)) as trip:
        await trip.sends("one")
        await trip.idle()
        await on_the_tab(trip)
        await trip.sends("two")
        await trip.sees("running")
        await trip.sees("gen-2")
        trip.chat.transcript.focus()
        await trip.pilot.press("home")
        await trip.sees("gen-1")
        gate.open()
        await trip.idle()
        await trip.pilot.pause()
        assert "gen-1" in trip.text
        await trip.pilot.press("end")
        await trip.sees("gen-2")


async def test_the_settings_of_a_reply_are_used_again_in_one_change() -> None:
    async with journey(services()) as trip:
        await trip.command("/set temperature 0.7")
        await trip.command("/system Be brief")
        await trip.sends("one")
        await trip.idle()
        then = trip.bench.settings
        await trip.command("/unset temperature")
        await trip.command("/set seed 3")
        await trip.command("/model other")
        await trip.sends("two")
        await trip.idle()
        await on_the_tab(trip)
        await trip.sees("Changed since the previous turn")
        await trip.sees("0.7 → unset")
        trip.chat.transcript.focus()
        await trip.pilot.press("home", "down")
        await trip.until(lambda: trip.chat.transcript.cursor == trip.bench.conversation.path()[0].id, "the message")
        trip.chat.panel.focus_view()
        await trip.pilot.press("u")
        await trip.until(lambda: trip.bench.settings == then, "the settings")
        assert "Restored from that reply" in toasts(trip.app)
        await trip.pilot.press("u")
        await trip.until(lambda: "settings are already in use" in toasts(trip.app), "the note")


async def test_settings_of_a_saved_reply_are_used_again() -> None:
    store = MemoryStore()
    given = services(store=store)
    async with journey(given) as trip:
        await trip.command("/set seed 3")
        await trip.sends("one")
        await trip.idle()
        assert trip.bench.path is not None
        bench = Workbench(given, trip.bench.settings.unset_all(), store.create(), store.load(trip.bench.path))
    async with journey(given, bench=bench) as trip:
        await on_the_tab(trip)
        trip.chat.panel.focus_view()
        await trip.pilot.press("u")
        await trip.until(lambda: trip.bench.settings.parameters.get("seed") == 3, "the seed")


async def test_all_headers_are_shown_on_demand_and_the_page_is_copied() -> None:
    async with journey(services(named("gen-1", "first"))) as trip:
        await trip.sends("one")
        await trip.idle()
        await on_the_tab(trip)
        await trip.sees("29000 left")
        assert "1.1 x" not in trip.text
        trip.chat.panel.focus_view()
        await trip.pilot.press("H", "end")
        await trip.sees("1.1 x")
        await trip.pilot.press("y")
        await trip.until(lambda: "gen-1" in trip.app.clipboard, "the copy")


async def test_the_panel_over_a_small_terminal_shows_the_page() -> None:
    async with journey(services(named("gen-1", "first")), size=(80, 24)) as trip:
        await trip.sends("one")
        await trip.idle()
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the transcript")
        await trip.pilot.press("i")
        await trip.sees("gen-1")
        await trip.sees("u reuse settings")


async def test_tokens_with_their_probabilities_or_how_to_get_them() -> None:
    top: list[Json] = [{"token": "Hi", "logprob": -2.0}, {"token": "\x1b[red]", "logprob": -0.2}]
    logprobs: JsonObject = {"content": [{"token": "Hi", "logprob": -2.0, "top_logprobs": top}]}
    choice: JsonObject = {"index": 0, "delta": {"content": "Hi"}, "logprobs": logprobs}
    chunk = StreamEvent(0.2, dump_json({"choices": [choice]}))
    script: list[Step] = [Responded(200, {}, 0.1, plain=False), Received((chunk,)), *answered("")[1:]]
    async with journey(services(answered("plain"), script)) as trip:
        await trip.sends("one")
        await trip.idle()
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the transcript")
        await trip.pilot.press("t")
        await trip.until(lambda: "Set logprobs and top_logprobs" in toasts(trip.app), "the hint")
        await trip.pilot.press("escape")
        await trip.sends("two")
        await trip.idle()
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the transcript")
        await trip.pilot.press("t")
        await trip.until(lambda: isinstance(trip.app.screen, TokensScreen), "the tokens")
        await trip.sees("1 token · 1 uncertain")
        await trip.sees('"Hi"')
        await trip.sees("13.5 %")
        await trip.sees('"\\u001b[red]" 81.9 %')
        await trip.pilot.press("n", "down", "pageup", "escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")


async def test_every_alternative_of_the_token_under_the_cursor_is_shown_on_a_narrow_screen() -> None:
    tops: list[list[Json]] = [[{"token": f"{word}{n}", "logprob": -2.0 - n} for n in range(20)] for word in ("a", "b")]
    logprobs: JsonObject = {"content": [{"token": "Hi", "logprob": -0.2, "top_logprobs": top} for top in tops]}
    choice: JsonObject = {"index": 0, "delta": {"content": "HiHi"}, "logprobs": logprobs}
    chunk = StreamEvent(0.2, dump_json({"choices": [choice]}))
    script: list[Step] = [Responded(200, {}, 0.1, plain=False), Received((chunk,)), *answered("")[1:]]
    async with journey(services(script), size=(80, 24)) as trip:
        await trip.sends("one")
        await trip.idle()
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the transcript")
        await trip.pilot.press("t")
        await trip.sees('"a19" < 0.1 %')
        await trip.pilot.press("down")
        await trip.sees('"b19" < 0.1 %')
