"""Every published parameter is set from the panel by keys alone, reaches the wire, and is removed again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chat_tui.domain.json_values import Json, JsonObject, Unset, value_at, with_value
from chat_tui.engine.services import Options
from chat_tui.ui.panel.editors.form_screen import FormScreen
from chat_tui.ui.panel.editors.writing import WritingScreen
from chat_tui.ui.panel.rows import ParameterRow
from tests.support.fakes import THEMES, known, services, workbench
from tests.support.journeys import Journey, journey

MODEL = "vendor/model"
SAVE = "ctrl+s"
FUNCTION: Json = {"type": "function", "function": {"name": "f"}}

SET: dict[str, tuple[list[str], Json]] = {
    "temperature": ([":0.3", "enter"], 0.3),
    "top_p": ([":.5", "enter"], 0.5),
    "top_k": ([":40", "enter"], 40),
    "frequency_penalty": ([":-0.5", "enter"], -0.5),
    "presence_penalty": ([":1.5", "enter"], 1.5),
    "logit_bias": (["enter", ":50256", "enter", ":-100", "enter", SAVE], {"50256": -100}),
    "max_completion_tokens": ([":64", "enter"], 64),
    "max_tokens": ([":32", "enter"], 32),
    "stop": (["enter", ":\\n\\n", "enter", ":END", "enter", SAVE], ["\n\n", "END"]),
    "n": ([":2", "enter"], 2),
    "seed": ([":9223372036854775807", "enter"], 9223372036854775807),
    "reasoning_effort": (["enter", "down", "enter"], "minimal"),
    "reasoning": (["enter", "right", "right", "down", "down", "right", SAVE], {"effort": "minimal", "exclude": True}),
    "response_format": (
        ["enter", "right", "right", "right", "down", "down", ":Haiku", "enter", "down", "down", "right", SAVE],
        {"type": "json_schema", "json_schema": {"name": "Haiku", "strict": True}},
    ),
    "modalities": (["enter", "space", "down", "space", SAVE], ["text", "image"]),
    "audio": (["enter", "enter", "down", "right", SAVE], {"voice": "alloy", "format": "wav"}),
    "prediction": (
        ["enter", "down", "enter", "enter", ":again", SAVE, SAVE],
        {"type": "content", "content": "again"},
    ),
    "tools": (["enter", "enter", ":f", "enter", SAVE], [FUNCTION]),
    "tool_choice": (
        ["enter", "right", "right", "right", "right", "down", "down", ":f", "enter", SAVE],
        {"type": "function", "function": {"name": "f"}},
    ),
    "parallel_tool_calls": (["right", "right"], False),
    "functions": (["enter", "enter", ":f", "enter", SAVE], [{"name": "f"}]),
    "function_call": (["enter", "left", "down", ":f", "enter", SAVE], {"name": "f"}),
    "logprobs": (["space"], True),
    "top_logprobs": ([":5", "enter"], 5),
    "stream": (["right"], True),
    "stream_options": (["enter", "right", SAVE], {"include_usage": True}),
    "service_tier": (["right", "right", "right"], "flex"),
    "store": (["right"], True),
    "metadata": (["enter", ":run", "enter", ":7", "enter", SAVE], {"run": "7"}),
    "user": (["enter", ":u-1", "enter"], "u-1"),
    "web_search_options": (
        ["enter", "right", "down", "enter", "down", "enter", ":FR", "enter", SAVE],
        {"search_context_size": "low", "user_location": {"type": "approximate", "approximate": {"country": "FR"}}},
    ),
    "models": (["enter", ":a/b", "enter", ":c/d", "enter", SAVE], ["a/b", "c/d"]),
    "plugins": (["enter", "enter", "right", SAVE], [{"id": "web", "enabled": True}]),
    "provider": (
        ["enter", "enter", ":alpha", "enter", "down", "down", "down", "right", "right", SAVE],
        {"order": ["alpha"], "allow_fallbacks": False},
    ),
    "route": (["right"], "fallback"),
    "session_id": (["enter", ":s-1", "enter"], "s-1"),
    "trace": (
        ["enter", ":t-1", "enter", "ctrl+o", ":team", "enter", ":red", "enter", SAVE],
        {"trace_id": "t-1", "team": "red"},
    ),
    "response_format.type": (["right", "right"], "json_object"),
    "response_format.json_schema": (["enter", ":Haiku", "enter", SAVE], {"name": "Haiku"}),
    "tool_choice.type": (["right"], "function"),
    "tool_choice.function": (["enter", ":f", "enter", SAVE], {"name": "f"}),
    "tool_choice.function.name": (["enter", ":f", "enter"], "f"),
    "function_call.name": (["enter", ":f", "enter"], "f"),
    "trace.trace_id": (["enter", ":1", "enter"], "1"),
    "trace.trace_name": (["enter", ":a b", "enter"], "a b"),
    "trace.span_name": (["enter", ":s", "enter"], "s"),
    "trace.generation_name": (["enter", ":g", "enter"], "g"),
    "trace.parent_span_id": (["enter", ":p", "enter"], "p"),
}
ELSEWHERE = {"model", "messages"}
"""Set by the model's picker and the composer."""
GROUPS = sorted({known().parameters[name].group for name in SET})


def test_the_table_has_every_name_of_the_references() -> None:
    seeds = {spec.name for spec in known().parameters.values() if spec.seeds}
    assert len(seeds) == 54
    of_messages = {name for name in seeds if name.startswith("messages[]")}
    assert set(SET) == seeds - of_messages - ELSEWHERE


async def press(trip: Journey, keys: list[str]) -> None:
    """Press keys; what begins with ``:`` is typed. A key that opens or closes a window is waited for."""
    for key in keys:
        if key.startswith(":"):
            await trip.types(key[1:])
        else:
            before = trip.app.screen
            await trip.pilot.press(key)
            if key == SAVE and isinstance(before, FormScreen | WritingScreen):
                await trip.until(lambda before=before: trip.app.screen is not before, "the window to close")  # type: ignore[misc]
        await trip.until(lambda: trip.app.focused is not None, "the focus")


async def go_to(trip: Journey, name: str) -> None:
    """The cursor onto a parameter's row: filter by its name, then down."""
    panel = trip.chat.panel.parameters
    await trip.pilot.press("f2")
    await trip.until(lambda: panel.has_focus, "the focus in the panel")
    await trip.pilot.press("slash", "ctrl+u")
    await trip.types(name)
    await trip.pilot.press("enter", "home")
    for _ in range(12):
        await trip.until(lambda: panel.message_queue_size == 0, "the keys to be worked off")
        if isinstance(panel.current, ParameterRow) and panel.current.spec.name == name:
            return
        await trip.pilot.press("down")
    raise AssertionError(f"no row for {name}")


async def sent(trip: Journey) -> JsonObject:
    """Back to the composer, send; the body but for the messages."""
    await trip.pilot.press("escape", "escape")
    await trip.until(lambda: trip.chat.composer.has_focus, "the focus in the composer")
    count = len(trip.bodies)
    await trip.sends("x")
    await trip.until(lambda: len(trip.bodies) == count + 1, "the request")
    await trip.idle()
    return {name: value for name, value in trip.bodies[-1].items() if name != "messages"}


def exactly(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize("group", GROUPS)
async def test_it_is_set_by_keys_reaches_the_wire_and_leaves_it(group: str) -> None:
    given = services(options=Options(theme_dirs=(THEMES,), validation="off"))
    bench = workbench(given, provider="openrouter", model=MODEL)
    bench.change(bench.settings.unset_all())
    async with journey(given, bench=bench) as trip:
        for name in (each for each in SET if known().parameters[each].group == group):
            keys, value = SET[name]
            await go_to(trip, name)
            await press(trip, keys)
            path = known().parameters[name].path
            await trip.until(
                lambda path=path: not isinstance(value_at(bench.settings.parameters, path), Unset),  # type: ignore[misc]
                f"{name} to be set",
            )
            assert exactly(await sent(trip)) == exactly(with_value({"model": MODEL}, path, value)), name
            await go_to(trip, name)
            await trip.pilot.press("delete")
            await trip.until(lambda: bench.settings.parameters == {}, f"{name} to be unset")
            assert exactly(await sent(trip)) == exactly({"model": MODEL}), name


async def test_model_and_messages_are_set_where_they_are_typed() -> None:
    given = services()
    async with journey(given, bench=workbench(given, provider="openrouter", model=MODEL)) as trip:
        await trip.sends("/model other/one")
        await trip.until(lambda: trip.bench.settings.model == "other/one", "the model")
        await trip.sends("Hello")
        await trip.idle()
        body: Any = trip.bodies[-1]
        assert body["model"] == "other/one"
        assert body["messages"] == [{"role": "user", "content": "Hello"}]
