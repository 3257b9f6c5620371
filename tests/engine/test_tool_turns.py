"""Answering tool calls: results are sent in call order, and every change is a branch."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.tools import CANNED, ToolResult, refusal_result
from chat_tui.engine.opening import open_workbench
from chat_tui.engine.tool_runs import ToolRuns
from chat_tui.engine.tool_turns import answer, calls_at, go_on, pending_calls
from chat_tui.engine.workbench import Workbench
from tests.support.fakes import services, workbench
from tests.support.server import Answer, Gate, ScriptedServer, chunk, events, plain, sse, stream
from tests.support.tool_calls import KEY, WEATHER, call, calling, delta, runs_of, said, session, tool_file

TWO = calling(call(call_id="call_a"), call(arguments='{"city":"Oslo"}', call_id="call_b", index=1))
CUSTOM: Any = {"type": "custom", "custom": {"name": "grep"}}


async def went_on(bench: Workbench) -> None:
    await go_on(bench, lambda _exchange, _step: None).wait()


def messages(server: ScriptedServer, number: int = -1) -> Any:
    return server.requests[number].json()["messages"]


def written(bench: Workbench) -> str:
    assert bench.path is not None
    return Path(bench.path).read_text()


def roles(bench: Workbench) -> list[Any]:
    return [node.message["role"] for node in bench.conversation.path()]


async def test_a_call_is_answered_by_hand_and_the_model_goes_on(tmp_path: Path) -> None:
    async with ScriptedServer(calling(call()), stream("It is sunny.")) as server, session(tmp_path, server) as bench:
        await said(bench)
        (waiting,) = pending_calls(bench)
        assert (waiting.name, waiting.judged.value, waiting.may_run) == ("get_weather", {"city": "Paris"}, True)
        answer(bench, {"call_a": ToolResult("sunny")})
        assert pending_calls(bench) == ()
        await went_on(bench)
        assert messages(server)[1:] == [
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call_a",
                        "type": "function",
                        "function": {"name": "get_weather", "arguments": '{"city":"Paris"}'},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
        ]
        assert roles(bench) == ["user", "assistant", "tool", "assistant"]


async def test_parallel_calls_answered_in_reverse_order_go_out_in_order(tmp_path: Path) -> None:
    async with ScriptedServer(TWO, stream("ok")) as server, session(tmp_path, server) as bench:
        await said(bench)
        answer(bench, {"call_b": ToolResult("rain")})
        assert [waiting.id for waiting in pending_calls(bench)] == ["call_a"]
        with pytest.raises(ProblemError, match="Unanswered tool calls: get_weather"):
            go_on(bench, lambda _exchange, _step: None)
        answer(bench, {"call_a": ToolResult("sun")})
        await went_on(bench)
        assert [(each["tool_call_id"], each["content"]) for each in messages(server)[2:]] == [
            ("call_a", "sun"),
            ("call_b", "rain"),
        ]


async def test_all_calls_are_answered_at_once(tmp_path: Path) -> None:
    async with ScriptedServer(TWO, stream("ok")) as server, session(tmp_path, server) as bench:
        await said(bench)
        answer(bench, {"call_b": CANNED["empty"], "call_a": CANNED["error"]})
        await went_on(bench)
        assert [each["content"] for each in messages(server)[2:]] == ['{"error":"The tool failed."}', ""]


async def test_what_if_it_had_failed_is_a_branch_beside_the_first(tmp_path: Path) -> None:
    async with ScriptedServer(TWO, stream("fine"), stream("pity")) as server, session(tmp_path, server) as bench:
        await said(bench)
        answer(bench, {"call_a": ToolResult("sun"), "call_b": ToolResult("rain")})
        await went_on(bench)
        path = bench.conversation.path()
        answer(bench, {"call_a": CANNED["error"]}, message=path[1].id)
        assert [node.message["content"] for node in bench.conversation.path()[2:]] == [
            '{"error":"The tool failed."}',
            "rain",
        ]
        first_answers = bench.conversation.siblings(bench.conversation.path()[2].id)
        assert [node.message["content"] for node in first_answers] == ["sun", '{"error":"The tool failed."}']
        await went_on(bench)
        assert bench.conversation.path()[-1].message["content"] == "pity"
        bench.select(path[-1].id)
        assert bench.conversation.path()[-1].message["content"] == "fine"


async def test_another_answer_to_the_last_call_leaves_the_earlier_ones_as_they_are(tmp_path: Path) -> None:
    async with ScriptedServer(TWO) as server, session(tmp_path, server) as bench:
        await said(bench)
        answer(bench, {"call_a": ToolResult("sun"), "call_b": ToolResult("rain")})
        before = bench.conversation.path()
        answer(bench, {"call_b": ToolResult("snow")})
        after = bench.conversation.path()
        assert [node.id for node in after[:3]] == [node.id for node in before[:3]]
        assert [node.message["content"] for node in bench.conversation.siblings(after[3].id)] == ["rain", "snow"]


async def test_an_answer_is_on_disk_before_it_is_sent(tmp_path: Path) -> None:
    kept: list[str] = []

    def second(_request: Any) -> Answer:
        kept.append(written(bench))
        return stream("ok")

    async with ScriptedServer(calling(call()), second) as server, session(tmp_path, server) as bench:
        await said(bench)
        answer(bench, {"call_a": ToolResult("the result")})
        await went_on(bench)
    assert '"content":"the result"' in kept[0].replace('": "', '":"')


async def test_after_a_restart_calls_wait_and_nothing_was_run(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with ScriptedServer(TWO, stream("ok")) as server, session(tmp_path, server) as bench:
        await said(bench)
        runs = runs_of(bench, log)
        first = pending_calls(bench)[0]
        approval = runs.approval(first)
        runs.approve_always(approval)
        answer(bench, {first.id: (await runs.run(first, approval)).result()})
        assert bench.path is not None
        again = open_workbench(bench.services, bench.path, bench.settings)
        (waiting,) = pending_calls(again)
        assert (waiting.id, waiting.may_run) == ("call_b", True)
        fresh = runs_of(again, log)
        assert not fresh.approved(fresh.approval(waiting))
        assert log.read_text() == '{"city":"Paris"}\n'
        answer(again, {"call_b": ToolResult("by hand")})
        await went_on(again)
        assert [each["content"] for each in messages(server)[2:]] == ["sunny", "by hand"]
        await again.close()


async def test_calls_without_ids_get_some_before_they_are_answered(tmp_path: Path) -> None:
    bare: Any = [call(call_id=None), call(call_id=None, index=1)]
    async with ScriptedServer(stream("ok")) as server, session(tmp_path, server) as bench:
        asked = bench.put({"role": "user", "content": "hi"}, None)
        bench.put({"role": "assistant", "content": None, "tool_calls": bare}, asked.id)
        assert [waiting.id for waiting in pending_calls(bench)] == ["call_0", "call_1"]
        answer(bench, {"call_1": ToolResult("b")})
        answer(bench, {"call_0": ToolResult("a")})
        await went_on(bench)
        sent = messages(server)
        assert [each["id"] for each in sent[1]["tool_calls"]] == ["call_0", "call_1"]
        assert [(each["tool_call_id"], each["content"]) for each in sent[2:]] == [("call_0", "a"), ("call_1", "b")]
        callers = [node for node in bench.conversation.nodes.values() if "tool_calls" in node.message]
        assert len(callers) == 2


async def test_an_id_that_comes_twice_is_given_once(tmp_path: Path) -> None:
    one = {"role": "assistant", "content": None, "tool_calls": [call(index=0), call(index=1)]}
    script = plain({"choices": [{"index": 0, "finish_reason": "tool_calls", "message": one}]})
    async with ScriptedServer(script, stream("ok")) as server, session(tmp_path, server) as bench:
        await said(bench)
        ids = [waiting.id for waiting in pending_calls(bench)]
        assert len(set(ids)) == 2
        answer(bench, {ids[1]: ToolResult(ids[1])})
        (waiting,) = pending_calls(bench)
        assert waiting.may_run
        answer(bench, {ids[0]: ToolResult(ids[0])})
        await went_on(bench)
        sent = messages(server)
        assert [each["id"] for each in sent[1]["tool_calls"]] == [each["tool_call_id"] for each in sent[2:]]


async def test_a_retired_function_call_is_answered_by_name(tmp_path: Path) -> None:
    retired = {"name": "get_weather", "arguments": '{"city":"Rome"}'}
    script = events(*sse(delta({"function_call": retired}), chunk(finish="function_call")))
    members = {"functions": [WEATHER["function"]]}
    async with ScriptedServer(script, stream("ok")) as server, session(tmp_path, server, **members) as bench:
        await said(bench)
        (waiting,) = pending_calls(bench)
        assert (waiting.kind, waiting.may_run) == ("legacy", True)
        answer(bench, {waiting.id: ToolResult("warm")})
        await went_on(bench)
        assert messages(server)[-1] == {"role": "function", "name": "get_weather", "content": "warm"}


async def test_a_custom_tool_gets_its_text_as_it_is(tmp_path: Path) -> None:
    fragment = {"index": 0, "id": "call_c", "type": "custom", "custom": {"name": "grep", "input": "a.*{"}}
    log = tmp_path / "log"
    async with (
        ScriptedServer(calling(fragment), stream("ok")) as server,
        session(tmp_path, server, tools=[CUSTOM]) as bench,
    ):
        await said(bench)
        (waiting,) = pending_calls(bench)
        runs = runs_of(bench, log, CUSTOM)
        outcome = await runs.run(waiting, runs.approval(waiting))
        assert log.read_text() == "a.*{\n"
        answer(bench, {waiting.id: outcome.result()})
        await went_on(bench)
        assert messages(server)[-1] == {"role": "tool", "tool_call_id": "call_c", "content": "sunny"}


async def test_a_real_command_answers(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with ScriptedServer(calling(call()), stream("ok")) as server, session(tmp_path, server) as bench:
        await said(bench)
        (waiting,) = pending_calls(bench)
        runs = runs_of(bench, log)
        outcome = await runs.run(waiting, runs.approval(waiting))
        answer(bench, {waiting.id: outcome.result()})
        await went_on(bench)
        assert log.read_text() == '{"city":"Paris"}\n'
        assert messages(server)[-1]["content"] == "sunny"
        kept = written(bench)
        records = [json.loads(line) for line in kept.splitlines()]
        states = [record["state"] for record in records if record["type"] == "tool"]
        assert states == ["begun", "exit"]
        assert KEY not in kept


async def test_after_ten_rounds_somebody_has_to_look(tmp_path: Path) -> None:
    async with ScriptedServer(calling(call())) as server, session(tmp_path, server) as bench:
        await said(bench)
        for _ in range(10):
            answer(bench, {"call_a": ToolResult("more")})
            await went_on(bench)
        answer(bench, {"call_a": ToolResult("more")})
        with pytest.raises(ProblemError, match="11 replies in a row"):
            go_on(bench, lambda _exchange, _step: None)
        assert len(server.requests) == 11
        await go_on(bench, lambda _exchange, _step: None, bound=20).wait()
        assert len(server.requests) == 12


async def test_of_more_than_sixteen_calls_the_rest_is_not_run(tmp_path: Path) -> None:
    many = calling(*(call(call_id=f"call_{number}", index=number) for number in range(20)))
    async with ScriptedServer(many) as server, session(tmp_path, server) as bench:
        await said(bench)
        waiting = pending_calls(bench)
        assert [each.may_run for each in waiting] == [True] * 16 + [False] * 4
        assert "At most 16" in refusal_result(waiting[16]).content


async def test_what_is_no_call_cannot_be_answered(tmp_path: Path) -> None:
    async with ScriptedServer(calling(call()), stream("text")) as server, session(tmp_path, server) as bench:
        with pytest.raises(ProblemError, match="No tool call is waiting"):
            answer(bench, {"call_a": ToolResult("x")})
        await said(bench)
        for results in ({"call_x": ToolResult("x")}, {}):
            with pytest.raises(ProblemError):
                answer(bench, results)
        answer(bench, {"call_a": ToolResult("x")})
        await went_on(bench)
        with pytest.raises(ProblemError, match="No tool call has been answered"):
            go_on(bench, lambda _exchange, _step: None)


async def test_while_a_reply_is_under_way_no_call_is_answered(tmp_path: Path) -> None:
    slow = events(*sse(chunk("x"), done=False), Gate(asyncio.Event()))
    async with ScriptedServer(calling(call()), slow) as server, session(tmp_path, server) as bench:
        await said(bench)
        (waiting,) = pending_calls(bench)
        running = bench.again(lambda _exchange, _step: None)
        with pytest.raises(ProblemError, match="still running"):
            answer(bench, {waiting.id: ToolResult("x")})
        running.stop()
        await running.wait()


async def test_what_is_run_is_what_was_approved_and_only_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with ScriptedServer(TWO) as server, session(tmp_path, server) as bench:
        await said(bench)
        one, two = pending_calls(bench)
        runs = runs_of(bench, log)
        with pytest.raises(ProblemError, match="it differs from what was approved"):
            await runs.run(one, runs.approval(two))
        assert not log.exists()
        await runs.run(one, runs.approval(one))
        assert runs.has_run(one)
        with pytest.raises(ProblemError, match="has already been run"):
            await runs.run(one, runs.approval(one))
        assert log.read_text() == '{"city":"Paris"}\n'
        await runs.run(one, runs.approval(one), once_more=True)
        assert log.read_text() == '{"city":"Paris"}\n' * 2


async def test_always_means_this_command_of_this_tool(tmp_path: Path) -> None:
    async with ScriptedServer(TWO) as server, session(tmp_path, server) as bench:
        await said(bench)
        one, two = pending_calls(bench)
        runs = runs_of(bench, tmp_path / "log")
        assert not runs.approved(runs.approval(one))
        runs.approve_always(runs.approval(one))
        assert runs.approved(runs.approval(two))
        changed = runs_of(bench, tmp_path / "other").definition("get_weather")
        assert changed is not None
        runs.add([changed])
        assert not runs.approved(runs.approval(two))


async def test_the_command_of_a_call_is_that_of_the_tool_it_names(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    another = json.loads(json.dumps(WEATHER).replace("get_weather", "another"))
    for tool in (another, WEATHER):
        name = tool["function"]["name"]
        (tmp_path / "tools" / f"{name}.json").write_text(tool_file(tool, ["echo", name]))
    async with ScriptedServer(TWO) as server, session(tmp_path, server) as bench:
        await said(bench)
        assert ToolRuns(bench).approval(pending_calls(bench)[0]).argv == ("echo", "get_weather")


async def test_arguments_must_also_fit_what_the_file_of_the_command_says(tmp_path: Path) -> None:
    stricter = json.loads(json.dumps(WEATHER))
    stricter["function"]["parameters"]["properties"]["city"]["enum"] = ["Oslo"]
    async with ScriptedServer(TWO) as server, session(tmp_path, server) as bench:
        await said(bench)
        one, two = pending_calls(bench)
        runs = runs_of(bench, tmp_path / "log", stricter)
        with pytest.raises(ProblemError, match="do not match"):
            runs.approval(one)
        assert runs.approval(two).stdin == '{"city":"Oslo"}'


async def test_without_a_command_there_is_nothing_to_approve(tmp_path: Path) -> None:
    async with ScriptedServer(TWO) as server, session(tmp_path, server) as bench:
        await said(bench)
        with pytest.raises(ProblemError, match="The tool 'get_weather' has no command") as refused:
            ToolRuns(bench).approval(pending_calls(bench)[0])
        assert '"command": ["program", "argument"]' in refused.value.problem.hint
        assert "/tool mcp COMMAND" in refused.value.problem.hint


async def test_a_message_by_hand_that_calls_is_not_run(tmp_path: Path) -> None:
    async with ScriptedServer(stream("x")) as server, session(tmp_path, server) as bench:
        asking = bench.put({"role": "user", "content": "hi"}, None)
        by_hand = bench.put({"role": "assistant", "content": None, "tool_calls": [call()]}, asking.id)
        (waiting,) = calls_at(bench, by_hand.id)
        assert waiting.pending
        assert not waiting.may_run
        answer(bench, {waiting.id: ToolResult("typed")})
        await went_on(bench)
        assert messages(server)[-1]["content"] == "typed"


@given(st.permutations(["call_0", "call_1", "call_2", "call_3"]), st.data())
def test_answers_in_any_order_and_again_stand_in_the_order_of_the_calls(order: list[str], data: st.DataObject) -> None:
    bench = workbench(services())
    asked = bench.put({"role": "user", "content": "hi"}, None)
    calls: Any = [call(call_id=f"call_{number}", index=number) for number in range(4)]
    caller = bench.put({"role": "assistant", "content": None, "tool_calls": calls}, asked.id)
    given_results: dict[str, str] = {}
    for step, call_id in enumerate([*order, *data.draw(st.lists(st.sampled_from(order), max_size=4))]):
        given_results[call_id] = f"{call_id} {step}"
        answer(bench, {call_id: ToolResult(given_results[call_id])}, message=caller.id)
        below = [node.message for node in bench.conversation.path()[2:]]
        assert [each["content"] for each in below] == [given_results[each] for each in sorted(given_results)]
        assert [each["tool_call_id"] for each in below] == sorted(given_results)
    assert pending_calls(bench) == ()
