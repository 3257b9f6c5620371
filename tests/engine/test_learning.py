"""Learning from exchanges: refused parameters are stored, and removed when they succeed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from chat_tui.domain.events import Attempted, Failed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem
from chat_tui.engine.services import Services
from chat_tui.engine.workbench import Workbench
from chat_tui.storage.refusals import FileRefusals
from tests.support.engine_doubles import answered
from tests.support.fakes import services, workbench


def refusing(status: int, param: str | None, words: str = "not with this model") -> list[Step]:
    """A service that says no."""
    problem = Problem(kind="http", what="x did not accept the request", why=words, status=status, param=param)
    return [Responded(status, {}, 0.1, plain=True), Failed(0.2, problem)]


def learning(tmp_path: Path, *scripts: list[Step], **parameters: object) -> Workbench:
    bench = workbench(replace(services(*scripts), refusals=FileRefusals(tmp_path)))
    for name, value in parameters.items():
        bench.change(bench.settings.set((name,), value))  # type: ignore[arg-type]  # JSON, as the tests give it
    return bench


async def exchange(bench: Workbench) -> None:
    await bench.send("hi", lambda *_: None).wait()


def names(bench: Workbench) -> set[str]:
    return set(bench.knowledge.refusals)


async def test_a_refusal_is_remembered_with_words_and_time_and_told_as_a_finding(tmp_path: Path) -> None:
    bench = learning(tmp_path, refusing(400, "seed"), seed=1, n=2)
    await exchange(bench)
    (refusal,) = bench.knowledge.refusals.values()
    assert (refusal.name, refusal.status, refusal.words, refusal.at_ms) == ("seed", 400, "not with this model", 10**9)
    assert [each.kind for each in bench.findings() if each.name == "seed"][-1] == "refused"


async def test_a_success_forgets_exactly_what_it_sent(tmp_path: Path) -> None:
    bench = learning(tmp_path, refusing(400, "seed"), refusing(400, "n"), answered("ok"), seed=1, n=2)
    await exchange(bench)
    await exchange(bench)
    assert names(bench) == {"seed", "n"}
    bench.change(bench.settings.unset(("n",)))
    await exchange(bench)
    assert names(bench) == {"n"}


async def test_a_success_without_the_parameter_forgets_nothing(tmp_path: Path) -> None:
    bench = learning(tmp_path, refusing(422, "seed"), answered("ok"), seed=1)
    await exchange(bench)
    bench.change(bench.settings.unset(("seed",)))
    await exchange(bench)
    assert names(bench) == {"seed"}


async def test_a_truncated_reply_is_a_success_too(tmp_path: Path) -> None:
    bench = learning(tmp_path, refusing(400, "seed"), answered("ok", finish=None), seed=1)
    await exchange(bench)
    await exchange(bench)
    assert names(bench) == set()


@pytest.mark.parametrize("status", [401, 402, 429, 500, 503])
async def test_other_failures_teach_nothing(tmp_path: Path, status: int) -> None:
    bench = learning(tmp_path, refusing(status, "seed"), seed=1)
    await exchange(bench)
    assert names(bench) == set()


async def test_an_error_inside_a_stream_forgets_nothing(tmp_path: Path) -> None:
    broken: list[Step] = [
        Responded(200, {}, 0.1, plain=False),
        Received((StreamEvent(0.2, '{"error": {"message": "overloaded", "code": 503}, "choices": [{"index": 0}]}'),)),
    ]
    bench = learning(tmp_path, refusing(400, "seed"), broken, seed=1)
    await exchange(bench)
    await exchange(bench)
    assert names(bench) == {"seed"}


async def test_a_repeated_try_that_succeeds_leaves_nothing_refused(tmp_path: Path) -> None:
    problem = Problem(kind="http", what="busy", why="seed", status=429, param="seed")
    bench = learning(tmp_path, [Attempted(1, problem, 0.0), *answered("ok")], seed=1)
    await exchange(bench)
    assert names(bench) == set()


async def test_another_model_knows_nothing_of_it(tmp_path: Path) -> None:
    bench = learning(tmp_path, refusing(400, "seed"), seed=1)
    await exchange(bench)
    bench.change(replace(bench.settings, model="other"))
    assert names(bench) == set()


async def test_without_a_place_to_keep_it_nothing_breaks() -> None:
    given: Services = services(refusing(400, "stop"))
    bench = workbench(given)
    bench.change(bench.settings.set(("stop",), "x"))
    await exchange(bench)
    body: JsonObject = bench.body()
    assert "stop" in body
    assert bench.knowledge.refusals == {}
