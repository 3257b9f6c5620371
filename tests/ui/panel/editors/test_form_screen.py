"""Structured values set in forms by keys alone, and edited as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from chat_tui.domain.json_values import Json
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.panel.editors.form_edit import FormEdit
from chat_tui.ui.panel.editors.form_screen import FormScreen
from chat_tui.ui.panel.editors.writing import WritingScreen
from chat_tui.ui.panel.editors.written import Written
from tests.support.journeys import screen_text
from tests.support.panel_app import PanelApp, press_on
from tests.support.waiting import wait_until

SIZE = (90, 40)
FUNCTION: Json = {"type": "function", "function": {"name": "f"}}


def app_with(parameters: Json = None, provider: str = "openrouter") -> PanelApp:
    return PanelApp(SessionSettings(provider, "a/model", cast("dict[str, Json]", parameters or {})))


async def opened(pilot: Pilot[None], app: PanelApp, name: str, key: str = "enter") -> FormScreen:
    await press_on(pilot, app, name, key)
    await wait_until(pilot, lambda: isinstance(app.screen, FormScreen), what="the form")
    screen = cast("FormScreen", app.screen)
    await wait_until(pilot, lambda: app.focused is not None and app.focused.screen is screen, what="its focus")
    await wait_until(pilot, lambda: key != "e" or screen.in_json, what="its view")
    return screen


async def closed(pilot: Pilot[None], app: PanelApp) -> None:
    await wait_until(pilot, lambda: len(app.screen_stack) == 1, what="the editor to close")
    await pilot.pause()


async def press(pilot: Pilot[None], keys: Sequence[str]) -> None:
    """Press keys; what begins with ``:`` is typed character by character."""
    for key in keys:
        await pilot.press(*(key[1:] if key.startswith(":") else [key]))


def said(screen: FormScreen, part: str = "#state") -> str:
    return str(screen.query_one(part, Static).content)


def form(screen: FormScreen) -> FormEdit:
    return screen.query_one(FormEdit)


JOURNEYS: list[tuple[str, str, Json, list[str], Json]] = [
    ("stop", "openai", {}, [":END", "enter", ":\\n\\n", "enter"], ["END", "\n\n"]),
    ("stop", "openai", {"stop": "END"}, ["left"], ["END"]),
    ("stop", "openai", {}, ["up", "right", "right", "down", ":\\t.", "enter"], "\t."),
    ("stop", "openai", {"stop": ["a", "b"]}, ["ctrl+d"], ["b"]),
    ("stop", "openai", {"stop": ["a", "b", "c"]}, ["alt+down", "alt+down"], ["b", "c", "a"]),
    ("stop", "openai", {"stop": ["a", "b"]}, ["delete", "ctrl+z"], None),
    (
        "metadata",
        "openai",
        {},
        [":run", "enter", ":7", "enter", ":who", "enter", ":a b", "enter"],
        {"run": "7", "who": "a b"},
    ),
    (
        "metadata",
        "openai",
        {"metadata": {"run": "7", "x": "y"}},
        ["ctrl+r", "ctrl+u", ":walk", "enter"],
        {"walk": "7", "x": "y"},
    ),
    ("logit_bias", "openai", {}, [":50256", "enter", ":-100", "enter"], {"50256": -100}),
    ("logit_bias", "openai", {"logit_bias": {"7": 1}}, ["right", "right", "shift+right"], {"7": 13}),
    ("modalities", "openai", {}, ["space", "down", "space"], ["text", "audio"]),
    ("modalities", "openai", {"modalities": ["audio", "smell"]}, ["space"], ["text", "audio", "smell"]),
    (
        "tools",
        "openai",
        {},
        ["enter", ":get_weather", "enter", "down", ":Weather of a city", "enter", "down", "down", "right"],
        [{"type": "function", "function": {"name": "get_weather", "description": "Weather of a city", "strict": True}}],
    ),
    (
        "tools",
        "openai",
        {"tools": [FUNCTION]},
        ["end", "plus", ":shout", "enter", "up", "up", "right", "down", "down", ":say", "enter"],
        [FUNCTION, {"type": "custom", "custom": {"name": "say"}}],
    ),
    ("tool_choice", "openai", {"tools": [FUNCTION]}, ["right", "right"], "auto"),
    (
        "tool_choice",
        "openai",
        {"tools": [FUNCTION]},
        ["right", "right", "right", "right", "down", "down", "right"],
        {"type": "function", "function": {"name": "f"}},
    ),
    ("function_call", "openai", {}, ["left", "down", ":old", "enter"], {"name": "old"}),
    (
        "response_format",
        "openai",
        {},
        ["right", "right", "right", "down", "down", ":Haiku", "enter", "down", "down", "right"],
        {"type": "json_schema", "json_schema": {"name": "Haiku", "strict": True}},
    ),
    ("response_format", "openai", {}, ["right", "right"], {"type": "json_object"}),
    (
        "prediction",
        "openai",
        {},
        ["down", "enter", "enter", ":same again", "ctrl+s"],
        {"type": "content", "content": "same again"},
    ),
    ("audio", "openai", {}, ["enter", "down", "right"], {"voice": "alloy", "format": "wav"}),
    (
        "web_search_options",
        "openai",
        {},
        ["right", "down", "enter", "down", "enter", ":FR", "enter"],
        {"search_context_size": "low", "user_location": {"type": "approximate", "approximate": {"country": "FR"}}},
    ),
    (
        "stream_options",
        "openai",
        {},
        ["right", "down", "right", "right"],
        {"include_usage": True, "include_obfuscation": False},
    ),
    (
        "reasoning",
        "openrouter",
        {},
        ["right", "right", "down", "down", "right"],
        {"effort": "minimal", "exclude": True},
    ),
    (
        "provider",
        "openrouter",
        {},
        ["enter", ":alpha", "enter", ":beta", "enter", "down", "down", "down", "right", "right", "down", "right"],
        {"order": ["alpha", "beta"], "allow_fallbacks": False, "require_parameters": True},
    ),
    ("models", "openrouter", {}, [":a/b", "enter", ":c/d", "enter"], ["a/b", "c/d"]),
    (
        "plugins",
        "openrouter",
        {},
        ["enter", "right", "down", "down", ":5", "enter"],
        [{"id": "web", "enabled": True, "max_results": 5}],
    ),
    (
        "trace",
        "openrouter",
        {},
        [":t-1", "enter", "ctrl+o", ":team", "enter", ":red", "enter"],
        {"trace_id": "t-1", "team": "red"},
    ),
    ("trace", "openrouter", {}, ["ctrl+o", ":n", "enter", ":7", "enter"], {"n": 7}),
    ("functions", "openai", {}, ["enter", ":f", "enter"], [{"name": "f"}]),
    ("chat_template_kwargs", "local", {}, ["right", "right"], {"enable_thinking": False}),
    ("stop_token_ids", "vllm", {}, [":2", "enter", ":7", "enter"], [2, 7]),
]


@pytest.mark.parametrize(("name", "provider", "before", "keys", "after"), JOURNEYS)
async def test_a_value_is_set_by_keys_alone(
    name: str, provider: str, before: Json, keys: list[str], after: Json
) -> None:
    app = app_with(before, provider)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, app, name)
        for key in keys:
            await press(pilot, [key])
            await wait_until(pilot, lambda: app.screen.is_current and app.focused is not None, what="the window")
        while isinstance(app.screen, WritingScreen):
            await pilot.pause()
        await pilot.press("ctrl+s")
        await closed(pilot, app)
        expected = cast("dict[str, Json]", before).get(name) if after is None else after
        assert json.dumps(app.settings.parameters.get(name)) == json.dumps(expected)
        assert len(app.changes) == (0 if after is None else 1)


async def test_a_function_gets_its_schema_as_json_with_a_sound_beginning() -> None:
    app = app_with({"tools": [FUNCTION]})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "tools")
        assert form(screen).put_cursor_on((0, "function", "parameters"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, WritingScreen), what="the schema")
        written = app.screen.query_one(Written)
        begun = json.loads(written.area.text)
        assert begun["type"] == "object"
        begun["properties"]["city"] = {"type": "strin"}
        written.area.text = json.dumps(begun)
        state = app.screen.query_one("#state", Static)
        await wait_until(pilot, lambda: "properties.city.type: must be one of" in str(state.content), what="the fault")
        begun["properties"]["city"] = {"type": "string"}
        written.area.text = json.dumps(begun)
        await wait_until(pilot, lambda: str(state.content) == "4 members", what="its measure")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: app.screen is screen, what="the form")
        await pilot.press("ctrl+s")
        await closed(pilot, app)
        tools = cast("Any", app.settings.parameters["tools"])
        assert tools[0]["function"] == {"name": "f", "parameters": begun}


async def test_both_views_hold_the_same_value() -> None:
    app = app_with({"provider": {"order": ["a"], "new": {"x": 1.0}}})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "provider")
        labels = [line.label for line in form(screen).lines]
        assert labels[-2:] == ["other members", "new"]
        await pilot.press("f6")
        await wait_until(pilot, lambda: screen.in_json, what="the JSON")
        area = screen.query_one(Written).area
        assert json.loads(area.text) == {"order": ["a"], "new": {"x": 1.0}}
        area.text = '{"order": ["a", "b"], "new": {"x": 1.0}}'
        await pilot.press("ctrl+t")
        await wait_until(pilot, lambda: not screen.in_json, what="the form")
        assert form(screen).value == {"order": ["a", "b"], "new": {"x": 1.0}}
        await pilot.press("f6")
        await wait_until(pilot, lambda: screen.in_json, what="the JSON again")
        assert json.loads(area.text)["order"] == ["a", "b"]
        await pilot.press("ctrl+s")
        await closed(pilot, app)
        assert app.settings.parameters == {"provider": {"order": ["a", "b"], "new": {"x": 1.0}}}


async def test_json_that_does_not_parse_keeps_its_text_says_where_and_keeps_the_view() -> None:
    app = app_with({"provider": {"sort": "price"}})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "provider", "e")
        area = screen.query_one(Written).area
        area.text = '{"sort":\n  oops}'
        await wait_until(pilot, lambda: "line 2, column 3" in said(screen), what="the place of the fault")
        for key in ("f6", "ctrl+s"):
            area.move_cursor((0, 0))
            await pilot.press(key)
            assert screen.in_json
            assert area.text == '{"sort":\n  oops}'
            assert area.cursor_location == (1, 2)
        assert app.changes == []


async def test_an_empty_json_leaves_the_parameter_out() -> None:
    app = app_with({"provider": {"sort": "price"}})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "provider", "e")
        screen.query_one(Written).area.text = " "
        await pilot.press("ctrl+s")
        await closed(pilot, app)
        assert app.settings.parameters == {}


async def test_a_long_json_is_read_when_the_keys_pause() -> None:
    reads = []
    app = app_with({"tools": [FUNCTION]})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "tools", "e")
        written = screen.query_one(Written)
        written.area.text = json.dumps([FUNCTION] * 100, indent=1)
        await wait_until(pilot, lambda: said(screen).startswith("100 entries"), what="its measure")
        read = written.read

        def counted() -> object:
            reads.append(1)
            return read()

        written.read = counted  # type: ignore[method-assign, assignment]
        await pilot.press("space", "space", "space", "space")
        assert len(reads) <= 1
        await wait_until(pilot, lambda: bool(reads), what="the reading")


async def test_leaving_a_changed_form_takes_a_second_thought() -> None:
    app = app_with({"reasoning": {"effort": "low"}})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "reasoning")
        await pilot.press("right", "escape")
        assert "not saved" in said(screen)
        await pilot.press("escape")
        await closed(pilot, app)
        assert app.changes == []


@pytest.mark.parametrize("key", ["ctrl+s", "escape"])
@pytest.mark.parametrize(
    "value", [{"stop": "END"}, {"tools": []}, {"tools": "x"}, {"stream_options": None}, {"provider": 7}]
)
async def test_looking_at_a_value_does_not_change_it(value: dict[str, Json], key: str) -> None:
    app = app_with(value)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, app, next(iter(value)))
        await pilot.press("f6", "f6", key)
        await closed(pilot, app)
        assert app.changes == []


async def test_escape_leaves_only_what_is_being_typed() -> None:
    app = app_with({"stop": ["a"]})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "stop")
        await press(pilot, [":xyz", "escape"])
        assert form(screen).draft is None
        assert form(screen).value == ["a"]
        assert app.screen is screen


async def test_what_is_wrong_stands_beside_the_field() -> None:
    app = app_with({"logit_bias": {"7": 200, "word": 1}}, "openai")
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "logit_bias")
        await wait_until(pilot, lambda: bool(form(screen).faults), what="the check")
        faults = [line.fault for line in form(screen).lines[:2]]
        assert faults[0] == "must be between -100 and 100"
        assert "token id" in faults[1]
        assert "must be between" in said(screen, "#remark")


async def test_a_number_that_is_none_stays_with_its_reason() -> None:
    app = app_with({"logit_bias": {"7": 1}}, "openai")
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "logit_bias")
        await press(pilot, [":1-", "enter"])
        assert "must be a number" in said(screen, "#remark")
        await pilot.press("ctrl+s")
        assert app.screen is screen
        await press(pilot, ["backspace", "enter", "ctrl+s"])
        await closed(pilot, app)
        assert app.changes == []


async def test_hostile_text_is_shown_as_marks_and_kept() -> None:
    text = "[/foo]\x1b[31m\u202e\n"
    app = app_with({"provider": {"order": [text], "[/bar]\x1b": text}})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, "provider")
        drawn = "".join(segment.text for y in range(20) for segment in form(screen).render_line(y))
        assert "[/foo]␛[31m" in drawn
        assert "[/bar]␛" in drawn
        assert "\x1b" not in drawn
        await press(pilot, ["ctrl+n", ":x", "enter", "ctrl+s"])
        await closed(pilot, app)
        assert app.settings.parameters == {"provider": {"order": [text, "x"], "[/bar]\x1b": text}}


def stacked(app: PanelApp, screens: int) -> bool:
    return len(app.screen_stack) == screens


RETIRED: dict[str, Json] = {"functions": [{"name": "f", "parameters": {}}], "function_call": {"name": "f"}}
CONVERTED: dict[str, Json] = {
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
    "tool_choice": {"type": "function", "function": {"name": "f"}},
}


@pytest.mark.parametrize("name", ["functions", "function_call"])
@pytest.mark.parametrize("way", [["f7"], ["question_mark", "f7"], ["enter", "f7"]], ids=["row", "help", "editor"])
async def test_one_key_turns_functions_into_tools_in_one_change(name: str, way: list[str]) -> None:
    app = app_with(RETIRED, "openai")
    async with app.run_test(size=SIZE) as pilot:
        for count, key in enumerate(way):
            await press_on(pilot, app, name, key) if not count else await pilot.press(key)
            expected = 2 if count + 1 < len(way) else 1
            await wait_until(pilot, partial(stacked, app, expected), what="the window")
            if expected == 2:
                words = "".join(strip.text for strip in app.screen._compositor.render_strips())
                assert "F7 convert to tools" in words
        await wait_until(pilot, lambda: bool(app.changes), what="the change")
        assert app.settings.parameters == CONVERTED
        assert len(app.changes) == 1


async def test_what_has_no_successor_is_not_converted() -> None:
    app = app_with({"stop": ["a"]})
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "stop", "f7")
        assert app.changes == []


async def test_a_long_list_of_kinds_is_shown_in_full_on_a_small_screen() -> None:
    app = app_with({"tools": [FUNCTION]})
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, app, "tools")
        last = said(screen, "#remark").split()[-1]
        assert last.endswith("."), "the end of the list of kinds"
        await wait_until(pilot, lambda: last in screen_text(app), what="the last of them")
