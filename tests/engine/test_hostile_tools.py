"""Hostile tool calls: nothing runs unapproved, incomplete, invalid, twice or through a shell."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chat_tui.domain.counts import counted
from chat_tui.domain.json_values import dump_json
from chat_tui.domain.literal import UNSAFE
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.tool_definitions import Approval
from chat_tui.domain.tools import ToolResult, refusal_result
from chat_tui.engine.tool_turns import answer, go_on, pending_calls
from chat_tui.engine.workbench import Workbench
from tests.support.server import CUT, Answer, ScriptedServer, chunk, events, plain, sse, stream
from tests.support.tool_calls import KEY, WEATHER, call, calling, delta, runs_of, said, session

PARIS, OSLO = '{"city":"Paris"}', '{"city":"Oslo"}'
INJECTIONS = [
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned",
    "--help",
    "-rf",
    "\n touch pwned\n",
    "'\"\\",
    "${IFS}",
]


def pieces(*deltas: Any, finish: str = "tool_calls") -> Answer:
    return events(*sse(*(delta({"tool_calls": list(each)}) for each in deltas), chunk(finish=finish)))


def part(arguments: str, **members: Any) -> dict[str, Any]:
    return {"function": {"arguments": arguments}, **members}


def cut(*fragments: Any) -> Answer:
    whole = sse(*(delta({"tool_calls": [each]}) for each in fragments), done=False)
    return events(*whole, CUT)


def unreadable_between() -> Answer:
    head = call(arguments='{"city":')
    return events(
        *sse(delta({"tool_calls": [head]}), done=False),
        b"data: {broken\n\n",
        *sse(delta({"tool_calls": [part('"Paris"}', index=0)]}), chunk(finish="tool_calls")),
    )


def legacy() -> Answer:
    return events(
        *sse(delta({"function_call": {"name": "get_weather", "arguments": PARIS}}), chunk(finish="function_call"))
    )


def in_text() -> Answer:
    return stream('<tool_call>{"name":"get_weather","arguments":{"city":"Paris"}}</tool_call>')


REFUSED: dict[str, Answer] = {
    "arguments that are no JSON": calling(call(arguments="{city: Paris}")),
    "arguments cut in the middle, with a good end": calling(call(arguments='{"city":"Par')),
    "arguments with something after them": calling(call(arguments=PARIS + PARIS)),
    "arguments that are a list": calling(call(arguments='["Paris"]')),
    "arguments that are null": calling(call(arguments="null")),
    "arguments that are empty": calling(call(arguments="")),
    "arguments with one more member": calling(call(arguments='{"city":"Paris","sudo":true}')),
    "arguments of another type": calling(call(arguments='{"city":7}')),
    "arguments without what is required": calling(call(arguments="{}")),
    "arguments with one name twice": calling(call(arguments='{"city":"Oslo","city":"Paris"}')),
    "arguments with a number that is none": calling(call(arguments='{"city":NaN}')),
    "arguments nested without end": calling(call(arguments='{"city":' + "[" * 20_000)),
    "arguments longer than is looked at": calling(call(arguments=json.dumps({"city": "x" * 1_100_000}))),
    "a stream that is cut in the call": cut(call(arguments='{"city":')),
    "a stream that is cut after whole arguments": cut(call()),
    "a reply at its length limit": calling(call(), finish="length"),
    "a reply that was filtered": calling(call(), finish="content_filter"),
    "a reply without a reason for its end": calling(call(), finish=None),
    "a stream that ends in an error": events(
        *sse(delta({"tool_calls": [call()]}), '{"error":{"message":"boom"}}', chunk(finish="tool_calls"))
    ),
    "a stream of which a part could not be read": unreadable_between(),
    "an unknown tool": calling(call("get_wether")),
    "a shell that was never declared": calling(call("bash", '{"command":"rm -rf /"}')),
    "an empty name": calling(call("")),
    "a name with a control character": calling(call("get_weather\x1b[2J")),
    "a retired call without retired functions": legacy(),
    "a custom call of a function": calling(
        {"index": 0, "id": "c", "type": "custom", "custom": {"name": "get_weather", "input": PARIS}}
    ),
    "text that looks like a call": in_text(),
    "a message that speaks as the user and calls": plain(
        {"choices": [{"index": 0, "finish_reason": "length", "message": {"role": "user", "tool_calls": [call()]}}]}
    ),
}
"""Of these nothing is run, even where the tool was approved for the session."""

ACCEPTED: dict[str, tuple[Answer, list[str]]] = {
    "arguments in pieces": (
        pieces([call(arguments='{"ci')], [part('ty":"Pa', index=0)], [part('ris"}', index=0)]),
        [PARIS],
    ),
    "parallel calls, interleaved": (
        pieces(
            [call(arguments='{"city":'), call(arguments='{"city":', call_id="b", index=1)],
            [part('"Oslo"}', index=1), part('"Paris"}', index=0)],
        ),
        [PARIS, OSLO],
    ),
    "two calls of the same index": (pieces([call()], [call(arguments=OSLO, call_id="b")]), [PARIS, OSLO]),
    "no index": (pieces([{k: v for k, v in call().items() if k != "index"}]), [PARIS]),
    "no id": (calling(call(call_id=None)), [PARIS]),
    "one id twice": (pieces([call()], [call(arguments=OSLO, index=1)]), [PARIS, OSLO]),
    "a name that is repeated": (
        pieces([call(arguments='{"city":')], [call(arguments='"Paris"}')]),
        [PARIS],
    ),
    "arguments that are an object": (calling(call(arguments={"city": "Paris"})), [PARIS]),
    "a huge index": (calling(call(index=2_000_000_000)), [PARIS]),
    "the end is called stop": (calling(call(), finish="stop"), [PARIS]),
}
"""These are whole: they are run as they should be, in order."""


def noted(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def names_in(folder: Path) -> str:
    return " ".join(path.name for path in folder.rglob("*"))


def sessions_in(folder: Path) -> str:
    return "".join(file.read_text() for file in folder.rglob("*.jsonl"))


async def run_all(bench: Workbench, log: Path) -> list[str]:
    """What a user gets who approves whatever can be approved, and tries everything twice."""
    runs = runs_of(bench, log)
    for waiting in pending_calls(bench):
        for _ in range(2):
            with suppress(ProblemError):
                approval = runs.approval(waiting)
                runs.approve_always(approval)
                await runs.run(waiting, approval)
    return noted(log)


@pytest.mark.parametrize("name", REFUSED)
async def test_nothing_is_run_of(name: str, tmp_path: Path) -> None:
    async with ScriptedServer(REFUSED[name], stream("ok")) as server, session(tmp_path, server) as bench:
        await said(bench)
        assert await run_all(bench, tmp_path / "log") == []
        waiting = pending_calls(bench)
        for each in waiting:
            assert not each.may_run
            assert json.loads(refusal_result(each).content)["error"]
        if waiting:
            answer(bench, {each.id: refusal_result(each) for each in waiting})
            await go_on(bench, lambda _exchange, _step: None).wait()
            assert len(server.requests) == 2
        await said(bench, "And now?")
        assert bench.conversation.path()[-1].message["content"] == "ok"


@pytest.mark.parametrize("name", ACCEPTED)
async def test_each_call_is_run_once_of(name: str, tmp_path: Path) -> None:
    script, wanted = ACCEPTED[name]
    async with ScriptedServer(script) as server, session(tmp_path, server) as bench:
        await said(bench)
        assert await run_all(bench, tmp_path / "log") == wanted


@pytest.mark.parametrize("name", [*REFUSED, *ACCEPTED])
async def test_nothing_is_run_without_approval_of(name: str, tmp_path: Path) -> None:
    script = REFUSED[name] if name in REFUSED else ACCEPTED[name][0]
    async with ScriptedServer(script) as server, session(tmp_path, server) as bench:
        runs_of(bench, tmp_path / "log")
        await said(bench)
        for waiting in pending_calls(bench):
            answer(bench, {waiting.id: ToolResult("by hand")})
        assert not (tmp_path / "log").exists()
        assert all(record.message.get("role") != "system" for record in bench.conversation.path())


async def test_a_call_that_the_request_forbade_is_not_run(tmp_path: Path) -> None:
    async with ScriptedServer(calling(call())) as server, session(tmp_path, server, tool_choice="none") as bench:
        await said(bench)
        assert await run_all(bench, tmp_path / "log") == []
        assert "did not allow tool calls" in refusal_result(pending_calls(bench)[0]).content


async def test_the_tools_of_the_request_count_not_those_that_are_set_since(tmp_path: Path) -> None:
    async with ScriptedServer(calling(call("bash", "{}"))) as server, session(tmp_path, server) as bench:
        await said(bench)
        shell: Any = {"type": "function", "function": {"name": "bash"}}
        bench.change(bench.settings.set(("tools",), [WEATHER, shell]))
        runs = runs_of(bench, tmp_path / "log", shell)
        with pytest.raises(ProblemError, match="declared no tool with that name"):
            runs.approval(pending_calls(bench)[0])


@pytest.mark.parametrize("text", INJECTIONS)
async def test_arguments_reach_the_command_as_json_and_nothing_else_of_it(text: str, tmp_path: Path) -> None:
    arguments = json.dumps({"city": text})
    async with ScriptedServer(calling(call(arguments=arguments))) as server, session(tmp_path, server) as bench:
        await said(bench)
        (line,) = await run_all(bench, tmp_path / "log")
        assert json.loads(line) == {"city": text}
        assert "pwned" not in names_in(tmp_path)
        runs = runs_of(bench, tmp_path / "log")
        assert not any(text in word for word in runs.approval(pending_calls(bench)[0]).argv)


async def test_a_service_that_fails_after_the_answer_does_not_have_it_run_again(tmp_path: Path) -> None:
    failing = plain({"error": {"message": "down"}}, 500)
    async with ScriptedServer(calling(call()), failing, stream("ok")) as server, session(tmp_path, server) as bench:
        await said(bench)
        (waiting,) = pending_calls(bench)
        runs = runs_of(bench, tmp_path / "log")
        outcome = await runs.run(waiting, runs.approval(waiting))
        answer(bench, {waiting.id: outcome.result()})
        exchange = go_on(bench, lambda _exchange, _step: None)
        await exchange.wait()
        assert exchange.problem is not None
        assert pending_calls(bench) == ()
        await go_on(bench, lambda _exchange, _step: None).wait()
        assert [request.json()["messages"][-1]["content"] for request in server.requests[1:]] == ["sunny", "sunny"]
        assert (tmp_path / "log").read_text() == f"{PARIS}\n"


async def test_no_key_is_in_a_request_a_result_or_the_session(tmp_path: Path) -> None:
    async with ScriptedServer(calling(call()), stream("ok")) as server, session(tmp_path, server) as bench:
        await said(bench)
        runs = runs_of(bench, tmp_path / "log")
        definition = runs.definition("get_weather")
        assert definition is not None
        code = "import os; print(dict(os.environ))"
        runs.add([replace(definition, command=(definition.command[0], "-c", code))])
        (waiting,) = pending_calls(bench)
        outcome = await runs.run(waiting, runs.approval(waiting))
        answer(bench, {waiting.id: outcome.result()})
        await go_on(bench, lambda _exchange, _step: None).wait()
        assert outcome.ok
        assert "CANARY_KEY" not in outcome.stdout
        assert KEY not in server.requests[1].body.decode()
        assert KEY in server.requests[1].headers["authorization"]
        assert '"tool"' in sessions_in(tmp_path)
        assert KEY not in sessions_in(tmp_path)


def test_what_was_approved_is_that_and_nothing_near_it() -> None:
    approval = Approval(name="t", call="c", message="m", argv=("sh",), stdin="{}", folder="", timeout_s=1)
    assert approval == replace(approval)
    changes: list[dict[str, Any]] = [{"argv": ("sh", "-c")}, {"stdin": "{ }"}, {"folder": "/"}, {"call": "d"}]
    assert all(approval != replace(approval, **change) for change in changes)


@given(st.text(), st.text(), st.lists(st.text(), min_size=1), st.text())
def test_an_approval_shows_every_character(name: str, stdin: str, argv: list[str], folder: str) -> None:
    approval = Approval(name=name, call="c", message="m", argv=tuple(argv), stdin=stdin, folder=folder, timeout_s=60)
    lines = list(approval.lines())
    assert not any(UNSAFE.search(line) for line in lines)
    head = len(lines) - stdin.count("\n") - 1
    assert f" {counted(len(stdin), 'character')}:" in lines[head - 1]
    for typed, line in zip(stdin.split("\n"), lines[head:], strict=True):
        assert len(line) >= len(typed.replace("\r\n", "\n"))
    plain_text = "".join(each for each in dump_json(argv[0]) if each.isascii() and each.isprintable())
    assert all(each in lines[1] for each in plain_text)


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u00ad", "\u2060", "\u3164", "\ufe0f", "\u202e", "\x1b", "\U000e0041", "\t"]
)
def test_a_character_that_hides_is_a_mark(hidden: str) -> None:
    approval = Approval(name="t", call="c", message="m", argv=("a",), stdin=f"a{hidden}b", folder="", timeout_s=60)
    *_, line = approval.lines()
    assert hidden not in line
    assert len(line) > 2
