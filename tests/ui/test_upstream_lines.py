"""The Reply tab's lines about a body that was sent differently from the request."""

from __future__ import annotations

from chat_tui.domain.events import Adapted, Closed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.session_fold import fold_session
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.workbench import Workbench
from chat_tui.local.adaptation import adapted_body
from chat_tui.ui.upstream_lines import TITLE, adapted_words, upstream_lines
from tests.support.engine_doubles import MemoryJournal, answered
from tests.support.fakes import MemoryStore, services, workbench

TOOLS: list[Json] = [{"type": "function", "function": {"name": name}} for name in ("add", "get_weather")]
ASKED: JsonObject = {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "add"}}}


async def exchanged(steps: list[Step], **parameters: Json) -> tuple[Workbench, Exchange]:
    bench = workbench(services(steps))
    for name, value in parameters.items():
        bench.change(bench.settings.set((name,), value))
    exchange = bench.send("hi", lambda *_: None)
    await exchange.wait()
    return bench, exchange


def journal(bench: Workbench) -> MemoryJournal:
    store = bench.services.store
    assert isinstance(store, MemoryStore)
    return next(iter(store.journals.values()))


async def test_an_adaptation_is_shown_live_and_from_the_file_alike() -> None:
    body, notes = adapted_body(workbench(services()).body("hi") | ASKED)
    bench, exchange = await exchanged([Adapted(body, tuple(notes)), *answered("ok")], **ASKED)
    lines = upstream_lines(exchange)
    assert lines[:2] == [("", ""), (TITLE, "")]
    assert [value for label, value in lines if label == "note"] == notes
    assert ("tool_choice", '{"type":"function","function":{"name":"add"}} → "required"') in lines
    assert ("messages[1]", 'added: {"role":"assistant","content":"<tool_call>"}') in lines
    assert adapted_words(exchange) == "adapted: tools, tool_choice, stop, messages"
    (recorded,) = fold_session(journal(bench).records).exchanges.values()
    assert upstream_lines(recorded) == lines
    assert adapted_words(recorded) == adapted_words(exchange)


async def test_an_echo_is_compared_with_what_was_asked() -> None:
    echo = dump_json({"choices": [], "debug": {"echo_upstream_body": {"model": "other"}}})
    steps: list[Step] = [
        Responded(200, {}, 0.1, plain=False),
        Received((StreamEvent(0.2, echo), StreamEvent(0.3, "[DONE]"))),
        Closed(0.4),
    ]
    _, exchange = await exchanged(steps)
    assert ("model", '"small" → "other"') in upstream_lines(exchange)
    assert adapted_words(exchange) == ""


async def test_what_went_out_as_asked_has_no_section() -> None:
    _, exchange = await exchanged(answered("ok"))
    assert upstream_lines(exchange) == []


async def test_a_note_without_a_change_is_shown_too() -> None:
    bench = workbench(services())
    note = Adapted(bench.body("hi"), ("no tool is named x",))
    _, exchange = await exchanged([note, *answered("ok")])
    assert upstream_lines(exchange) == [("", ""), (TITLE, ""), ("note", "no tool is named x")]
    assert adapted_words(exchange) == ""


async def test_an_echo_that_agrees_says_so() -> None:
    bench = workbench(services())
    echo = dump_json({"choices": [], "debug": {"echo_upstream_body": bench.body("hi")}})
    steps: list[Step] = [Responded(200, {}, 0.1, plain=False), Received((StreamEvent(0.2, echo),)), Closed(0.4)]
    _, exchange = await exchanged(steps)
    assert upstream_lines(exchange)[2:] == [("body", "same as requested")]


async def test_many_differences_are_counted() -> None:
    many: JsonObject = {f"p{number}": number for number in range(100)}
    _, exchange = await exchanged([Adapted(many, ()), *answered("ok")])
    assert upstream_lines(exchange)[-1][1].endswith("more differences")
