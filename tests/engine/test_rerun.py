"""Rerunning a session: the requests, where the new replies are added, and what is saved however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chat_tui.domain.conversation import text_of
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session import Session
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.opening import first_settings, new_workbench, open_workbench, unkept_workbench
from chat_tui.engine.refusing import BlockedError
from chat_tui.engine.rerun import Rerun
from chat_tui.engine.rerun_plan import RerunPlan, Span, plan_rerun
from chat_tui.engine.rerun_words import announcement, change_words, judged, progress, summary
from chat_tui.engine.services import Services
from chat_tui.engine.workbench import Workbench
from chat_tui.wiring import Launch, build
from tests.support.server import (
    CUT,
    Answer,
    Gate,
    Request,
    ScriptedServer,
    chunk,
    completion,
    events,
    plain,
    sse,
    stream,
)
from tests.support.waiting import until

RATE_LIMIT = plain({"error": {"message": "slow down", "type": "rate_limit_error"}}, 429)


def called(call_id: str, name: str = "get", arguments: str = '{"city":"Paris"}') -> Answer:
    call = {"index": 0, "id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}
    return events(
        *sse(
            chunk(choices=[{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}]),
            chunk(finish="tool_calls"),
        )
    )


@asynccontextmanager
async def opened(folder: Path, server: ScriptedServer, validation: str = "off") -> AsyncIterator[Services]:
    config = folder / "config.toml"
    config.write_text(f'validation = "{validation}"\n[network]\nretries = 0\n')
    launch = Launch(environment={}, config_file=str(config), data_dir=str(folder), base_url=server.base_url)
    services = build(launch).services
    try:
        yield services
    finally:
        await services.backend.aclose()


async def say(bench: Workbench, text: str, **parameters: Any) -> None:
    settings = bench.settings
    for name, value in parameters.items():
        settings = settings.set((name,), value)
    bench.change(settings)
    await bench.send(text, lambda _exchange, _step: None).wait()


def begun(services: Services) -> Workbench:
    return new_workbench(services, first_settings(services, "custom", "m-1"))


def as_recorded(settings: SessionSettings) -> SessionSettings:
    return settings


def warmer(settings: SessionSettings) -> SessionSettings:
    return settings.set(("temperature",), 1.5)


async def rerun(
    bench: Workbench, plan: RerunPlan, listener: Callable[[Rerun], None] = lambda _: None, **options: Any
) -> Rerun:
    made = Rerun(bench, plan, listener, **options)
    await made.wait()
    assert made.done
    return made


def texts(bench: Workbench | Session, head: str | None = None) -> list[str]:
    conversation = bench.conversation.at(head) if head else bench.conversation
    return [text_of(node.message) for node in conversation.path()]


def contents(path: str) -> bytes:
    return Path(path).read_bytes()


def states(made: Rerun) -> list[str]:
    return [result.state for result in made.results]


async def test_each_turn_is_sent_as_it_was_recorded_and_the_new_reply_stands_beside_the_old(tmp_path: Path) -> None:
    answers = [stream("One"), stream("Two"), stream("One"), stream("2")]
    async with ScriptedServer(*answers) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        bench.change(SessionSettings("custom", "m-1", {"stream": True, "seed": 7}, system="Be brief"))
        await say(bench, "first", tools=[{"type": "function", "function": {"name": "get"}}])
        await say(bench, "second", seed=8)
        head, settings = bench.conversation.head, bench.settings
        made = await rerun(bench, plan_rerun(bench, as_recorded))
        bodies = [request.json() for request in server.requests]
        assert bodies[2:] == bodies[:2]
        assert states(made) == ["same", "differs"]
        assert (bench.conversation.head, bench.settings) == (head, settings)
        assert texts(bench, made.results[1].node) == ["first", "One", "second", "2"]
        assert len(bench.conversation.siblings(made.results[0].node or "")) == 2
        await bench.close()
        kept = services.store.load(bench.path or "")
        assert dict(kept.conversation.nodes) == dict(bench.conversation.nodes)
        assert (kept.conversation.head, kept.settings) == (head, settings)
        recorded = list(kept.exchanges.values())
        assert [each.settings for each in recorded[2:]] == [each.settings for each in recorded[:2]]
        assert [each.reply.choices[0].text() for each in recorded] == ["One", "Two", "One", "2"]


async def test_changes_are_told_before_and_recorded_with_the_new_replies_only(tmp_path: Path) -> None:
    async with ScriptedServer(stream("One"), stream("Uno")) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "first", temperature=0)
        plan = plan_rerun(bench, warmer)
        assert announcement(plan) == "1 request to custom m-1, the recorded history; temperature 0→1.5"
        made = await rerun(bench, plan)
        assert server.requests[1].json()["temperature"] == 1.5
        assert summary(made.results, 1) == "0 of 1 turn is the same"
        await bench.close()
        old, new = services.store.load(bench.path or "").exchanges.values()
        assert old.settings is not None
        assert new.settings is not None
        assert (old.settings.parameters["temperature"], new.settings.parameters["temperature"]) == (0, 1.5)
        assert services.store.load(bench.path or "").settings == bench.settings


async def test_the_new_replies_can_be_the_history(tmp_path: Path) -> None:
    answers = [stream("One"), stream("Two"), stream("Three"), stream("Uno"), stream("Dos"), stream("Tres")]
    async with ScriptedServer(*answers) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        for text in ("a", "b", "c"):
            await say(bench, text)
        head, heads = bench.conversation.head, bench.history.heads
        made = await rerun(bench, plan_rerun(bench, as_recorded, follow=True))
        assert bench.history.heads == heads
        sent = [message["content"] for message in server.requests[-1].json()["messages"]]
        assert sent == ["a", "Uno", "b", "Dos", "c"]
        assert bench.conversation.head == head
        assert texts(bench, made.results[-1].node) == [*sent, "Tres"]
        await bench.close()
        kept = services.store.load(bench.path or "")
        assert dict(kept.conversation.nodes) == dict(bench.conversation.nodes)
        assert kept.conversation.head == head


async def test_results_of_tools_go_under_the_new_ids(tmp_path: Path) -> None:
    answers = [called("old-1"), stream("Rain"), called("new-1"), stream("Sun")]
    async with ScriptedServer(*answers) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "weather?")
        tool = bench.put({"role": "tool", "tool_call_id": "old-1", "content": "rain"}, bench.conversation.head)
        await bench.again(lambda _exchange, _step: None, at=tool.id).wait()
        made = await rerun(bench, plan_rerun(bench, as_recorded, follow=True))
        assert states(made) == ["same", "differs"]
        _, call, answer = server.requests[-1].json()["messages"]
        assert call["tool_calls"][0]["id"] == answer["tool_call_id"] == "new-1"


@pytest.mark.parametrize(
    ("answer", "why"),
    [(stream("No tools today"), "the new reply calls different tools"), (RATE_LIMIT, "the new reply is incomplete")],
)
async def test_the_recorded_reply_stands_where_the_new_one_cannot_go_on(
    tmp_path: Path, answer: Answer, why: str
) -> None:
    answers = [stream("Hi"), called("old-1"), stream("Rain"), stream("Hey"), answer, stream("Rain")]
    async with ScriptedServer(*answers) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "hello")
        await say(bench, "weather?")
        tool = bench.put({"role": "tool", "tool_call_id": "old-1", "content": "rain"}, bench.conversation.head)
        await bench.again(lambda _exchange, _step: None, at=tool.id).wait()
        made = await rerun(bench, plan_rerun(bench, as_recorded, follow=True))
        _, hey, _, call, result = server.requests[-1].json()["messages"]
        assert hey["content"] == "Hey"
        assert call["tool_calls"][0]["id"] == result["tool_call_id"] == "old-1"
        assert why in made.results[1].note
        assert made.results[2].state == "same"


async def test_only_a_turn_that_others_follow_says_what_they_continue_from(tmp_path: Path) -> None:
    async with ScriptedServer(stream("One"), stream("Two"), RATE_LIMIT) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "a")
        await say(bench, "b")
        made = await rerun(bench, plan_rerun(bench, as_recorded, follow=True))
        assert states(made) == ["failed", "failed"]
        kept = "Later turns keep the recorded reply in their history: the new reply is incomplete"
        assert [each.note for each in made.results] == [kept, ""]


async def test_a_turn_that_fails_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    cut = events(*sse(chunk("Tw"), done=False), CUT)
    answers = [stream("One"), stream("Two"), stream("Three"), RATE_LIMIT, cut, stream("Three")]
    async with ScriptedServer(*answers) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        for text in ("a", "b", "c"):
            await say(bench, text)
        made = await rerun(bench, plan_rerun(bench, as_recorded))
        assert states(made) == ["failed", "failed", "same"]
        first, second, third = made.results
        assert first.problem is not None
        assert "slow down" in judged(first).why
        assert first.node is None
        assert texts(bench, second.node)[-1] == "Tw"
        assert judged(third).ok
        assert summary(made.results, 3) == "1 of 3 turns is the same · 2 failed"


async def test_it_can_end_with_the_first_failure(tmp_path: Path) -> None:
    answers = [stream("One"), stream("Two"), RATE_LIMIT]
    async with ScriptedServer(*answers) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "a")
        await say(bench, "b")
        made = await rerun(bench, plan_rerun(bench, as_recorded), stop_on_error=True)
        assert states(made) == ["failed"]
        assert made.stopped
        assert summary(made.results, 2) == "0 of 2 turns are the same · 1 failed · 1 not sent"


async def test_one_that_is_stopped_in_its_last_turn_is_stopped(tmp_path: Path) -> None:
    slow = events(*sse(chunk("On"), done=False), Gate(asyncio.Event()))
    async with ScriptedServer(stream("One"), slow) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "a")
        made = Rerun(bench, plan_rerun(bench, as_recorded), lambda _: None)
        await until(lambda: any(each.reply.choices for each in made.running.values()), what="the first words")
        made.stop()
        await made.wait()
        assert states(made) == ["stopped"]
        assert made.stopped


async def test_stopping_keeps_what_came(tmp_path: Path) -> None:
    slow = events(*sse(chunk("On"), done=False), Gate(asyncio.Event()))
    async with ScriptedServer(stream("One"), stream("Two"), slow) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "a")
        await say(bench, "b")
        told: list[str] = []
        made = Rerun(bench, plan_rerun(bench, as_recorded), lambda now: told.append(progress(now)))
        await until(lambda: any(each.reply.choices for each in made.running.values()), what="the first words")
        made.stop()
        made.stop()
        await made.wait()
        assert states(made) == ["stopped"]
        assert made.stopped
        assert texts(bench, made.results[0].node) == ["a", "On"]
        assert "0 of 2 turns · waiting for turn 1" in told
        assert not judged(made.results[0]).ok


async def test_several_at_once_come_out_in_order(tmp_path: Path) -> None:
    opened_late = asyncio.Event()

    def answer(request: Request) -> Answer:
        number = len(request.json()["messages"])
        again = len(server.requests) > 3
        before = [Gate(opened_late)] if again and number == 1 else []
        return Answer(
            200, {"Content-Type": "text/event-stream"}, sse(chunk(f"{number}"), chunk(finish="stop")), before=before
        )

    async with ScriptedServer(answer) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        for text in ("a", "b", "c"):
            await say(bench, text)
        made = Rerun(bench, plan_rerun(bench, as_recorded), lambda _: None, jobs=2)
        await until(lambda: len(made.results) == 2, what="the two others")
        opened_late.set()
        await made.wait()
        assert [result.turn.number for result in made.results] == [1, 2, 3]
        assert states(made) == ["same"] * 3
        head = bench.conversation.head
        await bench.close()
        kept = services.store.load(bench.path or "")
        assert dict(kept.conversation.nodes) == dict(bench.conversation.nodes)
        assert kept.conversation.head == head


async def test_every_choice_is_compared(tmp_path: Path) -> None:
    def three(*words: str) -> Answer:
        choices = [
            {"index": index, "finish_reason": "stop", "message": {"role": "assistant", "content": word}}
            for index, word in enumerate(words)
        ]
        return completion("", choices=choices)

    answers = [three("x", "y", "z"), three("x", "y", "Z")]
    async with ScriptedServer(*answers) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "a", n=3, stream=False)
        second = next(node.id for node in bench.conversation.nodes.values() if node.choice == 1)
        bench.select(second)
        made = await rerun(bench, plan_rerun(bench, as_recorded))
        [result] = made.results
        assert result.comparison is not None
        assert [choice.same for choice in result.comparison.choices] == [True, True, False]
        assert texts(bench, result.node) == ["a", "y"]


async def test_only_the_turns_one_names(tmp_path: Path) -> None:
    async with ScriptedServer(stream("x")) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        for text in ("a", "b", "c"):
            await say(bench, text)
        plan = plan_rerun(bench, as_recorded, span=Span.of("2.."))
        assert [(turn.number, turn.prompt) for turn in plan.turns] == [(2, "b"), (3, "c")]
        with pytest.raises(ProblemError, match="No such turn: the session has 3"):
            plan_rerun(bench, as_recorded, span=Span.of("4"))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [("3", [3], [2, 4]), ("2..4", [2, 4], [1, 5]), ("2..", [2, 99], [1]), ("..2", [1, 2], [3])],
)
def test_a_span_of_turns(text: str, inside: list[int], outside: list[int]) -> None:
    span = Span.of(text)
    assert all(number in span for number in inside)
    assert not any(number in span for number in outside)


@pytest.mark.parametrize("text", ["", "..", "0", "-1", "4..2", "a", "1...3", "1-3"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a range of turns|invalid literal"):
        Span.of(text)


async def test_nothing_to_send_again(tmp_path: Path) -> None:
    async with ScriptedServer(stream("x")) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        bench.put({"role": "user", "content": "by hand"}, None)
        with pytest.raises(ProblemError, match="This session has no reply"):
            plan_rerun(bench, as_recorded)


async def test_only_changes_can_break_a_rule(tmp_path: Path) -> None:
    async with ScriptedServer(stream("x")) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "a", temperature=9)
        path = bench.path or ""
        await bench.close()
        async with opened(tmp_path, server, "block") as strict:
            again = open_workbench(strict, path, bench.settings)
            assert plan_rerun(again, as_recorded).turns[0].body["temperature"] == 9
            with pytest.raises(BlockedError, match="top_p"):
                plan_rerun(again, lambda settings: settings.set(("top_p",), 7))
            await again.close()


async def test_every_turn_that_would_break_a_rule_is_found(tmp_path: Path) -> None:
    async with ScriptedServer(stream("One")) as server, opened(tmp_path, server, "block") as services:
        bench = begun(services)
        for seed in (1, 1, 2):
            await say(bench, "a", seed=seed)

        def breaks(seed: int) -> Callable[[SessionSettings], SessionSettings]:
            return lambda was: was.set(("top_p",), 7 if was.parameters["seed"] == seed else 0.5)

        for broken in (1, 2):
            with pytest.raises(BlockedError, match="top_p"):
                plan_rerun(bench, breaks(broken))
        plan_rerun(bench, breaks(3))


async def test_an_unknown_provider_is_told_by_turn(tmp_path: Path) -> None:
    async with ScriptedServer(stream("x")) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "a")
        with pytest.raises(ProblemError, match="The provider of turn 1, 'gone', is not configured"):
            plan_rerun(bench, lambda settings: SessionSettings("gone", settings.model))


async def test_what_is_not_to_be_kept_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    async with ScriptedServer(stream("x"), stream("y")) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "a")
        await bench.close()
        path = bench.path or ""
        before = contents(path)
        unkept = unkept_workbench(services, path, bench.settings)
        made = await rerun(unkept, plan_rerun(unkept, warmer))
        await unkept.close()
        assert states(made) == ["differs"]
        assert contents(path) == before


async def test_turns_asked_differently_are_told_apart(tmp_path: Path) -> None:
    async with ScriptedServer(stream("x")) as server, opened(tmp_path, server) as services:
        bench = begun(services)
        await say(bench, "a", temperature=1.5)
        await say(bench, "b", temperature=0)
        await say(bench, "c")
        assert change_words(plan_rerun(bench, warmer).turns) == ["turn 1: as recorded", "turns 2–3: temperature 0→1.5"]
