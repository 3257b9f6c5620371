"""End-to-end tests: a message's links are listed, shown in full, and opened only after another key."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from chat_tui.domain.json_values import JsonObject
from chat_tui.ui.screens.link import LinkScreen
from chat_tui.ui.screens.picker import Picker
from tests.support.engine_doubles import answered
from tests.support.fakes import services, workbench
from tests.support.journeys import Journey, journey, toasts

TEXT = "See [the docs](https://example.org/docs?q=1), https://b.example/x. And [this](javascript:alert(1))."


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was given to the browser."""
    found: list[str] = []

    def remember(address: str, environment: Mapping[str, str], *, secret: Collection[str] = ()) -> None:
        assert environment is not None
        assert secret is not None
        found.append(address)

    monkeypatch.setattr("chat_tui.ui.browser.open_address", remember)
    return found


async def lists_links(trip: Journey) -> None:
    """On the last message, with the key."""
    await trip.pilot.press("up")
    await trip.until(lambda: trip.chat.transcript.has_focus, "the focus in the transcript")
    await trip.pilot.press("o")
    await trip.until(lambda: isinstance(trip.app.screen, Picker), "the list")


async def chooses(trip: Journey, *keys: str) -> None:
    """A link of the list; wait for it to be shown whole."""
    await trip.pilot.press(*keys, "enter")
    await trip.until(lambda: isinstance(trip.app.screen, LinkScreen), "the link")


async def test_a_link_is_opened_after_it_was_seen_whole(opened: list[str]) -> None:
    async with journey(services(answered(TEXT))) as trip:
        await trip.sends("hi")
        await trip.idle()
        await trip.sees("(https://example.org/docs?q=1)")
        await lists_links(trip)
        await trip.sees("1  https://example.org/docs?q=1  the docs")
        await trip.sees("2  https://b.example/x")
        await trip.sees("not opened: only http and https")
        await chooses(trip, "down")
        await trip.sees("Opens b.example")
        assert opened == []
        await trip.pilot.press("enter")
        await trip.until(lambda: opened == ["https://b.example/x"], "the browser")
        await trip.until(lambda: "Passed to the browser" in toasts(trip.app), "a word of it")


async def test_a_link_with_another_scheme_is_shown_and_never_opened(opened: list[str]) -> None:
    async with journey(services(answered(TEXT))) as trip:
        await trip.sends("hi")
        await trip.idle()
        await lists_links(trip)
        await chooses(trip, "down", "down")
        await trip.sees("javascript:alert(1)")
        await trip.sees("Not opened: only http and https links are opened.")
        await trip.pilot.press("enter")
        await trip.pilot.pause()
        assert isinstance(trip.app.screen, LinkScreen)
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        assert opened == []


async def test_a_link_that_hides_something_is_shown_with_marks_and_wrapped_whole(opened: list[str]) -> None:
    target = "https://good.example@evil.example/" + "x" * 300 + "end"
    async with journey(services(answered(f"<{target}> and https://a.example/\u202etxt")), size=(80, 24)) as trip:
        await trip.sends("hi")
        await trip.idle()
        await lists_links(trip)
        await chooses(trip)
        await trip.sees("good.example@evil.example")
        await trip.sees("xend")
        await trip.sees("has a user name before the host")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        await trip.pilot.press("o")
        await trip.until(lambda: isinstance(trip.app.screen, Picker), "the list")
        await chooses(trip, "down")
        await trip.sees("https://a.example/⟨U+202E⟩txt")
        await trip.pilot.press("enter", "escape")
        await trip.pilot.pause()
        assert opened == []


async def test_citations_stand_numbered_below_the_reply() -> None:
    note: JsonObject = {"type": "url_citation", "url_citation": {"url": "https://a.example/otters", "title": "Otters"}}
    given = services()
    bench = workbench(given)
    first = bench.put({"role": "user", "content": "hi"}, None)
    bench.put({"role": "assistant", "content": "Otters drift.", "annotations": [note]}, first.id)
    async with journey(given, bench=bench) as trip:
        await trip.sees("[1] Otters (https://a.example/otters)")
        await lists_links(trip)
        await trip.sees("[1] https://a.example/otters  Otters")


async def test_a_message_without_links_says_so() -> None:
    async with journey(services(answered("no links"))) as trip:
        await trip.sends("hi")
        await trip.idle()
        await trip.pilot.press("up", "o")
        await trip.until(lambda: "This message has no links" in toasts(trip.app), toasts(trip.app))


async def test_a_very_long_link_is_cut_in_the_list_and_whole_in_the_question(opened: list[str]) -> None:
    target = f"https://x.example/{'a' * 5000}/end"
    async with journey(services(answered(f"[long]({target}) https://b.example/x"))) as trip:
        await trip.sends("hi")
        await trip.idle()
        await lists_links(trip)
        await trip.sees("… (5,022")
        await trip.sees("https://b.example/x")
        await chooses(trip)
        await trip.sees("Opens x.example")
        await trip.pilot.press(*["pagedown"] * 40)
        await trip.sees("aaa/end")
        assert opened == []
