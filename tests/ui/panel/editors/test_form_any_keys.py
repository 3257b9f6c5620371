"""Random keys in a form: nothing breaks, and the value stays valid JSON."""

from __future__ import annotations

import asyncio
import json

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chat_tui.domain.json_values import UNSET, JsonObject, Unset, parse_json
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.panel.editors.form_screen import FormScreen
from chat_tui.ui.panel.editors.opening import editor_for
from chat_tui.ui.panel.row_building import build_rows
from chat_tui.ui.panel.rows import Folding, ParameterRow, Shown
from tests.support.panel_app import PanelApp

KEYS = [
    *("up", "down", "left", "right", "shift+left", "shift+right", "enter", "space", "delete", "backspace"),
    *("pageup", "pagedown", "home", "end", "ctrl+n", "plus", "ctrl+o", "ctrl+d", "ctrl+r", "ctrl+z", "alt+up"),
    *("alt+down", "f6", "ctrl+f", "ctrl+j", "escape", "0", "9", "-", "a", "t", "{", '"', "\\", "é", "日", "/"),
]
NAMES = [
    "tools",
    "tool_choice",
    "response_format",
    "stop",
    "metadata",
    "logit_bias",
    "provider",
    "plugins",
    "modalities",
]
STARTS: list[JsonObject] = [
    {},
    {"tools": [{"type": "function", "function": {"name": "f", "x": [1]}}, {"type": "new"}, 7], "stop": "END"},
    {"tools": "none", "stop": {"a": 1}, "metadata": {"": "", "a": 1, "b": None}, "logit_bias": [[1, 2]]},
    {"provider": {"sort": {"by": "price"}, "order": [None, "a"], "max_price": 7, "": {}}, "plugins": [{"id": 7}, {}]},
]


async def press_all(name: str, start: JsonObject, keys: list[str]) -> None:
    app = PanelApp(SessionSettings("openrouter", "m", start))
    async with app.run_test(size=(60, 24)) as pilot:
        shown = app.panel.shown
        assert shown is not None
        row = row_of(shown, name)
        screen = editor_for(shown, row, as_json=False)
        assert isinstance(screen, FormScreen)
        app.push_screen(screen)
        await pilot.press(*keys)
        value = screen._form.value
        if not isinstance(value, Unset):
            assert json.dumps(parse_json(json.dumps(value, allow_nan=False))) == json.dumps(value)
        assert row_of(shown, name).value == start.get(name, UNSET)


def row_of(shown: Shown, name: str) -> ParameterRow:
    rows = build_rows(shown, Folding(), name).rows
    return next(row for row in rows if isinstance(row, ParameterRow) and row.spec.name == name)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    name=st.sampled_from(NAMES),
    start=st.sampled_from(STARTS),
    keys=st.lists(st.sampled_from(KEYS), min_size=5, max_size=30),
)
def test_any_keys_leave_the_value_json(name: str, start: JsonObject, keys: list[str]) -> None:
    asyncio.run(press_all(name, start, keys))
