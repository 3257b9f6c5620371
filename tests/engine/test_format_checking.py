"""Validating a reply's format as it ends: recorded, read again, and off the event loop."""

from __future__ import annotations

import asyncio
import json
import sys
import threading

import pytest

from chat_tui.domain.events import Step
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.reply import Reply
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.session_fold import fold_session
from chat_tui.engine import format_checking
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.format_checking import check_reply, format_of
from tests.domain.output.test_format_check import GOOD, HAIKU
from tests.support.engine_doubles import MemoryJournal, answered, event
from tests.support.fakes import services, workbench

FORMAT: JsonObject = {"type": "json_schema", "json_schema": {"name": "Haiku", "strict": True, "schema": HAIKU}}


def ignore(exchange: Exchange, step: Step) -> None:
    """A listener that does not look."""


async def exchanged(*steps: Step, asked: JsonObject | None = FORMAT) -> tuple[Exchange, MemoryJournal]:
    given = services(list(steps))
    bench = workbench(given)
    if asked is not None:
        bench.change(bench.settings.set(("response_format",), asked))
    exchange = bench.send("A haiku", ignore)
    await exchange.wait()
    journal = given.store.append_to(str(bench.path))
    assert isinstance(journal, MemoryJournal)
    return exchange, journal


def recorded(journal: MemoryJournal) -> RecordedExchange:
    return next(iter(fold_session(journal.records).exchanges.values()))


async def test_the_result_is_recorded_and_read_again() -> None:
    exchange, journal = await exchanged(*answered(*json.dumps(GOOD)))
    assert exchange.format is not None
    assert exchange.format.valid
    assert format_of(exchange) == format_of(recorded(journal)) == exchange.format
    exchange, journal = await exchanged(*answered('{"title": 7}'))
    assert exchange.format is not None
    assert exchange.format.errors[0].path == "$.title"
    assert format_of(recorded(journal)) == exchange.format


async def test_without_an_output_format_nothing_is_checked_recorded_or_loaded() -> None:
    sys.modules.pop("chat_tui.engine.format_checking")
    try:
        exchange, journal = await exchanged(*answered("{}"), asked=None)
        assert "chat_tui.engine.format_checking" not in sys.modules
    finally:
        sys.modules["chat_tui.engine.format_checking"] = format_checking
    assert exchange.format is None
    assert "format" not in journal.records[-1]


async def test_a_reply_that_is_cut_off_does_not_fit() -> None:
    exchange, journal = await exchanged(*answered('{"title": "Po', finish=None))
    assert exchange.reply.outcome == "truncated"
    assert exchange.format is not None
    assert "is not valid JSON" in exchange.format.errors[0].message
    assert journal.records[-1]["outcome"] == "truncated"


async def test_old_sessions_have_no_result() -> None:
    assert format_of(RecordedExchange(id="x", head=None, end={"outcome": "complete"})) is None
    assert format_of(RecordedExchange(id="x", head=None)) is None


async def test_stopping_while_the_check_is_at_work_keeps_the_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    checking = asyncio.Event()

    async def endless(body: object, reply: object) -> None:
        checking.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(format_checking, "check_reply", endless)
    given = services(answered(json.dumps(GOOD)))
    bench = workbench(given)
    bench.change(bench.settings.set(("response_format",), FORMAT))
    exchange = bench.send("A haiku", ignore)
    await checking.wait()
    assert not exchange.done
    exchange.stop()
    await exchange.wait()
    journal = given.store.append_to(str(bench.path))
    assert isinstance(journal, MemoryJournal)
    assert [record["outcome"] for record in journal.records if record["type"] == "end"] == ["complete"]
    assert exchange.format is None
    assert exchange.reply.choices[0].text() == json.dumps(GOOD)


async def test_a_megabyte_is_checked_while_the_loop_goes_on() -> None:
    schema: JsonObject = {
        "type": "array",
        "items": {"type": "object", "properties": {"n": {"type": "integer"}, "text": {"type": "string"}}},
    }
    rows: list[JsonObject] = [{"n": number, "text": "x" * 40} for number in range(16_000)]
    rows[-1]["n"] = "last"
    reply = Reply()
    reply.apply(event(0.1, {"content": json.dumps(rows)}, "stop"))
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.create_task(count())
    asked: JsonObject = {"response_format": {"type": "json_schema", "json_schema": {"name": "rows", "schema": schema}}}
    result = await check_reply(asked, reply)
    counting.cancel()
    assert result is not None
    assert [error.path for error in result.errors] == ["$[15999].n"]
    assert turns > 10


async def test_calls_are_judged_before_a_screen_asks_and_not_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from chat_tui.domain import schema_errors, tool_faults
    from chat_tui.engine.format_checking import judge_calls

    tool_faults._misfits.cache_clear()
    threads: list[str] = []
    whole = schema_errors.schema_errors

    def watched(value: Json, schema: Json, most: int = 50, *, steps: int | None = None) -> list[object]:
        threads.append(threading.current_thread().name)
        return [*whole(value, schema, most, steps=steps)]

    monkeypatch.setattr(schema_errors, "schema_errors", watched)
    function: JsonObject = {"name": "f", "parameters": {"properties": {"a": {"type": "string"}}}}
    body: JsonObject = {"tools": [{"type": "function", "function": function}]}
    call: Json = {"id": "1", "index": 0, "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    reply = Reply()
    reply.apply(event(0.1, {"tool_calls": [call]}, "tool_calls"))
    await judge_calls(body, reply)
    origin = tool_faults.CallOrigin(asked=body, outcome="complete", finish_reason="tool_calls")
    fault = tool_faults.judged("function", "f", '{"a": 1}', origin).fault
    assert fault is not None
    assert fault.details == ("a: must be a string, is an integer",)
    assert len(threads) == 1
    assert threads[0] != threading.main_thread().name
