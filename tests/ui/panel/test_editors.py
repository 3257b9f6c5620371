"""The editors that open over the screen, driven by real keys."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from chat_tui.domain.json_values import Json
from chat_tui.domain.settings import SessionSettings
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


def state(app: PanelApp) -> str:
    return str(app.screen.query_one("#state", Static).content)


@pytest.mark.parametrize(
    ("name", "before", "opened_with", "typed", "after"),
    [
        ("stop", {}, "", ["\\n\\n", "enter", "END"], {"stop": ["\n\n", "END"]}),
        ("stop", {"stop": ["\n\n"]}, '"\\n\\n"', ["enter", "  x"], {"stop": ["\n\n", "  x"]}),
        ("stop", {"stop": "END"}, "END", ["enter", "b"], {"stop": ["END", "b"]}),
        ("stop", {"stop": {"odd": 1}}, '{\n  "odd": 1\n}', ["ctrl+u", "ctrl+a", "7"], None),
        ("logit_bias", {}, "", ["50256 = -100"], {"logit_bias": {"50256": -100}}),
        ("metadata", {"metadata": {"run": "7"}}, "run = 7", ["enter", "a=b c"], {"metadata": {"run": "7", "a": "b c"}}),
        ("provider", {}, "", ['{"sort": "price"}'], {"provider": {"sort": "price"}}),
        ("plugins", {"plugins": []}, "[]", ["ctrl+u", '[{"id":"web"}]'], {"plugins": [{"id": "web"}]}),
    ],
)
async def test_what_is_written_is_set_exactly(
    name: str, before: dict[str, Json], opened_with: str, typed: Sequence[str], after: Json
) -> None:
    app = app_with(before)
    async with app.run_test(size=SIZE) as pilot:
        await open_editor(pilot, app, name)
        area = app.screen.query_one("#text", TextArea)
        assert area.text == opened_with
        if after is None:
            area.text = "7"
        else:
            for part in typed:
                await pilot.press(*([part] if part in ("enter", "delete", "ctrl+a", "ctrl+u") else part))
        await pilot.press("ctrl+s")
        await closed(pilot, app)
        expected = {name: 7} if after is None else after
        assert json.dumps(app.settings.parameters) == json.dumps(expected)
        assert len(app.changes) == 1


async def test_broken_json_keeps_the_text_and_names_the_place() -> None:
    app = app_with({"provider": {"sort": "price"}})
    async with app.run_test(size=SIZE) as pilot:
        await open_editor(pilot, app, "provider")
        area = app.screen.query_one("#text", TextArea)
        area.text = '{"sort":\n  oops}'
        await wait_until(pilot, lambda: "line 2, column 3" in state(app), what="the place of the fault")
        await pilot.press("ctrl+s")
        assert len(app.screen_stack) == 2
        assert area.text == '{"sort":\n  oops}'
        assert area.cursor_location == (1, 2)
        assert app.changes == []


async def test_leaving_a_changed_text_takes_a_second_thought() -> None:
    app = app_with({})
    async with app.run_test(size=SIZE) as pilot:
        await open_editor(pilot, app, "provider")
        await pilot.press("{", "escape")
        assert len(app.screen_stack) == 2
        assert "not saved" in state(app)
        await pilot.press("escape")
        await closed(pilot, app)
        assert app.changes == []


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
        await open_editor(pilot, app, "tool_choice")
        await pilot.press("tab", *'{"type":"function","function":{"name":"f"}}', "enter")
        await closed(pilot, app)
        assert app.settings.parameters == {"tool_choice": {"type": "function", "function": {"name": "f"}}}


async def test_several_values_are_ticked_and_keep_strange_ones() -> None:
    app = app_with({"modalities": ["smell"]})
    async with app.run_test(size=SIZE) as pilot:
        await open_editor(pilot, app, "modalities")
        await pilot.press("space", "ctrl+s")
        await closed(pilot, app)
        assert app.settings.parameters == {"modalities": ["text", "smell"]}
        await open_editor(pilot, app, "modalities")
        await pilot.press("enter")
        await closed(pilot, app)
        assert len(app.changes) == 1


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
