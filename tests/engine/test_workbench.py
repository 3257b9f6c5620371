"""The workbench writes before it sends, sends what is set, and saves what is received."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import Any

import pytest

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.calls import Call
from chat_tui.domain.conversation import text_of
from chat_tui.domain.events import Closed, Comment, Failed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.opening import first_settings
from chat_tui.engine.services import Options, Services
from chat_tui.engine.workbench import Workbench
from tests.support.engine_doubles import MemoryJournal, OneEndpoint, ScriptedBackend, StillClock, answered, event
from tests.support.waiting import until


class Nothing:
    """A port that is not used here."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} is not expected to be used")


def bench(
    *scripts: Iterable[Step], hang: bool = False, refusal: ProblemError | None = None, provider: str = "openai"
) -> tuple[Workbench, ScriptedBackend, MemoryJournal]:
    catalogue = load_catalogue()
    journal = MemoryJournal("/tmp/session.jsonl")
    backend = ScriptedBackend(*scripts, hang=hang, before=lambda: journal.append({"type": "(request went out)"}))
    nothing: Any = Nothing()
    services = Services(
        catalogue=catalogue,
        providers=catalogue.providers,
        backend=backend,
        endpoints=OneEndpoint(refusal),
        store=nothing,
        clock=StillClock(),
        local=nothing,
        history=nothing,
        draft=nothing,
        options=Options(),
    )
    return Workbench(services, first_settings(services, provider, "m"), journal), backend, journal


def contents(body: JsonObject) -> list[Json]:
    """The words of each message of a body."""
    messages = body["messages"]
    assert isinstance(messages, list)
    return [message["content"] for message in messages if isinstance(message, dict)]


def ignore(exchange: Exchange, step: Step) -> None:
    """A listener that does not look."""


async def test_the_message_is_written_and_synced_before_the_request_goes_out() -> None:
    work, _, journal = bench(answered("Hi"))
    await work.send("Hello", ignore).wait()
    types = journal.types()
    assert types[:4] == ["settings", "message", "request", "(request went out)"]
    assert journal.synced >= 2
    assert types[-2:] == ["message", "end"]


async def test_every_batch_is_written_before_it_is_shown() -> None:
    work, _, journal = bench(answered("a", "b", "c"))
    seen: list[tuple[str, int]] = []

    def listen(exchange: Exchange, step: Step) -> None:
        if isinstance(step, Received):
            batches = [record["events"] for record in journal.records if record["type"] == "events"]
            kept = sum(len(batch) for batch in batches if isinstance(batch, list))
            seen.append(("".join(exchange.reply.choices[0].content), kept))

    exchange = work.send("go", listen)
    await exchange.wait()
    assert seen[-1][0] == "abc"
    assert seen[-1][1] == len(exchange.events) == 5


async def test_only_what_is_set_is_sent_and_unset_removes_it() -> None:
    work, backend, _ = bench(answered("1"), answered("2"))
    work.change(work.settings.set(("temperature",), 0))
    await work.send("a", ignore).wait()
    work.change(work.settings.unset(("temperature",)))
    await work.send("b", ignore).wait()
    first, second = (call.body for call in backend.calls)
    assert {*first} == {"model", "messages", "stream", "stream_options", "temperature"}
    assert {*second} == {"model", "messages", "stream", "stream_options"}
    assert contents(second) == ["a", "1", "b"]


async def test_our_own_usage_switch_goes_only_with_a_stream() -> None:
    work, _, _ = bench()
    work.change(work.settings.set(("stream",), False))
    assert {*work.body("x")} == {"model", "messages", "stream"}


async def test_stop_keeps_the_partial_text_and_marks_it() -> None:
    work, backend, journal = bench(answered("par", "tial", finish=None), hang=True)
    exchange = work.send("go", ignore)
    await until(
        lambda: bool(exchange.reply.choices) and "".join(exchange.reply.choices[0].content) == "partial",
        what="the text",
    )
    exchange.stop()
    exchange.stop()
    await exchange.wait()
    assert exchange.reply.outcome == "stopped"
    assert exchange.problem is None
    assert text_of(work.conversation.path()[-1].message) == "partial"
    assert journal.records[-1]["outcome"] == "stopped"
    assert backend.closed_streams == 1


@pytest.mark.parametrize("hang", [True, False])
async def test_closing_the_workbench_while_a_reply_runs_saves_it(hang: bool) -> None:
    work, _, journal = bench(answered("half", finish=None), hang=hang)
    exchange = work.send("go", ignore)
    await until(lambda: bool(exchange.events) or exchange.done, what="the first event")
    await work.close()
    assert journal.records[-1]["type"] == "end"


async def test_a_blocked_value_sends_and_writes_nothing() -> None:
    work, backend, journal = bench()
    work.change(work.settings.set(("temperature",), 3))
    with pytest.raises(ProblemError) as caught:
        work.send("x", ignore)
    assert "temperature = 3" in str(caught.value)
    assert caught.value.problem.kind == "blocked"
    assert not backend.calls
    assert not journal.records
    assert work.conversation.head is None


async def test_a_missing_key_sends_and_writes_nothing() -> None:
    refusal = ProblemError(Problem(kind="key", what="No key for openai", hint="Set OPENAI_API_KEY."))
    work, backend, journal = bench(refusal=refusal)
    with pytest.raises(ProblemError, match="OPENAI_API_KEY"):
        work.send("x", ignore)
    assert not backend.calls
    assert not journal.records


async def test_after_a_failure_sending_again_replaces_the_unanswered_message() -> None:
    refused = [Failed(0.1, Problem(kind="connect", what="Nobody answers at 127.0.0.1:9"))]
    work, backend, _ = bench(refused, answered("ok"))
    exchange = work.send("first try", ignore)
    await exchange.wait()
    assert exchange.problem is not None
    assert exchange.reply.outcome == "error"
    await work.send("second try", ignore).wait()
    assert contents(backend.calls[1].body) == ["second try"]
    assert len(work.conversation.nodes) == 3


async def test_a_later_prompt_that_failed_is_replaced_by_the_next_too() -> None:
    refused = [Failed(0.1, Problem(kind="connect", what="gone"))]
    work, backend, _ = bench(answered("one"), refused, answered("three"))
    for text in ("first", "second", "third"):
        await work.send(text, ignore).wait()
    assert contents(backend.calls[2].body) == ["first", "one", "third"]


async def test_a_stream_that_ends_before_its_first_event_is_an_error_and_not_a_cut_reply() -> None:
    lost = Problem(kind="stream", what="The response was cut off")
    work, _, _ = bench([Responded(200, {}, 0.1, plain=False), Failed(0.3, lost)])
    exchange = work.send("q", ignore)
    await exchange.wait()
    assert (exchange.reply.outcome, exchange.status, exchange.problem) == ("error", 200, lost)


async def test_comments_that_come_without_an_event_are_kept() -> None:
    alone: list[Step] = [Responded(200, {}, 0.1, plain=False), Received((), (Comment(0.2, "still working"),))]
    work, _, journal = bench([*alone, *answered("one")[1:]])
    exchange = work.send("q", ignore)
    await exchange.wait()
    assert [comment.text for comment in exchange.comments] == ["still working"]
    assert "still working" in str(journal.records)


async def test_again_makes_a_sibling_and_a_failed_one_returns_to_the_reply_before() -> None:
    refused = [Failed(0.1, Problem(kind="connect", what="gone"))]
    work, backend, _ = bench(answered("one"), answered("two"), refused)
    await work.send("q", ignore).wait()
    await work.again(ignore).wait()
    head = work.conversation.head
    assert head is not None
    assert [text_of(node.message) for node in work.conversation.siblings(head)] == ["one", "two"]
    assert backend.calls[0].body == backend.calls[1].body
    await work.again(ignore).wait()
    assert work.conversation.head == head


async def test_three_choices_become_siblings_and_the_first_is_the_head() -> None:
    steps: list[Step] = [Responded(200, {}, 0.1, plain=False)]
    steps += [Received(tuple(event(0.2, {"content": word}, "stop", index) for index, word in enumerate("abc")))]
    steps += [Received((StreamEvent(0.3, "[DONE]"),)), Closed(0.3)]
    work, _, _ = bench(steps)
    await work.send("q", ignore).wait()
    head = work.conversation.head
    assert head is not None
    assert text_of(work.conversation.nodes[head].message) == "a"
    assert len(work.conversation.siblings(head)) == 3


@pytest.mark.parametrize(
    ("finish", "outcome"), [("stop", "complete"), (None, "truncated")], ids=["after the finish", "before the finish"]
)
async def test_a_cut_connection_is_told_only_when_it_cut_the_reply(finish: str | None, outcome: str) -> None:
    cut = Problem(kind="stream", what="The connection broke")
    steps: list[Step] = [
        Responded(200, {}, 0.1, plain=False),
        Received((event(0.2, {"content": "text"}, finish),)),
        Failed(0.3, cut),
    ]
    work, _, journal = bench(steps)
    exchange = work.send("q", ignore)
    await exchange.wait()
    assert exchange.reply.outcome == outcome
    assert exchange.problem == (cut if outcome == "truncated" else None)
    assert text_of(work.conversation.path()[-1].message) == "text"
    assert journal.records[-1]["outcome"] == outcome


async def test_an_unknown_provider_is_named_with_the_known_ones() -> None:
    work, _, _ = bench(provider="nowhere")
    with pytest.raises(ProblemError, match=r"'nowhere'.*openrouter"):
        work.send("x", ignore)


async def test_a_reply_that_is_stopped_before_its_first_step_is_over_and_saved() -> None:
    work, backend, journal = bench(answered("Hi"))
    told: list[Step] = []
    exchange = work.send("go", lambda _, step: told.append(step))
    exchange.stop()
    await exchange.wait()
    assert (exchange.done, work.running, exchange.reply.outcome) == (True, False, "stopped")
    assert (backend.calls, journal.types()[-1], len(told)) == ([], "end", 1)


async def test_a_fault_of_our_own_leaves_no_reply_running_for_ever() -> None:
    work, _, journal = bench(answered("Hel", "lo"))

    def fault(_: Exchange, step: Step) -> None:
        if isinstance(step, Received):
            raise ZeroDivisionError

    exchange = work.send("go", fault)
    with pytest.raises(ZeroDivisionError):
        await exchange.wait()
    assert (work.running, journal.types()[-1]) == (False, "end")
    assert exchange.problem is not None
    assert exchange.problem.kind == "internal"
    assert text_of(work.conversation.path()[-1].message) == "Hel"


async def test_stopping_while_a_reply_is_checked_ends_it() -> None:
    work, _, journal = bench([Responded(200, {}, 0.1, plain=False), Received((event(0.2, {"content": "{}"}, "stop"),))])
    work.change(work.settings.set(("response_format",), {"type": "json_object"}))
    exchange = work.send("JSON please", ignore)
    await until(lambda: bool(exchange.events), what="the text")
    exchange.stop()
    await exchange.wait()
    assert (exchange.done, journal.types()[-1]) == (True, "end")


async def test_closing_ends_every_exchange_that_runs() -> None:
    work, _, journal = bench(answered("one"), answered("two", finish=None), hang=True)
    first = work.send("go", ignore)
    await until(lambda: first.status == 200, what="the answer")
    beside = work.beside(first.head, work.settings, ignore)
    await until(lambda: beside.status == 200, what="the answer beside")
    await work.close()
    assert (first.done, beside.done) == (True, True)
    assert journal.types().count("end") == 2


async def test_stopping_twice_does_not_break_off_the_closing_of_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    work, backend, _ = bench()

    async def steps(_call: Call) -> AsyncGenerator[Step, None]:
        try:
            yield Responded(200, {}, 0.1, plain=False)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            closed.append(True)

    monkeypatch.setattr(backend, "steps", steps)
    exchange = work.send("go", ignore)
    await until(lambda: exchange.status == 200, what="the answer")
    exchange.stop()
    await asyncio.sleep(0)
    exchange.stop()
    await exchange.wait()
    assert closed == [True]
