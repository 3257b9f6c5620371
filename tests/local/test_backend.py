"""Calls to the embedded model on their way to the HTTP transport."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.events import Adapted, Closed, Failed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.secrets import Secret
from chat_tui.local.backend import LocalBackend
from chat_tui.local.server import LocalServer
from tests.support.waiting import until

OPENED = Responded(200, {}, 0.1, plain=False)
EVENT = Received((StreamEvent(0.2, "{}"),))
CLOSED = Closed(0.3)


class FakeServer(LocalServer):
    """Starts and stops nothing, and counts."""

    def __init__(self, *, problem: Problem | None = None, shipped: bool = True) -> None:
        super().__init__(data_dir=Path(), state_dir=Path("/state"))
        self.starts = self.stops = 0
        self.died: int | None = None
        self._problem = problem
        self._shipped = shipped

    @property
    def serves_shipped_model(self) -> bool:
        return self._shipped

    async def start(self) -> tuple[str, Secret]:
        self.starts += 1
        if self._problem is not None:
            raise ProblemError(self._problem)
        return "http://127.0.0.1:9/v1", Secret("s3cret")

    async def stop(self) -> None:
        self.stops += 1

    async def ending(self, within_s: float) -> int | None:
        return self.died


class FakeTransport:
    """Plays steps; waits for ``gate`` before the last one."""

    def __init__(self, *steps: Step) -> None:
        self.script = steps
        self.calls: list[Call] = []
        self.endpoints: list[Endpoint] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.at_work = self.most_at_work = 0
        self.closed = False

    async def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        self.calls.append(call)
        self.at_work += 1
        self.most_at_work = max(self.at_work, self.most_at_work)
        try:
            for step in self.script:
                if step is self.script[-1]:
                    await self.gate.wait()
                yield step
        finally:
            self.at_work -= 1

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        self.endpoints.append(endpoint)
        return [{"id": "m"}]

    async def aclose(self) -> None:
        self.closed = True


def call(provider: str = "local", *, stream: bool = True, **body: Json) -> Call:
    endpoint = Endpoint(
        provider=provider,
        base_url="http://elsewhere/v9",
        path="/chat/completions",
        models_path="/models",
        headers={"authorization": Secret("Bearer old"), "X-Mine": "1"},
    )
    return Call(endpoint, {"messages": [{"role": "user", "content": "Hi"}], "stream": stream, **body})


async def steps_of(backend: LocalBackend, asked: Call) -> list[Step]:
    async with aclosing(backend.steps(asked)) as steps:
        return [step async for step in steps]


async def test_a_local_call_goes_to_the_running_server_with_its_key() -> None:
    transport, server = FakeTransport(OPENED, EVENT, CLOSED), FakeServer()
    assert await steps_of(LocalBackend(transport, server), call()) == [OPENED, EVENT, CLOSED]
    sent = transport.calls[0]
    assert sent.endpoint.url == "http://127.0.0.1:9/v1/chat/completions"
    assert sent.endpoint.headers == {"X-Mine": "1", "Authorization": Secret("Bearer s3cret")}
    assert sent.endpoint.close_connection
    assert sent.endpoint.allow_http
    assert sent.endpoint.limits.retries == 0
    assert sent.body == call().body
    assert "s3cret" not in repr(sent)


async def test_a_fault_of_the_server_is_not_said_to_pass() -> None:
    answer = Problem(kind="http", what="127.0.0.1:9 has a fault", why="no images", hint="Send again later.", status=500)
    steps = await steps_of(LocalBackend(FakeTransport(Failed(1.0, answer)), FakeServer()), call())
    (failed,) = steps
    assert isinstance(failed, Failed)
    assert failed.problem.sentence().startswith(
        "The embedded model cannot process this request (500): no images. Sending it again would"
    )
    assert failed.problem.status == 500


async def test_other_calls_go_straight_through_and_start_nothing() -> None:
    transport, server = FakeTransport(OPENED, CLOSED), FakeServer()
    backend = LocalBackend(transport, server)
    assert await steps_of(backend, call("openai")) == [OPENED, CLOSED]
    assert await backend.models(call("openai").endpoint) == [{"id": "m"}]
    assert transport.calls == [call("openai")]
    assert transport.endpoints == [call("openai").endpoint]
    assert server.starts == 0


async def test_models_of_the_embedded_model_come_from_its_server() -> None:
    transport = FakeTransport()
    await LocalBackend(transport, FakeServer()).models(call().endpoint)
    assert transport.endpoints[0].base_url == "http://127.0.0.1:9/v1"


async def test_a_failing_start_is_a_failed_step_and_raises_for_models() -> None:
    problem = Problem(kind="local", what="no")
    transport = FakeTransport(OPENED, CLOSED)
    backend = LocalBackend(transport, FakeServer(problem=problem))
    assert await steps_of(backend, call()) == [Failed(0.0, problem)]
    assert transport.calls == []
    with pytest.raises(ProblemError):
        await backend.models(call().endpoint)


@pytest.mark.parametrize("shipped", [True, False])
async def test_only_the_shipped_model_gets_adapted_requests(shipped: bool) -> None:
    transport = FakeTransport(OPENED, CLOSED)
    tools: Json = [{"type": "function", "function": {"name": "f"}}]
    asked = call(tools=tools, tool_choice="required")
    steps = await steps_of(LocalBackend(transport, FakeServer(shipped=shipped)), asked)
    sent = transport.calls[0].body
    assert (sent == asked.body) is not shipped
    told = [(step.body, bool(step.notes)) for step in steps if isinstance(step, Adapted)]
    assert told == ([(sent, True)] if shipped else [])


async def test_what_needs_no_adaptation_is_told_without_any() -> None:
    assert await steps_of(LocalBackend(FakeTransport(OPENED, CLOSED), FakeServer()), call()) == [OPENED, CLOSED]


async def test_one_request_at_a_time_in_the_order_they_came() -> None:
    transport = FakeTransport(OPENED, CLOSED)
    backend = LocalBackend(transport, FakeServer())
    transport.gate.clear()
    tasks = [asyncio.create_task(steps_of(backend, call(user=str(number)))) for number in range(3)]
    await until(lambda: transport.at_work == 1, what="the first request")
    transport.gate.set()
    assert await asyncio.gather(*tasks) == [[OPENED, CLOSED]] * 3
    assert [asked.body["user"] for asked in transport.calls] == ["0", "1", "2"]
    assert transport.most_at_work == 1


async def cancelled(backend: LocalBackend, asked: Call, transport: FakeTransport) -> None:
    transport.gate.clear()
    task = asyncio.create_task(steps_of(backend, asked))
    await until(lambda: transport.at_work == 1, what="the request")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert transport.at_work == 0


async def test_cancelling_a_stream_leaves_the_server_running() -> None:
    transport, server = FakeTransport(OPENED, CLOSED), FakeServer()
    await cancelled(LocalBackend(transport, server), call(), transport)
    assert server.stops == 0


async def test_cancelling_a_request_that_does_not_stream_ends_the_server_and_frees_the_turn() -> None:
    transport, server = FakeTransport(OPENED, CLOSED), FakeServer()
    backend = LocalBackend(transport, server)
    await cancelled(backend, call(stream=False), transport)
    assert server.stops == 1
    transport.gate.set()
    assert await steps_of(backend, call()) == [OPENED, CLOSED]


@pytest.mark.parametrize(
    ("last", "stops"),
    [
        (CLOSED, 0),
        (Failed(1.0, Problem(kind="http", what="no", status=400)), 0),
        (Failed(1.0, Problem(kind="timeout", what="late")), 1),
    ],
)
async def test_a_server_still_busy_with_what_was_given_up_is_ended(last: Step, stops: int) -> None:
    server = FakeServer()
    await steps_of(LocalBackend(FakeTransport(last), server), call(stream=False))
    assert server.stops == stops


async def test_a_reader_that_leaves_early_frees_the_turn() -> None:
    transport = FakeTransport(OPENED, EVENT, CLOSED)
    backend = LocalBackend(transport, FakeServer())
    async with aclosing(backend.steps(call())) as steps:
        assert await anext(steps) == OPENED
    assert transport.at_work == 0
    assert await steps_of(backend, call()) == [OPENED, EVENT, CLOSED]


BROKEN = Failed(1.0, Problem(kind="stream", what="peer closed connection"))
REFUSED = Failed(1.0, Problem(kind="http", what="no", status=400))


@pytest.mark.parametrize(
    ("step", "died", "told"),
    [
        (BROKEN, -9, lambda problem: problem.kind == "local" and "next request starts it again" in problem.hint),
        (BROKEN, None, lambda problem: problem == BROKEN.problem),
        (REFUSED, -9, lambda problem: problem == REFUSED.problem),
    ],
)
async def test_a_connection_broken_by_a_crash_is_told_as_the_crash(
    step: Failed, died: int | None, told: Callable[[Problem], bool]
) -> None:
    server = FakeServer()
    server.died = died
    [last] = await steps_of(LocalBackend(FakeTransport(step), server), call())
    assert isinstance(last, Failed)
    assert last.at_s == step.at_s
    assert told(last.problem)


async def test_closing_ends_the_server_and_the_transport() -> None:
    transport, server = FakeTransport(), FakeServer()
    await LocalBackend(transport, server).aclose()
    assert server.stops == 1
    assert transport.closed
