"""Random keys: nothing breaks, and the settings stay valid JSON."""

from __future__ import annotations

import asyncio
import json

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chat_tui.domain.json_values import parse_json
from chat_tui.domain.settings import SessionSettings
from tests.support.panel_app import PanelApp

KEYS = [
    *("up", "down", "left", "right", "shift+left", "shift+right", "enter", "space", "delete", "backspace", "escape"),
    *("pageup", "pagedown", "home", "end", "tab", "ctrl+s", "slash", "question_mark", "ctrl+u", "minus", "full_stop"),
    *("N", "e", "y", "0", "1", "9", "a", "t", "left_curly_bracket", "quotation_mark", "é", "日"),
]
STARTS = [
    {},
    {"temperature": "hot", "stop": {"a": 1}, "logit_bias": [1], "stream": None, "nested": {"x": {"y": [None]}}},
    {"seed": 10**40, "top_p": -1e308, "tools": "none", "reasoning_effort": 7, "logprobs": "yes", "": ""},
]


async def press_all(start: SessionSettings, keys: list[str]) -> None:
    app = PanelApp(start, sent=start)
    async with app.run_test(size=(46, 24)) as pilot:
        for _ in range(2):
            await pilot.press(*keys)
        while len(app.screen_stack) > 1:
            app.pop_screen()
            await pilot.pause()
        body = json.dumps(app.settings.parameters, allow_nan=False)
        assert json.dumps(parse_json(body)) == body


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    provider=st.sampled_from(["openai", "openrouter", "local"]),
    start=st.sampled_from(STARTS),
    keys=st.lists(st.sampled_from(KEYS), min_size=5, max_size=20),
)
def test_any_keys_leave_the_settings_json(provider: str, start: dict[str, object], keys: list[str]) -> None:
    parameters = parse_json(json.dumps(start))
    assert isinstance(parameters, dict)
    asyncio.run(press_all(SessionSettings(provider, "vendor/model", parameters), keys))
