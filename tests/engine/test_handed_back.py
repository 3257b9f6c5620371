"""Reasoning and images of replies are sent back as the service requires, and shown in the request beforehand."""

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


IMAGE: JsonObject = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}, "index": 0}


def drawing() -> list[Step]:
    """A reply of a word and two images."""
    deltas: list[JsonObject] = [{"content": "Here"}, {"images": [IMAGE]}, {"images": [{**IMAGE, "index": 1}]}]
    steps: list[Step] = [Responded(200, {}, 0.1, plain=False)]
    steps += [Received((event(0.2 + number / 10, delta),)) for number, delta in enumerate(deltas)]
    return [*steps, Received((event(0.9, {}, "stop"), StreamEvent(0.9, "[DONE]"))), Closed(1.0)]


async def asked(
    provider: str, then: str, first: list[Step] | None = None, more: JsonObject | None = None
) -> tuple[Workbench, JsonObject]:
    """A reply, a message after it, and what the second request, to another provider maybe, said of the reply."""
    catalogue = load_catalogue()
    backend = ScriptedBackend(first or thinking(), answered("Done"))
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
    work.put(more or {"role": "tool", "tool_call_id": "c1", "content": "3"}, work.conversation.head)
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


async def test_images_of_a_reply_go_back_unmodified_to_a_service_that_takes_them() -> None:
    more: JsonObject = {"role": "user", "content": "Make it blue"}
    _, reply = await asked("openrouter", "openrouter", drawing(), more)
    assert reply == {"role": "assistant", "content": "Here", "images": [IMAGE, {**IMAGE, "index": 1}]}


async def test_a_service_that_takes_no_images_back_does_not_get_them_and_the_session_keeps_them() -> None:
    more: JsonObject = {"role": "user", "content": "What was it?"}
    work, reply = await asked("openrouter", "openai", drawing(), more)
    assert reply == {"role": "assistant", "content": "Here"}
    assert "images" in work.conversation.path()[1].message
    assert work.staying() == ["messages[1].images"]
