"""The modal editors, driven by real keys."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import TextArea

from chat_tui.domain.json_values import Json
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.widgets.line_input import LineInput
from tests.support.panel_app import PanelApp, press_on
from tests.support.waiting import wait_until

SIZE = (90, 40)


async def open_editor(pilot: Pilot[None], app: PanelApp, name: str, key: str = "enter") -> None:
    await press_on(pilot, app, name, key)
    await wait_until(pilot, lambda: len(app.screen_stack) == 2, what="the editor")
    await wait_until(pilot, lambda: app.focused is not None and app.focused.screen is app.screen, what="its focus")


async def closed(pilot: Pilot[None], app: PanelApp) -> None:
    await wait_until(pilot, lambda: len(app.screen_stack) == 1, what="the editor to close")
    await pilot.pause()


def app_with(parameters: dict[str, Json]) -> PanelApp:
    return PanelApp(SessionSettings("openrouter", "a/model", parameters))


@pytest.mark.parametrize("key", ["ctrl+s", "escape"])
async def test_looking_at_a_value_does_not_change_it(key: str) -> None:
    app = app_with({"stop": "END", "temperature": 1})
    async with app.run_test(size=SIZE) as pilot:
        for name, opener in (("stop", "enter"), ("temperature", "e")):
            await open_editor(pilot, app, name, opener)
            await pilot.press(key)
            await closed(pilot, app)
        assert app.changes == []


async def test_any_value_can_be_given_as_json() -> None:
    app = app_with({})
    async with app.run_test(size=SIZE) as pilot:
        await open_editor(pilot, app, "temperature", "e")
        await pilot.press(*'"warm"', "ctrl+s")
        await closed(pilot, app)
        assert app.settings.parameters == {"temperature": "warm"}


async def test_a_choice_is_picked_from_the_list() -> None:
    app = app_with({})
    async with app.run_test(size=SIZE) as pilot:
        await open_editor(pilot, app, "service_tier")
        await pilot.press("down", "enter")
        await closed(pilot, app)
        assert app.settings.parameters == {"service_tier": "default"}


async def test_an_open_choice_takes_another_value() -> None:
    app = app_with({})
    async with app.run_test(size=SIZE) as pilot:
        await open_editor(pilot, app, "reasoning_effort")
        await pilot.press("tab", *"extreme", "enter")
        await closed(pilot, app)
        assert app.settings.parameters == {"reasoning_effort": "extreme"}


async def test_what_is_pasted_as_another_value_shows_every_character() -> None:
    app = app_with({})
    async with app.run_test(size=SIZE) as pilot:
        await open_editor(pilot, app, "reasoning_effort")
        await pilot.press("tab")
        app.screen.post_message(events.Paste("\x1b]0;x\x07hot"))
        await wait_until(pilot, lambda: "hot" in app.screen.query_one(LineInput).value, what="the pasted text")
        assert not {"\x1b", "\x07"} & set(app.screen.query_one(LineInput).value)


async def test_the_explanation_says_everything_and_closes() -> None:
    from chat_tui.ui.panel.explanation import explain
    from chat_tui.ui.panel.rows import ParameterRow

    app = app_with({"max_tokens": 5})
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "max_tokens", "question_mark")
        await wait_until(pilot, lambda: len(app.screen_stack) == 2, what="the explanation")
        panel = app.panel
        assert panel.shown is not None
        assert isinstance(panel.current, ParameterRow)
        text = "\n".join(line.text for line in explain(panel.shown, panel.current))
        for word in ("at least 1", "integer or null", "OpenRouter", "deprecated", "max_completion_tokens", "rule"):
            assert word in text
        await pilot.press("escape")
        await closed(pilot, app)
        assert app.changes == []


async def test_control_characters_in_a_text_are_drawn_as_marks_and_kept() -> None:
    text = "a\x1b[31m\x07\u202eb"
    app = app_with({"prediction": {"type": "content", "content": text}})
    app.settings = SessionSettings("openai", "gpt-4o", app.settings.parameters)
    async with app.run_test(size=SIZE) as pilot:
        await open_editor(pilot, app, "prediction.content")
        area = app.screen.query_one("#text", TextArea)
        drawn = "".join(segment.text for y in range(3) for segment in area.render_line(y))
        assert "a␛[31m␇�b" in drawn
        await pilot.press("x", "ctrl+s")
        await closed(pilot, app)
        assert app.settings.parameters["prediction"] == {"type": "content", "content": text + "x"}


async def test_a_suggested_beginning_is_left_without_a_second_thought_and_can_be_saved_as_it_is() -> None:
    app = app_with({})
    app.settings = SessionSettings("llamacpp", "m")
    async with app.run_test(size=SIZE) as pilot:
        for key in ("escape", "ctrl+s"):
            await open_editor(pilot, app, "json_schema")
            assert '"type": "object"' in app.screen.query_one("#text", TextArea).text
            await pilot.press(key)
            await closed(pilot, app)
        assert app.settings.parameters == {"json_schema": {"type": "object", "properties": {}}}
        assert len(app.changes) == 1
