"""End-to-end tests of the first screen when no provider is ready."""

from __future__ import annotations

from pathlib import Path

from chat_tui.domain.problems import Problem
from chat_tui.engine.services import Options
from tests.support.fakes import THEMES, FakeLocal, services
from tests.support.journeys import Journey, journey


async def test_the_model_file_is_fetched_with_a_bar_and_then_one_can_type() -> None:
    local = FakeLocal(present=False)
    async with journey(services(local=local), first_run=True) as trip:
        await trip.sees("No model is available yet")
        await trip.pilot.press("1")
        await trip.sees("25 %  downloading")
        local.gate.open()
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        assert local.present
        await trip.sends("hi")
        await trip.sees("ok")


async def test_a_failed_fetch_says_what_to_do_and_can_be_tried_again() -> None:
    hint = "Run: chat-tui local fetch"
    local = FakeLocal(present=False, failure=Problem(kind="local", what="No network [/x]", hint=hint))
    local.gate.open()
    async with journey(services(local=local), first_run=True) as trip:
        await trip.pilot.press("1")
        await trip.sees("No network [/x]")
        local.failure = None
        await trip.pilot.press("1")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")


async def test_a_missing_runtime_says_the_command_and_offers_no_download() -> None:
    async with journey(services(local=FakeLocal(present=False, runtime=False)), first_run=True) as trip:
        await trip.sees("chat-tui[local]")
        await trip.pilot.press("1")
        await trip.pilot.pause()
        assert "downloading" not in trip.text


async def fill(trip: Journey, *lines: str) -> None:
    """Enter the lines of the provider's form."""
    await trip.pilot.press("2")
    await trip.sees("Temporary provider for this run")
    for line in lines:
        await trip.types(line)
        await trip.pilot.press("enter")


async def test_a_provider_is_entered_for_this_run_and_the_lines_to_keep_it_are_shown() -> None:
    given = services(
        local=FakeLocal(present=False), options=Options(theme_dirs=(THEMES,), config_file=Path("/home/me/config.toml"))
    )
    async with journey(given, first_run=True) as trip:
        await fill(trip, "https://api.example.com/v1", "EXAMPLE_API_KEY", "big-one")
        await trip.sees("[providers.mine]")
        await trip.sees('api_key_env = "EXAMPLE_API_KEY"')
        await trip.sees("/home/me/config.toml")
        await trip.pilot.press("escape")
        await trip.sees("mine ▸ big-one")
        await trip.sends("hi")
        await trip.idle()
        assert trip.bodies[0]["messages"] == [{"role": "user", "content": "hi"}]
        assert trip.bodies[0]["model"] == "big-one"


async def test_a_key_typed_in_place_of_its_variable_is_refused() -> None:
    async with journey(services(local=FakeLocal(present=False)), first_run=True) as trip:
        await fill(trip, "https://api.example.com/v1", "sk-123", "m")
        await trip.sees("must be a variable name")


async def test_an_address_that_is_none_is_refused() -> None:
    async with journey(services(local=FakeLocal(present=False)), first_run=True) as trip:
        await fill(trip, "example", "", "m")
        await trip.sees("'example' is not a base URL")


async def test_quit_from_the_first_screen() -> None:
    async with journey(services(local=FakeLocal(present=False)), first_run=True) as trip:
        await trip.pilot.press("3")
        await trip.until(lambda: not trip.app.is_running, "the end")
        assert trip.app.return_code == 0
