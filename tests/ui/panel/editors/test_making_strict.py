"""F8 in the editors: repairs schemas for strict mode, and reports what remains to be done."""

from __future__ import annotations

import json
from typing import Any, cast

from textual.widgets import Static

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.panel.editors.form_edit import FormEdit
from chat_tui.ui.panel.editors.form_screen import FormScreen
from chat_tui.ui.panel.editors.writing import WritingScreen
from chat_tui.ui.panel.editors.written import Written
from tests.support.panel_app import PanelApp, press_on
from tests.support.waiting import wait_until

SIZE = (100, 40)
LOOSE: JsonObject = {"type": "object", "properties": {"a": {"type": "string"}}}
CLOSED: JsonObject = {
    "type": "object",
    "properties": {"a": {"type": ["string", "null"]}},
    "required": ["a"],
    "additionalProperties": False,
}


def asking(schema: Json, *, strict: bool) -> JsonObject:
    return {"type": "json_schema", "json_schema": {"name": "x", "strict": strict, "schema": schema}}


def said(app: PanelApp, part: str) -> str:
    return str(app.screen.query_one(part, Static).content)


async def test_one_key_makes_the_output_format_strict_and_undo_takes_it_back() -> None:
    app = PanelApp(SessionSettings("openai", "m", {"response_format": asking(LOOSE, strict=False)}))
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "response_format", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, FormScreen), what="the form")
        assert "F8 strict" in said(app, "#keys")
        await pilot.press("f8")
        form = app.screen.query_one(FormEdit)
        await wait_until(pilot, lambda: form.value == asking(CLOSED, strict=True), what="the repair")
        await pilot.press("ctrl+z")
        await wait_until(pilot, lambda: form.value == asking(LOOSE, strict=False), what="what was there before")
        await pilot.press("f8", "ctrl+s")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1, what="the editor to close")
        assert app.settings.parameters["response_format"] == asking(CLOSED, strict=True)


async def test_what_strict_mode_refuses_is_told_at_the_schema() -> None:
    app = PanelApp(SessionSettings("openai", "m", {"response_format": asking(LOOSE, strict=True)}))
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "response_format", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, FormScreen), what="the form")
        assert app.screen.query_one(FormEdit).put_cursor_on(("json_schema", "schema"))
        await wait_until(pilot, lambda: "strict mode: additional" in said(app, "#remark"), what="the fault")
        await pilot.press("f8")
        await wait_until(pilot, lambda: "strict mode" not in said(app, "#remark"), what="no fault")


async def test_the_json_of_tools_is_made_strict_where_it_is_written() -> None:
    tool: JsonObject = {"type": "function", "function": {"name": "f", "parameters": LOOSE}}
    app = PanelApp(SessionSettings("openai", "m", {"tools": [tool]}))
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "tools", "e")
        await wait_until(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen.in_json, what="the JSON")
        await pilot.press("f8")
        area = app.screen.query_one(Written).area
        await wait_until(pilot, lambda: '"strict": true' in area.text, what="the repair")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1, what="the editor to close")
        made = cast("Any", app.settings.parameters["tools"])[0]["function"]
        assert made == {"name": "f", "parameters": CLOSED, "strict": True}


async def test_in_the_editor_of_a_schema_the_rest_is_told() -> None:
    app = PanelApp(SessionSettings("openai", "m", {"response_format": asking(LOOSE, strict=False)}))
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "response_format", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, FormScreen), what="the form")
        assert app.screen.query_one(FormEdit).put_cursor_on(("json_schema", "schema"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, WritingScreen), what="the schema")
        area = app.screen.query_one(Written).area
        await pilot.press("f8")
        await wait_until(pilot, lambda: said(app, "#state") == "fits strict mode", what="the state")
        assert json.loads(area.text) == CLOSED
        area.text = json.dumps({**LOOSE, "properties": {"a": {}}})
        await pilot.press("f8")
        await wait_until(pilot, lambda: "/properties/a: must have a type" in said(app, "#state"), what="the rest")
        area.text = json.dumps({**LOOSE, "properties": {"a": {"type": "string", "minLength": 2}}})
        await pilot.press("f8")
        await wait_until(
            pilot, lambda: "not supported in strict mode: minLength" in said(app, "#state"), what="what was lost"
        )
        area.text = "{"
        await pilot.press("f8")
        await wait_until(pilot, lambda: "line 1, column 2" in said(app, "#state"), what="the fault")


async def test_without_a_schema_the_key_does_nothing() -> None:
    app = PanelApp(SessionSettings("openai", "m", {"response_format": {"type": "text"}}))
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "response_format", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, FormScreen), what="the form")
        assert "F8" not in said(app, "#keys")
        await pilot.press("f8")
        assert app.screen.query_one(FormEdit).value == {"type": "text"}
