"""Reasoning is sent back with tool calls as the service requires, and shown in the request beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.events import Closed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import JsonObject
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.opening import first_settings
from chat_tui.engine.services import Services
from chat_tui.engine.workbench import Workbench
from tests.support.engine_doubles import MemoryJournal, OneEndpoint, ScriptedBackend, StillClock, answered, event

CALL: JsonObject = {"index": 0, "id": "c1", "type": "function", "function": {"name": "sum", "arguments": "{}"}}


def thinking() -> list[Step]:
    """A reply that thinks in signed pieces and then calls a tool."""
    deltas: list[JsonObject] = [
        {"reasoning": "One", "reasoning_details": [{"type": "reasoning.text", "text": "One", "index": 0}]},
        {"reasoning": " two", "reasoning_details": [{"type": "reasoning.text", "text": " two", "index": 0}]},
        {"reasoning_details": [{"type": "reasoning.text", "signature": "c2ln", "index": 0}]},
        {"reasoning_details": [{"type": "reasoning.encrypted", "data": "QUFB", "index": 1}]},
        {"tool_calls": [CALL]},
    ]
    steps: list[Step] = [Responded(200, {}, 0.1, plain=False)]
    steps += [Received((event(0.2 + number / 10, delta),)) for number, delta in enumerate(deltas)]
    return [*steps, Received((event(0.9, {}, "tool_calls"), StreamEvent(0.9, "[DONE]"))), Closed(1.0)]


def ignore(exchange: Exchange, step: Step) -> None:
    """A listener that does not look."""


async def asked(provider: str, then: str) -> tuple[Workbench, JsonObject]:
    """A call of a tool, its answer, and what the second request, to another provider maybe, said of the first reply."""
    catalogue = load_catalogue()
    backend = ScriptedBackend(thinking(), answered("Done"))
    nothing: Any = None
    services = Services(
        catalogue=catalogue,
        providers=catalogue.providers,
        backend=backend,
        endpoints=OneEndpoint(None),
        store=nothing,
        clock=StillClock(),
        local=nothing,
        history=nothing,
        draft=nothing,
    )
    work = Workbench(services, first_settings(services, provider, "m"), MemoryJournal("/tmp/session.jsonl"))
    await work.send("Add", ignore).wait()
    work.put({"role": "tool", "tool_call_id": "c1", "content": "3"}, work.conversation.head)
    work.change(first_settings(services, then, "m"))
    before = work.body()
    await work.again(ignore, anyway=True).wait()
    assert backend.calls[1].body == before, "what was shown is what was sent"
    messages = backend.calls[1].body["messages"]
    assert isinstance(messages, list)
    reply = messages[1]
    assert isinstance(reply, dict)
    return work, reply


async def test_reasoning_with_a_call_goes_back_unmodified_and_in_order() -> None:
    _, reply = await asked("openrouter", "openrouter")
    assert reply["reasoning_details"] == [
        {"type": "reasoning.text", "text": "One two", "index": 0, "signature": "c2ln"},
        {"type": "reasoning.encrypted", "data": "QUFB", "index": 1},
    ]
    assert reply["reasoning"] == "One two"
    assert reply["tool_calls"] == [{"id": "c1", "type": "function", "function": {"name": "sum", "arguments": "{}"}}]


@pytest.mark.parametrize("provider", ["openai", "deepseek", "mistral"])
async def test_a_service_that_forbids_it_does_not_get_it_and_the_session_keeps_it(provider: str) -> None:
    work, reply = await asked("openrouter", provider)
    assert set(reply) == {"role", "content", "tool_calls"}
    kept = work.conversation.path()[1].message
    assert {"reasoning", "reasoning_details"} <= set(kept)
    assert work.staying() == ["messages[1].reasoning", "messages[1].reasoning_details"]
