"""End-to-end tests of the request before it is sent: copied, compared, and imported."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from textual import events

from chat_tui.domain.calls import Endpoint
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.ui.screens.import_dialog import ImportDialog
from tests.support.fakes import services
from tests.support.journeys import Journey, journey, toasts

CURL = """curl https://openrouter.ai/api/v1/chat/completions -H 'Authorization: Bearer sk-canary-123456' \\
  -d '{"model": "vendor/m", "seed": 7, "messages": [{"role": "system", "content": "terse"},
       {"role": "user", "content": "[/x] hi"}]}'"""


async def on_the_tab(trip: Journey) -> None:
    """The Request tab in view, with the focus."""
    await trip.pilot.press("f4")
    await trip.until(lambda: trip.chat.panel.tab == "Request", "the tab")
    trip.chat.panel.focus_view()
    await trip.until(lambda: trip.chat.panel.request.has_focus, "the focus")


def copied(trip: Journey) -> str:
    return trip.app.clipboard


@pytest.mark.parametrize(
    ("key", "words"),
    [("y", '"content": "half said"'), ("c", "curl -sS"), ("p", "from openai import OpenAI"), ("h", "import httpx")],
)
async def test_the_request_is_copied_as_what_the_key_says(key: str, words: str) -> None:
    async with journey(services()) as trip:
        await trip.types("half said")
        await on_the_tab(trip)
        await trip.sees("half said")
        await trip.pilot.press(key)
        await trip.until(lambda: words in copied(trip), "the copy")
        assert "to the terminal's clipboard" in toasts(trip.app)
        if key == "y":
            assert json.loads(copied(trip)) == trip.bench.body("half said")


async def test_the_last_turn_and_the_next_are_compared() -> None:
    async with journey(services()) as trip:
        await trip.sends("one")
        await trip.idle()
        await trip.command("/set temperature 0.5")
        await trip.types("two")
        await on_the_tab(trip)
        await trip.sees("3 changes since the last turn")
        await trip.sees("+messages[1–2]")
        assert '"model"' in trip.text
        await trip.pilot.press("d")
        await trip.sees("+ temperature  0.5")
        await trip.sees("+ messages[2]")
        assert '"model"' not in trip.text
        await trip.pilot.press("d")
        await trip.sees('"model"')


async def test_what_chat_tui_adds_is_marked_and_the_keys_are_named() -> None:
    async with journey(services()) as trip:
        await on_the_tab(trip)
        await trip.sees('"stream": true,  ← chat-tui')
        await trip.sees("c curl")
        trip.chat.composer.focus()
        await trip.command("/set stream true")
        await trip.until(lambda: '"stream": true,  ←' not in trip.text, "the mark to go")


async def test_headers_are_unfolded_and_a_missing_key_is_told() -> None:
    problem = Problem(kind="key", what="There is no key for Local", hint="Set LOCAL_KEY.")
    async with journey(services(refusal=ProblemError(problem))) as trip:
        await on_the_tab(trip)
        await trip.sees("▸ headers")
        await trip.pilot.press("H")
        await trip.sees("Content-Type: application/json")
        await trip.sees("There is no key for Local")
        await trip.pilot.press("space")
        await trip.sees("▸ headers")


async def test_a_key_that_is_long_in_coming_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    given = services()
    asked, released = threading.Event(), threading.Event()
    find = given.endpoints.endpoint

    def slow(provider: str) -> Endpoint:
        asked.set()
        assert released.wait(20)
        return find(provider)

    async with journey(given) as trip:
        await on_the_tab(trip)
        monkeypatch.setattr(given.endpoints, "endpoint", slow)
        try:
            await trip.pilot.press("H")
            await trip.until(asked.is_set, "the search for the key")
            await trip.sees("▾ headers")
            await trip.pilot.press("escape")
            await trip.types("typed meanwhile")
            await trip.sees("typed meanwhile")
        finally:
            released.set()


async def test_a_pasted_curl_command_becomes_a_session() -> None:
    async with journey(services()) as trip:
        await trip.sends("before")
        await trip.idle()
        before = trip.bench
        await on_the_tab(trip)
        trip.chat.panel.request.post_message(events.Paste(CURL))
        await trip.until(lambda: isinstance(trip.app.screen, ImportDialog), "the dialog")
        await trip.sees("openrouter.ai")
        await trip.pilot.press("ctrl+s")
        await trip.until(lambda: trip.bench is not before, "the new session")
        await trip.sees("[/x] hi")
        settings = trip.bench.settings
        assert (settings.provider, settings.model, settings.parameters) == ("openrouter", "vendor/m", {"seed": 7})
        assert settings.system == "terse"
        assert "Authorization" in toasts(trip.app)
        assert "sk-canary" not in trip.text + toasts(trip.app)


async def test_a_text_with_a_fault_stays_with_the_reason() -> None:
    async with journey(services()) as trip:
        before = trip.bench
        await on_the_tab(trip)
        await trip.pilot.press("v")
        await trip.until(lambda: isinstance(trip.app.screen, ImportDialog), "the dialog")
        await trip.types('{"model": "m",}')
        await trip.pilot.press("ctrl+s")
        await trip.sees("line 1, column 15")
        await trip.sees('{"model": "m",}')
        await trip.pilot.press("backspace", "backspace", "}", "ctrl+s")
        await trip.until(lambda: trip.bench is not before, "the new session")
        assert trip.bench.settings.model == "m"


async def test_leaving_the_dialog_changes_nothing() -> None:
    async with journey(services(), size=(80, 24)) as trip:
        before = trip.bench
        await trip.command("/import")
        await trip.until(lambda: isinstance(trip.app.screen, ImportDialog), "the dialog")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        assert trip.bench is before


async def test_a_file_is_imported(tmp_path: Path) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "from a file"}]}
    file = tmp_path / "request.json"
    file.write_text(json.dumps(body), "utf-8")
    async with journey(services()) as trip:
        await trip.command(f"/import {tmp_path / 'none.json'}")
        await trip.until(lambda: "Cannot read" in toasts(trip.app), "the problem")
        await trip.command(f"/import {file}")
        await trip.sees("from a file")
        assert not trip.chat.composer.text


async def test_a_curl_command_in_the_composer_is_recognised_and_taken_from_there() -> None:
    async with journey(services()) as trip:
        trip.chat.composer.post_message(events.Paste(CURL))
        await trip.until(lambda: "Import a request" in toasts(trip.app), "the offer")
        before = trip.bench
        await trip.pilot.press("ctrl+p")
        await trip.types("import a request")
        await trip.pilot.press("enter")
        await trip.until(lambda: isinstance(trip.app.screen, ImportDialog), "the dialog")
        await trip.pilot.press("ctrl+s")
        await trip.until(lambda: trip.bench is not before, "the new session")
        assert not trip.chat.composer.text


async def test_an_enormous_paste_is_taken_without_an_editor() -> None:
    async with journey(services()) as trip:
        await on_the_tab(trip)
        body = {"model": "m", "messages": [{"role": "user", "content": "long " * 60_000}]}
        before = trip.bench
        trip.chat.panel.request.post_message(events.Paste(json.dumps(body)))
        await trip.until(lambda: trip.bench is not before, "the new session")
        trip.chat.panel.request.post_message(events.Paste("x" * 300_000))
        await trip.until(lambda: bool(toasts(trip.app)), "the problem")


async def test_the_request_is_saved_in_the_form_of_the_files_name(tmp_path: Path) -> None:
    async with journey(services()) as trip:
        await trip.types("half said")
        await on_the_tab(trip)
        for name, words in (("a.json", '"model"'), ("b.sh", "curl"), ("c.py", "openai")):
            trip.chat.panel.focus_view()
            await trip.pilot.press("w")
            await trip.sees("Save the request")
            await trip.pilot.press("ctrl+u")
            await trip.types(f"{tmp_path / name}")
            await trip.pilot.press("enter")
            await trip.until(lambda name=name: (tmp_path / name).exists(), "the file")  # type: ignore[misc]
            assert words in (tmp_path / name).read_text("utf-8")
        assert json.loads((tmp_path / "a.json").read_text("utf-8")) == trip.bench.body("half said")
        await trip.pilot.press("w")
        await trip.sees("Save the request")
        await trip.pilot.press("ctrl+u")
        await trip.types(f"{tmp_path / 'a.json'}")
        await trip.pilot.press("enter")
        await trip.until(lambda: "already exists" in toasts(trip.app), "the refusal")
