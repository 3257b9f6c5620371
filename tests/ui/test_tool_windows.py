"""The windows of tools on the screen: what is told of each call is in view, at every size and in every theme."""

from __future__ import annotations

import pytest

from tests.support.fakes import THEMES
from tests.support.journeys import Journey, journey
from tests.support.rows_on_screen import least_contrast
from tests.ui.test_journey_tools import asked, call, calling, made

LONG_NAME = "search_everything_in_the_whole_wide_world_and_return_it_all_now"


def row_of(trip: Journey, words: str) -> str:
    return next((line for line in trip.text.splitlines() if words in line), "")


async def test_the_state_of_a_call_is_in_view_however_long_its_name() -> None:
    calls = calling(call('{"city":"Paris"}', name=LONG_NAME), call(index=1))
    async with journey(made(calls), size=(80, 24)) as trip:
        await asked(trip)
        await trip.until(lambda: "waiting" in row_of(trip, LONG_NAME[:20]), "the state beside the name")
        await trip.pilot.press("3")
        await trip.until(lambda: "result: canned, 28 bytes" in row_of(trip, LONG_NAME[:20]), "the result's size")


async def test_the_window_of_calls_uses_the_height_of_the_screen() -> None:
    calls = calling(*[call(f'{{"city":"Town {number}"}}', index=number) for number in range(16)])
    async with journey(made(calls), size=(120, 40)) as trip:
        await asked(trip)
        await trip.sees('get_weather {"city":"Town 15"}  waiting')
        await trip.pilot.resize_terminal(80, 24)
        await trip.sees("once 16 more calls have results.")
        await trip.sees('"city": "Town 0"')


async def test_long_arguments_hide_neither_what_is_wrong_nor_the_keys() -> None:
    arguments = '{"town": "' + "A very long name of a town. " * 40 + '", "list": [' + "1, " * 60 + "1]}"
    async with journey(made(calling(call(arguments))), size=(80, 24)) as trip:
        await asked(trip)
        await trip.sees("✗ The arguments do not match the tool's schema")
        await trip.sees("more lines")
        await trip.sees("The results can be sent once 1 more call has a result.")


async def test_the_tokens_to_send_include_those_of_the_calls() -> None:
    async with journey(made(calling(call('{"city": "' + "Paris " * 400 + '"}'))), size=(80, 24)) as trip:
        await trip.sends("Weather?")
        await trip.idle()
        assert "≈ 608 tok" in trip.chat.status.figures


async def test_the_title_of_the_result_editor_names_the_tool_as_far_as_there_is_room() -> None:
    async with journey(made(calling(call(name=LONG_NAME))), size=(60, 24)) as trip:
        await asked(trip)
        await trip.pilot.press("enter")
        await trip.sees(f"Result of {LONG_NAME[:20]}")


@pytest.mark.parametrize("theme", sorted(path.stem for path in THEMES.glob("*.toml")))
async def test_the_whole_line_under_the_cursor_can_be_read_in_each_theme(theme: str) -> None:
    async with journey(made(calling(call())), size=(80, 24)) as trip:
        await trip.command(f"/theme {theme}")
        await trip.until(lambda: trip.app.theme == theme, "the theme taken")
        await asked(trip)
        await trip.sees("waiting")
        assert least_contrast(trip.app, "get_weather {") >= 3.0
        await trip.pilot.press("escape", "f8")
        await trip.sees("Tells the weather")
        assert least_contrast(trip.app, "● get_weather") >= 3.0
