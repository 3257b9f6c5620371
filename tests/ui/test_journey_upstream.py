"""Differences between the request and what a gateway sent are shown below the reply and in the Reply tab."""

from __future__ import annotations

from chat_tui.domain.events import Adapted, Step
from chat_tui.domain.json_values import JsonObject
from chat_tui.local.adaptation import adapted_body
from tests.support.engine_doubles import answered
from tests.support.fakes import MemoryStore, services, workbench
from tests.support.journeys import Journey, journey

TOOLS = '[{"type":"function","function":{"name":"add","parameters":{"type":"object"}}}]'
SETTINGS: JsonObject = {
    "tools": [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}],
    "tool_choice": "required",
}


def adapting() -> list[Step]:
    """The embedded model's own way of asking for a tool call."""
    body, notes = adapted_body(workbench(services()).body("hi") | SETTINGS)
    return [Adapted(body, tuple(notes)), *answered("ok")]


async def sees_it(app: Journey) -> None:
    await app.sees("adapted: stop, messages")
    await app.pilot.press("f4", "f4")
    await app.sees("Sent upstream")
    await app.sees("local: added </tool_call>")


async def test_an_adaptation_is_always_shown() -> None:
    store = MemoryStore()
    async with journey(services(adapting(), store=store), size=(160, 60)) as app:
        await app.command(f"/set tools {TOOLS}")
        await app.command("/set tool_choice required")
        await app.sends("hi")
        await app.idle()
        await sees_it(app)
    async with journey(services(store=store), size=(160, 60)) as app:
        await app.command(f"/open {next(iter(store.journals))}")
        await sees_it(app)
