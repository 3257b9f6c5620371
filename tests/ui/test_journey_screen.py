"""End-to-end tests of screen sizes, panel, palette, themes, search, and custom keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.timer import Timer

from chat_tui.engine.services import Options
from chat_tui.ui.panel.rows import ParameterRow
from chat_tui.ui.screens.chat import ChatScreen
from chat_tui.ui.widgets.find_bar import FindBar
from tests.support.engine_doubles import answered
from tests.support.fakes import THEMES, services
from tests.support.journeys import journey, toasts
from tests.support.rows_on_screen import least_contrast


def ticks(timer: Timer) -> bool:
    """Whether a timer is not paused."""
    return timer._active.is_set()


@pytest.mark.parametrize("size", [(200, 50), (100, 30), (80, 24), (60, 20), (40, 10), (20, 5), (5, 2), (1, 1)])
async def test_every_size_works(size: tuple[int, int]) -> None:
    async with journey(services(answered("# Title\n\nsome words\n")), size=size) as trip:
        await trip.sends("go")
        await trip.idle()
        for key in ("f2", "f4", "f4", "f4", "escape", "f1", "escape", "ctrl+o", "escape", "ctrl+p", "escape", "/"):
            await trip.pilot.press(key)
            await trip.pilot.pause()
            assert trip.text is not None
        assert trip.app.is_running


async def test_resizing_keeps_everything() -> None:
    async with journey(services(answered("some words"))) as trip:
        await trip.sends("go")
        await trip.idle()
        for width, height in [(60, 20), (20, 5), (200, 50), (99, 24), (100, 24), (80, 24)]:
            await trip.pilot.resize_terminal(width, height)
            await trip.pilot.pause()
        await trip.sees("some words")


async def test_the_panel_lies_over_the_conversation_below_100_columns_and_beside_it_above() -> None:
    async with journey(services(), size=(80, 24)) as trip:
        assert not trip.chat.panel_place.display
        before = trip.chat.hint.region
        await trip.pilot.press("f2")
        await trip.sees("Parameters")
        assert trip.chat.panel.parameters.has_focus
        assert trip.chat.hint.region == before
        await trip.pilot.press("escape")
        await trip.until(lambda: not trip.chat.panel_place.display, "the panel gone")
        await trip.pilot.resize_terminal(120, 30)
        await trip.sees("Parameters")
        assert trip.chat.panel.region.x >= trip.chat.hint.region.right


@pytest.mark.parametrize("width", [30, 60, 80, 100, 150, 200])
async def test_the_panel_fills_its_place(width: int) -> None:
    async with journey(services(), size=(width, 30)) as trip:
        await trip.pilot.press("f2")
        await trip.until(lambda: trip.chat.panel.parameters.has_focus, "the panel in focus")
        assert trip.chat.panel.region == trip.chat.panel_place.content_region
        assert trip.chat.panel.region.right == width


async def test_the_palette_has_every_action_by_name() -> None:
    async with journey(services()) as trip:
        await trip.pilot.press("ctrl+p")
        await trip.types("theme")
        await trip.sees("Choose a theme")
        await trip.pilot.press("enter")
        await trip.sees("Themes")
        await trip.sees("harbour")


async def test_the_palette_runs_the_actions_of_the_events_tab_from_the_composer() -> None:
    async with journey(services(answered("one two"))) as trip:
        await trip.sends("go")
        await trip.idle()
        await trip.pilot.press("ctrl+p")
        await trip.types("raw data")
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.chat.panel.tab == "Events" and trip.chat.panel.events.list.raw, "the raw data")
        await trip.pilot.press("ctrl+p")
        await trip.types("filter words")
        await trip.pilot.press("enter")
        await trip.sees("esc clear")
        await trip.types("bad")
        await trip.until(lambda: trip.chat.panel.events.stream.filter_text == "bad", "the filter")


async def test_the_palette_runs_the_actions_of_the_parameters_tab_from_the_composer() -> None:
    async with journey(services()) as trip:
        await trip.pilot.press("f4", "ctrl+p")
        await trip.types("filter the parameters")
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.chat.panel.tab == "Parameters" and trip.chat.panel.parameters.filtering, "typing")
        await trip.types("top_p")
        await trip.until(lambda: trip.chat.panel.parameters.filter == "top_p", "the filter")


async def test_keys_of_the_users_own_in_the_parameters_tab_work_and_are_shown() -> None:
    async with journey(services(keys={"parameters.explain": "x", "parameters.filter": "f6"})) as trip:
        await trip.pilot.press("f2", "down")
        await trip.sees("x help")
        await trip.pilot.press("f6")
        await trip.until(lambda: trip.chat.panel.parameters.filtering, "the filter being typed")


async def test_the_palette_offers_the_actions_of_columns_only_while_there_are_any() -> None:
    async with journey(services()) as trip:
        await trip.pilot.press("ctrl+p")
        await trip.types("Mark differences")
        await trip.until(lambda: "Mark differences from" not in trip.text, "no such action")


async def test_a_theme_is_tried_on_and_taken_or_left() -> None:
    async with journey(services()) as trip:
        before = trip.app.theme
        await trip.command("/theme")
        await trip.sees("Themes")
        await trip.types("paper")
        await trip.until(lambda: trip.app.theme == "paper", "the theme tried on")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.theme == before, "the theme from before")
        await trip.command("/theme moss")
        await trip.until(lambda: trip.app.theme == "moss", "the theme taken")
        await trip.command("/theme nothing")
        await trip.until(lambda: "no theme named nothing" in toasts(trip.app), "the note")
        assert trip.app.theme == "moss"


@pytest.mark.parametrize("theme", sorted(path.stem for path in THEMES.glob("*.toml")))
async def test_the_panels_rows_can_be_read_in_each_theme(theme: str) -> None:
    async with journey(services()) as trip:
        await trip.command(f"/theme {theme}")
        await trip.until(lambda: trip.app.theme == theme, "the theme taken")
        await trip.pilot.press("f2")
        await trip.until(lambda: trip.chat.panel.parameters.has_focus, "the panel in focus")
        assert least_contrast(trip.app, "top_p") >= 2.5
        await trip.pilot.press("down", "down")
        row = trip.chat.panel.parameters.current
        assert isinstance(row, ParameterRow)
        assert not row.is_set
        await trip.until(lambda: least_contrast(trip.app, row.label) >= 5.0, "the current row, easy to read")


async def test_a_broken_theme_is_told_and_another_worn(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('primary = "[/x]"\n', "utf-8")
    options = Options(theme="mine", theme_dirs=(THEMES, tmp_path))
    async with journey(services(options=options)) as trip:
        await trip.until(lambda: "mine.toml" in toasts(trip.app), "the note")
        assert trip.app.theme == "harbour"
        await trip.command("/theme")
        await trip.sees("paper")


async def test_without_any_theme_file_the_app_starts() -> None:
    async with journey(services(options=Options(theme_dirs=(Path("/nowhere"),)))) as trip:
        await trip.sends("hi")
        await trip.sees("ok")


async def test_keys_of_the_users_own_and_unknown_ids() -> None:
    keys = {"again": "f7", "no-such": "f8", "send": "f9"}
    async with journey(services(keys=keys)) as trip:
        await trip.until(lambda: "no-such" in toasts(trip.app), "the note")
        await trip.types("hi")
        await trip.pilot.press("f9")
        await trip.idle()
        assert len(trip.bodies) == 1
        await trip.pilot.press("f7")
        await trip.idle()
        assert len(trip.bodies) == 2
        await trip.sees("F9 send")


async def test_an_action_without_a_key_gets_one_that_works_in_the_composer() -> None:
    async with journey(services(keys={"theme": "ctrl+k"})) as trip:
        await trip.types("some words")
        await trip.pilot.press("home", "ctrl+k")
        await trip.sees("Themes")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.chat.composer.text == "some words", "the words unchanged")
        await trip.pilot.press("f1")
        await trip.sees("ctrl+k")


@pytest.mark.parametrize("action", ["attach", "stop", "copy"])
async def test_an_action_of_the_screen_works_with_a_key_that_edits_text(
    action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried_out: list[str] = []
    monkeypatch.setattr(ChatScreen, "action_do", lambda _, action_id: carried_out.append(action_id))
    async with journey(services(keys={action: "ctrl+k"})) as trip:
        await trip.types("some words")
        await trip.pilot.press("home", "ctrl+k")
        await trip.until(lambda: carried_out == [action] or trip.chat.composer.text == "", "the action or the erasure")
        assert trip.chat.composer.text == "some words"


async def test_the_key_for_undo_also_undoes_typing() -> None:
    async with journey(services(keys={"undo": "ctrl+u"})) as trip:
        await trip.types("some")
        await trip.pilot.press("left")
        await trip.types("X")
        await trip.until(lambda: trip.chat.composer.text == "somXe", "the words")
        await trip.pilot.press("ctrl+u")
        await trip.until(lambda: trip.chat.composer.text == "some", "the words from before")


async def test_a_key_that_was_left_out_is_shown_nowhere() -> None:
    async with journey(services(keys={"new": "ctrl+o", "model": "m"})) as trip:
        await trip.until(lambda: "ctrl+o is the key of sessions" in toasts(trip.app), "the note")
        await trip.until(lambda: "m is a character to type" in toasts(trip.app), "the other note")
        await trip.sees("^n new")
        await trip.types("m")
        await trip.until(lambda: trip.chat.composer.text == "m", "the letter")


async def test_find_goes_to_the_text_and_says_when_there_is_none() -> None:
    text = "\n\n".join(f"paragraph {number}" for number in range(80)) + "\n\nneedle here"
    async with journey(services(answered(f"NEEDLE top\n\n{text}"))) as trip:
        await trip.sends("go")
        await trip.idle()
        await trip.pilot.press("ctrl+f")
        await trip.types("needle top")
        await trip.pilot.press("enter")
        await trip.sees("NEEDLE top")
        await trip.types("x")
        await trip.pilot.press("enter")
        await trip.sees("not found")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.chat.composer.has_focus, "the composer")


async def test_the_key_of_the_find_bar_leads_back_into_it() -> None:
    async with journey(services(answered("some words"))) as trip:
        await trip.sends("go")
        await trip.idle()
        await trip.pilot.press("ctrl+f")
        await trip.types("some")
        await trip.pilot.press("f2", "ctrl+f")
        await trip.types(" w")
        await trip.sees("some w")
        assert len(trip.chat.query(FindBar)) == 1


async def test_what_the_screen_says_of_keys_is_true_of_the_users_own() -> None:
    async with journey(services(keys={"panel": "f9", "quit": "f10"})) as trip:
        await trip.sees("F9      parameters, request")
        await trip.pilot.press("ctrl+c")
        await trip.until(lambda: "F10 quits" in toasts(trip.app), "the note")


async def test_the_bottom_line_shows_the_keys_that_work_where_the_focus_is() -> None:
    async with journey(services(), size=(80, 24)) as trip:
        await trip.sees("enter send   esc stop   F1 help   F2 panel")
        await trip.pilot.press("f2")
        await trip.until(lambda: "enter send" not in trip.text, "no key of the composer while the panel has the focus")
        await trip.sees("esc stop   F1 help   F2 panel")
        await trip.pilot.press("escape")
        await trip.sees("enter send")


async def test_the_bottom_line_shows_only_keys_that_can_do_something_with_the_message() -> None:
    async with journey(services(answered("one"), answered("two")), size=(120, 30)) as trip:
        await trip.sends("go")
        await trip.idle()
        await trip.pilot.press("up")
        await trip.sees("r again   y copy   space fold   i inspect   c continue")
        await trip.pilot.press("r")
        await trip.idle()
        await trip.sees("r again   left branches   y copy   space fold   i inspect   c continue   s beside")
        await trip.pilot.press("up")
        await trip.sees("r again   y copy   space fold   i inspect   c continue")


async def test_the_bottom_line_is_right_after_leaving_the_columns_for_the_composer() -> None:
    async with journey(services(answered("one"), answered("two")), size=(120, 30)) as trip:
        await trip.sends("go")
        await trip.idle()
        await trip.pilot.press("ctrl+r")
        await trip.idle()
        await trip.pilot.press("up", "s")
        await trip.sees("left choose   enter continue")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.chat.composer.has_focus, "the composer in focus")
        await trip.sees("enter send   esc stop")


async def test_an_empty_session_says_what_to_do() -> None:
    async with journey(services()) as trip:
        await trip.sees("send the message you type below")
        await trip.sees("Saved from the first message on: /sessions/1.jsonl")
        await trip.sends("x")
        await trip.sees("ok")
        assert "send the message you type below" not in trip.text


async def test_the_file_of_an_empty_session_is_named_in_full_on_a_narrow_screen() -> None:
    async with journey(services(), size=(40, 24)) as trip:
        await trip.sees("Saved from the first message on:\n")
        await trip.sees("/sessions/1.jsonl")


async def test_notices_of_the_configuration_are_told() -> None:
    options = Options(theme_dirs=(THEMES,), notices=("config.toml, line 3: unknown key [/x]",))
    async with journey(services(options=options)) as trip:
        await trip.until(lambda: "unknown key [/x]" in toasts(trip.app), "the notice")


async def test_nothing_ticks_while_nothing_runs() -> None:
    async with journey(services()) as trip:
        await trip.sends("x")
        await trip.idle()
        await trip.types("a")
        await trip.until(lambda: trip.chat.drafting.resting, "the end of the pause")
        nodes = [trip.app, trip.chat, *trip.chat.walk_children()]
        ticking = [timer.name for node in nodes for timer in node._timers if ticks(timer)]
        assert not ticking
