"""End-to-end tests of creating, opening, naming and reopening sessions."""

from __future__ import annotations

from chat_tui.engine.opening import first_settings, open_workbench
from tests.support.engine_doubles import answered
from tests.support.fakes import Gate, MemoryStore, services
from tests.support.journeys import journey, toasts


async def test_quit_and_open_brings_all_back() -> None:
    store = MemoryStore()
    given = services(answered("an **answer**"), store=store)
    async with journey(given) as trip:
        await trip.command("/system Be brief.")
        await trip.command("/set seed 7")
        await trip.sends("a question")
        await trip.idle()
        await trip.command("/name the one")
        before, path = trip.bench.settings, trip.bench.path
        await trip.pilot.press("ctrl+q")
    assert path is not None
    again = services(store=store)
    async with journey(again, bench=open_workbench(again, path, first_settings(again, "local", ""))) as trip:
        await trip.sees("a question")
        await trip.sees("an answer")
        await trip.sees("Be brief.")
        await trip.sees("the one")
        assert trip.bench.settings == before


async def test_the_list_of_sessions_filters_and_opens() -> None:
    given = services(answered("alpha reply"), answered("beta reply"))
    async with journey(given) as trip:
        await trip.sends("a")
        await trip.idle()
        await trip.command("/name alpha")
        await trip.pilot.press("ctrl+n")
        await trip.until(lambda: not trip.bench.exchanges, "a new session")
        await trip.sends("b")
        await trip.idle()
        await trip.command("/name beta")
        await trip.pilot.press("ctrl+o")
        await trip.sees("Sessions")
        await trip.sees("alpha")
        await trip.types("alp")
        await trip.pilot.press("enter")
        await trip.sees("alpha reply")
        assert trip.bench.title == "alpha"


async def test_a_new_session_keeps_model_and_system_and_nothing_set() -> None:
    async with journey(services()) as trip:
        await trip.command("/system Be brief.")
        await trip.command("/set seed 7")
        await trip.sends("x")
        await trip.idle()
        await trip.pilot.press("ctrl+n")
        await trip.until(lambda: not trip.bench.exchanges, "a new session")
        assert trip.bench.settings.system == "Be brief."
        assert "seed" not in trip.bench.settings.parameters
        assert trip.bench.settings.model == "small"


async def test_leaving_a_running_reply_for_a_new_session_saves_it_there() -> None:
    store = MemoryStore()
    given = services([*answered("partial", finish=None), Gate()], answered("other"), store=store)
    async with journey(given) as trip:
        await trip.sends("go")
        await trip.sees("partial")
        first = trip.bench
        await trip.pilot.press("ctrl+n")
        await trip.until(lambda: trip.bench is not first and not first.running, "the new session")
        await trip.sends("next")
        await trip.sees("other")
        assert "partial" not in trip.text
        assert first.path is not None
        assert store.journals[first.path].records[-1]["outcome"] == "stopped"


async def test_a_session_that_cannot_be_opened_leaves_everything_as_it_is() -> None:
    async with journey(services()) as trip:
        await trip.sends("x")
        await trip.idle()
        before = trip.bench
        await trip.command("/open nowhere")
        await trip.until(lambda: "nowhere" in toasts(trip.app), "the problem")
        assert trip.bench is before
        assert trip.chat.composer.text == "/open nowhere"
        await trip.sees("ok")


async def test_naming_with_the_key() -> None:
    async with journey(services()) as trip:
        await trip.pilot.press("ctrl+s")
        await trip.sees("Name of this session")
        await trip.types("rain")
        await trip.pilot.press("enter")
        await trip.sees("rain")
        assert trip.bench.title == "rain"


async def test_a_disk_that_fails_is_told_in_the_header() -> None:
    store = MemoryStore()
    async with journey(services(store=store)) as trip:
        assert trip.bench.path is not None
        store.journals[trip.bench.path].problem = "No space left on device"
        await trip.sends("x")
        await trip.idle()
        await trip.sees("not saved: No space left on device")


async def test_each_session_keeps_its_draft() -> None:
    store = MemoryStore()
    given = services(answered("alpha reply"), store=store)
    async with journey(given) as trip:
        await trip.sends("a")
        await trip.idle()
        path = trip.bench.path
        await trip.types("for the first")
        await trip.pilot.press("ctrl+n")
        await trip.until(lambda: not trip.bench.exchanges, "a new session")
        await trip.until(lambda: trip.chat.composer.text == "", "an empty composer")
        await trip.types("for a new one")
        assert path is not None
        await trip.chat.opening.open(path)
        await trip.until(lambda: trip.chat.composer.text == "for the first", "the draft of the first session")
        await trip.sends(", and more")
        await trip.idle()
        await trip.pilot.press("ctrl+n")
        await trip.until(lambda: trip.chat.composer.text == "for a new one", "the draft of the new session")
        await trip.chat.opening.open(path)
        await trip.until(lambda: trip.bench.path == path and trip.chat.composer.text == "", "no draft: it was sent")
    again = services(store=store)
    again.draft.save("came back", path)
    async with journey(again, bench=open_workbench(again, path, first_settings(again, "local", ""))) as trip:
        await trip.until(lambda: trip.chat.composer.text == "came back", "the draft of the last run")
