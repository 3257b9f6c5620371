"""A sweep over a real connection: what goes out and when, where the replies come to stand, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chat_tui.domain.conversation import text_of
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.sweep_text import read_axes
from chat_tui.engine.opening import first_settings, new_workbench
from chat_tui.engine.services import Services
from chat_tui.engine.sweep_plan import PlannedSweep, plan_sweep
from chat_tui.engine.sweep_words import announcement, estimate, label, progress, summary
from chat_tui.engine.sweeping import Sweep, runs_of
from chat_tui.engine.workbench import Workbench
from chat_tui.wiring import Launch, build
from tests.support.server import CUT, Answer, Gate, Request, Script, ScriptedServer, chunk, events, plain, sse, stream
from tests.support.waiting import until

RATE_LIMIT = plain({"error": {"message": "slow down", "type": "rate_limit_error"}}, 429, {"retry-after": "0"})


@asynccontextmanager
async def opened(
    folder: Path, *answers: Script, validation: str = "block", retries: int = 0
) -> AsyncIterator[tuple[Workbench, ScriptedServer]]:
    config = folder / "config.toml"
    config.write_text(f'validation = "{validation}"\n[network]\nretries = {retries}\n')
    async with ScriptedServer(*answers) as server:
        launch = Launch(environment={}, config_file=str(config), data_dir=str(folder), base_url=server.base_url)
        services = build(launch).services
        try:
            yield begun(services), server
        finally:
            await services.backend.aclose()


def begun(services: Services) -> Workbench:
    return new_workbench(services, first_settings(services, "custom", "m-1"))


def echo(*names: str) -> Callable[[Request], Answer]:
    """Answers with the values of these members."""
    return lambda request: stream(" ".join(str(request.json().get(name, "-")) for name in names))


def plan(bench: Workbench, axes: str, repeat: int = 1, text: str = "Hi") -> PlannedSweep:
    return plan_sweep(bench, read_axes(axes), repeat, text=text)


async def run(bench: Workbench, planned: PlannedSweep, **options: Any) -> Sweep:
    sweep = Sweep(bench, planned, lambda _sweep, _run: None, **options)
    await sweep.wait()
    assert sweep.done
    return sweep


def states(sweep: Sweep) -> list[str]:
    return [each.state for each in sweep.runs]


def texts(bench: Workbench, node: str | None) -> list[str]:
    return [text_of(each.message) for each in bench.conversation.at(node).path()]


def without_messages(request: Request) -> JsonObject:
    return {
        name: value for name, value in request.json().items() if name not in ("messages", "stream", "stream_options")
    }


async def test_every_cell_is_asked_in_order_and_each_reply_is_a_branch_below_the_prompt(tmp_path: Path) -> None:
    async with opened(tmp_path, echo("temperature", "seed")) as (bench, server):
        before = bench.settings
        planned = plan(bench, "temperature=unset,0.5 seed=1..2")
        assert bench.conversation.nodes == {}
        assert announcement(planned, estimate(bench, planned)) == (
            "4 requests to custom m-1: 2 temperature × 2 seed; ≈ 4 tokens in"
        )
        sweep = await run(bench, planned)
        assert [without_messages(request) for request in server.requests] == [
            {"model": "m-1", "seed": 1},
            {"model": "m-1", "seed": 2},
            {"model": "m-1", "temperature": 0.5, "seed": 1},
            {"model": "m-1", "temperature": 0.5, "seed": 2},
        ]
        assert [request.json() for request in server.requests] == [planned.body(cell) for cell in planned.cells]
        assert [each.text for each in sweep.runs] == ["- 1", "- 2", "0.5 1", "0.5 2"]
        assert states(sweep) == ["done"] * 4
        assert texts(bench, sweep.runs[2].node) == ["Hi", "0.5 1"]
        assert len(bench.conversation.siblings(sweep.runs[0].node or "")) == 4
        assert (bench.conversation.head, bench.settings) == (sweep.runs[0].node, before)
        assert summary(sweep.runs) == "4 of 4 replies, all different"
        await bench.close()
        kept = bench.services.store.load(bench.path or "")
        assert dict(kept.conversation.nodes) == dict(bench.conversation.nodes)
        assert kept.conversation.head == sweep.runs[0].node
        assert kept.settings == before
        recorded = [each.settings for each in kept.exchanges.values()]
        assert [each.parameters.get("seed") for each in recorded if each] == [1, 2, 1, 2]


async def test_the_last_prompt_is_asked_again_and_what_is_selected_stays(tmp_path: Path) -> None:
    async with opened(tmp_path, stream("One"), stream("Two"), echo("seed")) as (bench, server):
        await bench.send("first", lambda _exchange, _step: None).wait()
        await bench.send("second", lambda _exchange, _step: None).wait()
        head = bench.conversation.head
        planned = plan(bench, "seed=7,8", text="")
        assert planned.prompt_words == "second"
        sweep = await run(bench, planned)
        assert server.requests[2].json()["messages"] == server.requests[1].json()["messages"]
        assert bench.conversation.head == head
        assert texts(bench, sweep.runs[1].node) == ["first", "One", "second", "8"]


def drawn(data: str) -> Answer:
    """A reply of one image and no words."""
    images: list[Json] = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}]
    message: JsonObject = {"role": "assistant", "content": "", "images": images}
    return plain({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})


async def test_replies_with_other_images_are_different(tmp_path: Path) -> None:
    async with opened(tmp_path, drawn("cmVk"), drawn("Ymx1ZQ=="), drawn("cmVk")) as (bench, _):
        sweep = await run(bench, plan(bench, "", repeat=3))
        assert summary(sweep.runs) == "3 of 3 replies, 2 different"


async def test_repeating_asks_the_same_and_counts_what_differs(tmp_path: Path) -> None:
    async with opened(tmp_path, stream("a"), stream("b"), stream("a")) as (bench, server):
        planned = plan(bench, "", repeat=3)
        sweep = await run(bench, planned)
        assert len({request.body for request in server.requests}) == 1
        assert summary(sweep.runs) == "3 of 3 replies, 2 different"
        assert [label(each) for each in sweep.runs] == ["reply 1", "reply 2", "reply 3"]
        planned = plan(bench, "seed=1,2", repeat=2)
        assert [label(each) for each in runs_of(planned)] == [
            "seed 1 · reply 1",
            "seed 1 · reply 2",
            "seed 2 · reply 1",
            "seed 2 · reply 2",
        ]


async def test_one_broken_cell_and_nothing_is_sent_or_written(tmp_path: Path) -> None:
    async with opened(tmp_path, stream("x")) as (bench, server):
        with pytest.raises(ProblemError) as caught:
            plan(bench, "temperature=1,3,4 seed=1,2")
        told = caught.value.problem.sentence()
        assert told.startswith(
            "Nothing was sent because cell 3 of 6 (temperature 3 · seed 1) breaks a rule: temperature = 3"
        )
        assert "3 more cells break a rule" in told
        assert caught.value.problem.kind == "blocked"
        assert server.requests == []
        assert bench.conversation.nodes == {}
        for axes, words in (("temperature=hot", 'temperature = "hot"'), ("n=1..2:0.5", "n = ")):
            with pytest.raises(ProblemError) as caught:
                plan(bench, axes)
            assert words in caught.value.problem.sentence()
        assert bench.services.store.recent(1) == []


@pytest.mark.parametrize(("validation", "doubted"), [("warn", True), ("off", False)])
async def test_a_rule_only_doubts_where_the_user_wants_it_so(tmp_path: Path, validation: str, doubted: bool) -> None:
    async with opened(tmp_path, echo("temperature"), validation=validation) as (bench, server):
        planned = plan(bench, "temperature=3,hot")
        assert any("must be between" in each.sentence() for each in planned.doubts) is doubted
        await run(bench, planned)
        assert [request.json()["temperature"] for request in server.requests] == [3, "hot"]


async def test_what_is_only_doubtful_is_told_before_it_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path, stream("x")) as (bench, _server):
        assert [each.sentence() for each in plan(bench, "odd=1").doubts] == [
            "odd: is not a known parameter; it is sent unchanged."
        ]
        assert not plan(bench, "max_tokens=5").doubts


async def test_no_more_are_under_way_than_is_said(tmp_path: Path) -> None:
    gates = [asyncio.Event() for _ in range(5)]
    answers = [
        events(*sse(chunk(str(place)), done=False), Gate(gate), *sse(chunk(finish="stop")))
        for place, gate in enumerate(gates)
    ]
    async with opened(tmp_path, *answers) as (bench, server):
        told: list[str] = []
        sweep = Sweep(bench, plan(bench, "seed=1..5"), lambda each, _run: told.append(progress(each)), jobs=2)
        await until(lambda: [each.text for each in sweep.runs].count("") == 3, what="two replies that have begun")
        assert len(server.requests) == 2
        assert states(sweep) == ["running", "running", "waiting", "waiting", "waiting"]
        assert "0 of 5 requests · seed 1 and 1 more" in told
        gates[1].set()
        await until(lambda: len(server.requests) == 3, what="the third request")
        assert states(sweep).count("running") == 2
        for gate in gates:
            gate.set()
        await sweep.wait()
        assert states(sweep) == ["done"] * 5


async def test_a_cell_that_fails_stops_no_other(tmp_path: Path) -> None:
    cut = events(*sse(chunk("half"), done=False), CUT)
    async with opened(tmp_path, stream("a"), RATE_LIMIT, cut, stream("d")) as (bench, _server):
        sweep = await run(bench, plan(bench, "seed=1..4"))
        assert states(sweep) == ["done", "failed", "failed", "done"]
        assert [each.problem is None for each in sweep.runs] == [True, False, False, True]
        assert sweep.runs[2].text == "half"
        assert texts(bench, sweep.runs[2].node) == ["Hi", "half"]
        assert sweep.runs[1].node is None
        assert summary(sweep.runs) == "2 of 4 replies, all different · 2 failed"
        assert not sweep.stopped


async def test_too_many_requests_are_tried_again_like_any(tmp_path: Path) -> None:
    async with opened(tmp_path, RATE_LIMIT, stream("a"), stream("b"), retries=2) as (bench, server):
        sweep = await run(bench, plan(bench, "seed=1,2"))
        assert states(sweep) == ["done", "done"]
        assert [request.json()["seed"] for request in server.requests] == [1, 1, 2]


async def test_stopping_keeps_what_came_and_asks_no_more(tmp_path: Path) -> None:
    gate = asyncio.Event()
    held = events(*sse(chunk("half"), done=False), Gate(gate))
    async with opened(tmp_path, stream("whole"), held) as (bench, server):
        sweep = Sweep(bench, plan(bench, "seed=1..9"), lambda _sweep, _run: None)
        await until(lambda: sweep.runs[1].text == "half", what="half a reply")
        sweep.stop()
        sweep.stop()
        await sweep.wait()
        assert states(sweep) == ["done", "stopped", *["waiting"] * 7]
        assert sweep.stopped
        assert len(server.requests) == 2
        assert summary(sweep.runs) == "1 of 9 replies · 1 stopped · 7 not sent"
        await bench.close()
        kept = bench.services.store.load(bench.path or "")
        assert [text_of(node.message) for node in kept.conversation.nodes.values()] == ["Hi", "whole", "half"]


async def test_where_all_fail_the_prompt_is_replaced_by_the_next(tmp_path: Path) -> None:
    async with opened(tmp_path, RATE_LIMIT, RATE_LIMIT, stream("a")) as (bench, _server):
        sweep = await run(bench, plan(bench, "seed=1,2"))
        assert bench.conversation.head == sweep.prompt
        await bench.send("again", lambda _exchange, _step: None).wait()
        assert texts(bench, bench.conversation.head) == ["again", "a"]


async def test_there_must_be_a_prompt_and_no_reply_under_way(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with opened(tmp_path, events(*sse(chunk("x"), done=False), Gate(gate))) as (bench, _server):
        with pytest.raises(ProblemError, match="There is no prompt to send"):
            plan(bench, "seed=1,2", text="")
        exchange = bench.send("Hi", lambda _exchange, _step: None)
        with pytest.raises(ProblemError, match="still running"):
            plan(bench, "seed=1,2")
        exchange.stop()
        await exchange.wait()


async def test_without_a_key_nothing_is_sent_or_written(tmp_path: Path) -> None:
    async with opened(tmp_path, stream("x")) as (bench, server):
        bench.change(SessionSettings("openai", "gpt-4o", {}))
        planned = plan(bench, "seed=1,2")
        with pytest.raises(ProblemError, match="OPENAI_API_KEY"):
            Sweep(bench, planned, lambda _sweep, _run: None)
        assert not bench.conversation.nodes
        assert not server.requests


async def test_the_estimate_counts_every_request_and_needs_a_limit_for_the_most(tmp_path: Path) -> None:
    async with opened(tmp_path, stream("x")) as (bench, _server):
        bench.change(bench.settings.set(("max_tokens",), 10))
        free = estimate(bench, plan(bench, "n=1,2", repeat=2, text="x" * 40))
        assert (free.requests, free.prompt_tokens, free.most_answer_tokens) == (4, 40, 60)
        assert (free.prompt_cost, free.most_cost) == (None, None)
        open_ended = estimate(bench, plan(bench, "max_tokens=unset,5"))
        assert open_ended.most_answer_tokens is None
        base_url = bench.services.endpoints.endpoint("custom").base_url
        card = ModelCard(id="m-1", prices={"prompt": 0.001, "completion": 0.002})
        bench.services.model_lists.keep(base_url, [card])
        known = estimate(bench, plan(bench, "n=1,2", repeat=2, text="x" * 40))
        assert known.prompt_cost == pytest.approx(0.04)
        assert known.most_cost == pytest.approx(0.04 + 60 * 0.002)
