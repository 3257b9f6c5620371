"""End-to-end tests: parameters set in the panel and by slash commands reach the next request, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat_tui.domain.json_values import UNSET, value_at
from chat_tui.domain.settings import OWN_USAGE
from tests.support.fakes import services, workbench
from tests.support.journeys import journey, toasts


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_knob_turned_with_the_keys_is_in_the_next_request_and_only_then(size: tuple[int, int]) -> None:
    async with journey(services(), size=size) as trip:
        await trip.sends("before")
        await trip.idle()
        await trip.pilot.press("f2")
        await trip.until(lambda: trip.chat.panel.parameters.has_focus, "the focus in the panel")
        assert trip.chat.panel.parameters.put_cursor_on("temperature")
        await trip.pilot.press("right")
        await trip.until(lambda: "temperature" in trip.bench.settings.parameters, "the knob turned")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.chat.composer.has_focus, "the focus in the composer")
        await trip.sends("with")
        await trip.idle()
        await trip.pilot.press("f2")
        await trip.until(lambda: trip.chat.panel.parameters.has_focus, "the focus in the panel")
        await trip.pilot.press("delete")
        await trip.until(lambda: "temperature" not in trip.bench.settings.parameters, "the knob unset")
        await trip.pilot.press("escape")
        await trip.sends("without")
        await trip.idle()
        assert ["temperature" in body for body in trip.bodies] == [False, True, False]
        assert {*trip.bodies[2]} == {*trip.bodies[0]}


async def test_slash_set_and_unset() -> None:
    async with journey(services()) as trip:
        await trip.sends("/set seed 7")
        await trip.until(lambda: trip.bench.settings.parameters.get("seed") == 7, "the value")
        assert trip.chat.composer.text == ""
        await trip.sends("x")
        await trip.idle()
        await trip.command("/unset seed")
        await trip.sends("y")
        await trip.idle()
        assert [body.get("seed") for body in trip.bodies] == [7, None]
        await trip.command("/unset all")
        await trip.until(lambda: trip.bench.settings.parameters == {}, "nothing set")


async def test_a_value_that_breaks_a_rule_keeps_the_command_in_the_composer() -> None:
    async with journey(services()) as trip:
        await trip.command("/set temperature warm")
        await trip.until(lambda: "temperature" in toasts(trip.app), "the rule")
        assert trip.chat.composer.text == "/set temperature warm"
        assert "temperature" not in trip.bench.settings.parameters


async def test_slash_set_reads_a_file(tmp_path: Path) -> None:
    file = tmp_path / "stop.json"
    file.write_text('["END"]', "utf-8")
    async with journey(services()) as trip:
        await trip.command(f"/set stop @{file}")
        await trip.until(lambda: trip.bench.settings.parameters.get("stop") == ["END"], "the value")
        await trip.command(f"/set stop @{tmp_path / 'missing.json'}")
        await trip.until(lambda: "missing.json" in toasts(trip.app), "the problem")


async def test_the_request_tab_shows_the_body_with_the_draft() -> None:
    async with journey(services(), size=(160, 45)) as trip:
        await trip.pilot.press("f4")
        await trip.types("draft words")
        await trip.sees('"draft words"')
        await trip.sees("POST ")
        assert not trip.bodies


async def test_reply_and_events_tabs_tell_of_the_last_exchange() -> None:
    async with journey(services(), size=(160, 45)) as trip:
        await trip.sends("go")
        await trip.idle()
        await trip.pilot.press("f4", "f4")
        await trip.sees("complete")
        await trip.pilot.press("f4")
        await trip.sees("[DONE]")
        await trip.pilot.press("f3")
        await trip.sees("complete")


async def test_a_command_that_is_not_there_is_told_and_kept() -> None:
    async with journey(services()) as trip:
        await trip.sends("/nonsense x")
        await trip.until(lambda: "/nonsense" in toasts(trip.app), "the note")
        assert trip.chat.composer.text == "/nonsense x"
        assert not trip.bodies


async def test_two_slashes_send_one() -> None:
    async with journey(services()) as trip:
        await trip.sends("//etc/hosts")
        await trip.idle()
        assert trip.bodies[0]["messages"] == [{"role": "user", "content": "/etc/hosts"}]


async def test_tab_completes_commands_names_and_values() -> None:
    async with journey(services()) as trip:
        await trip.types("/se")
        await trip.sees("NAME VALUE")
        await trip.pilot.press("tab")
        await trip.until(lambda: trip.chat.composer.text == "/set ", "the command")
        await trip.types("presence")
        await trip.pilot.press("tab")
        await trip.until(lambda: trip.chat.composer.text == "/set presence_penalty ", "the name")
        await trip.command("/provider ope")
        trip.chat.composer.put("/provider open")
        await trip.pilot.press("tab")
        await trip.until(lambda: trip.chat.composer.text == "/provider openai", "the first provider")
        await trip.pilot.press("tab")
        await trip.until(lambda: trip.chat.composer.text == "/provider openrouter", "the second provider")


async def test_a_provider_brings_its_own_defaults_and_the_list_of_models() -> None:
    given = services()
    async with journey(given, bench=workbench(given, provider="openai", model="m")) as trip:
        target = next(
            provider
            for provider in given.providers.values()
            if not provider.stream_usage and not provider.default_model
        )
        assert value_at(trip.bench.settings.parameters, OWN_USAGE) is True
        await trip.command(f"/provider {target.id}")
        await trip.sees(f"Models of {target.id}")
        await trip.pilot.press("down", "enter")
        await trip.until(lambda: trip.bench.settings.model == "two", "the second model")
        assert value_at(trip.bench.settings.parameters, OWN_USAGE) is UNSET
        await trip.sees(f"{target.id} ▸ two")


async def test_a_system_prompt_goes_first_and_is_shown() -> None:
    async with journey(services()) as trip:
        await trip.command("/system You answer in verse.")
        await trip.sees("You answer in verse.")
        await trip.sends("hi")
        await trip.idle()
        messages = trip.bodies[0]["messages"]
        assert isinstance(messages, list)
        assert messages[0] == {"role": "system", "content": "You answer in verse."}


async def test_help_of_a_parameter() -> None:
    async with journey(services()) as trip:
        await trip.command("/help top_p")
        await trip.sees("0 to 1")
        await trip.pilot.press("escape")
        await trip.pilot.press("f1")
        await trip.sees("In the composer")
