"""Cancelling at any time closes the connection and leaves nothing behind."""

from __future__ import annotations

import asyncio
import random

import pytest

from chat_tui.domain.calls import Limits
from chat_tui.domain.events import Failed
from chat_tui.net.client import HttpBackend
from tests.support.exchanges import Steps, call, http_backend
from tests.support.server import HOLD, Answer, Pause, Piece, ScriptedServer, chunk, events, raw, sse, stream
from tests.support.waiting import until

WORDS: list[Piece] = [*sse(chunk("word "), done=False), Pause(0.002)] * 2000
ENDLESS = events(*WORDS)


def left_over(backend: HttpBackend) -> list[str]:
    """Every request and busy connection any pool still knows."""
    pools = [transport._pool for transport in backend._connections._transports.values()]
    busy = [c for pool in pools for c in pool.connections if not (c.is_idle() or c.is_closed())]
    requests = [request for pool in pools for request in pool._requests]
    return [repr(item) for item in (*busy, *requests, *backend._readings)]


async def nothing_left(backend: HttpBackend) -> None:
    await until(lambda: not left_over(backend), what="every connection to be given back")


@pytest.mark.parametrize("answer", [raw(HOLD), events(HOLD), events(*sse("1", done=False), HOLD), ENDLESS])
@pytest.mark.parametrize("cancels", [1, 2, 5])
async def test_a_cancelled_reader_leaves_no_connection(answer: Answer, cancels: int) -> None:
    async with ScriptedServer(answer) as server, http_backend() as backend:

        async def read() -> None:
            async for _ in backend.steps(call(server.base_url)):
                pass

        task = asyncio.create_task(read())
        await until(lambda: bool(server.requests), what="the request to arrive")
        for _ in range(cancels):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.requests[0].client_closed.wait(), 10)
        await nothing_left(backend)


async def test_a_reader_that_just_stops_leaves_no_connection() -> None:
    async with ScriptedServer(ENDLESS) as server, http_backend() as backend:
        steps = backend.steps(call(server.base_url))
        async for _ in steps:
            break
        await steps.aclose()
        await asyncio.wait_for(server.requests[0].client_closed.wait(), 10)
        await nothing_left(backend)


async def test_hammering_leaves_nothing_and_the_next_turn_works() -> None:
    """Start, cancel at a random moment, often twice, and start again, as an impatient user does."""
    dice = random.Random(7)
    async with ScriptedServer(ENDLESS) as server, http_backend() as backend:

        async def read() -> None:
            async for _ in backend.steps(call(server.base_url)):
                pass

        for _ in range(60):
            task = asyncio.create_task(read())
            for _ in range(dice.randrange(40)):
                await asyncio.sleep(0)
            task.cancel()
            for _ in range(dice.randrange(3)):
                await asyncio.sleep(0)
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await nothing_left(backend)
        server.answers = (stream("still here"),)
        steps = Steps([step async for step in backend.steps(call(server.base_url))])
        assert steps.data[0] == chunk("still here")
        await nothing_left(backend)


async def test_every_normal_end_gives_the_connection_back() -> None:
    answers = (
        stream("a"),
        events(*sse("1"), HOLD),
        raw(b"junk\r\n\r\n"),
        events(b"data: 1\n\n"),
        Answer(500, {}, [b"x"]),
    )
    async with ScriptedServer(*answers) as server, http_backend() as backend:
        for _ in answers:
            assert [step async for step in backend.steps(call(server.base_url, limits=Limits(retries=0)))]
            await nothing_left(backend)


async def test_a_slow_reader_holds_the_sender_back_rather_than_filling_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat_tui.net.reading._HELD_BYTES", 50_000)
    big = sse(chunk("x" * 5000), done=False)
    async with ScriptedServer(events(*big * 2000, *sse("last"))) as server, http_backend() as backend:
        most, count = 0, 0
        async for step in backend.steps(call(server.base_url)):
            for _ in range(3):
                await asyncio.sleep(0)
            most = max([most, *(reading._held for reading in backend._readings)])
            count += len(getattr(step, "events", ()))
        assert count == 2002
        assert most < 50_000 + 200_000
        await nothing_left(backend)


async def test_closing_the_backend_ends_what_runs() -> None:
    async with ScriptedServer(events(*sse("1", done=False), HOLD)) as server:
        backend = HttpBackend({})
        steps: Steps = Steps()

        async def read() -> None:
            async for step in backend.steps(call(server.base_url)):
                steps.append(step)

        task = asyncio.create_task(read())
        await until(lambda: len(steps) == 2, what="the first event")
        await backend.aclose()
        await asyncio.wait_for(task, 10)
        assert isinstance(steps[-1], Failed)
        assert steps.problem.kind == "stream"
        await backend.aclose()


async def test_a_body_that_ends_just_after_done_keeps_its_connection() -> None:
    async with ScriptedServer(events(*sse("1"), Pause(0.02))) as server, http_backend() as backend:
        for _ in range(2):
            assert [step async for step in backend.steps(call(server.base_url))]
            await nothing_left(backend)
        assert {request.connection for request in server.requests} == {0}


@pytest.mark.parametrize("answer", [raw(HOLD), ENDLESS])
async def test_a_reading_can_be_cancelled_any_number_of_times(answer: Answer) -> None:
    async with ScriptedServer(answer) as server, http_backend() as backend:
        steps = backend.steps(call(server.base_url))
        reader = asyncio.create_task(anext(steps))
        await until(lambda: bool(server.requests), what="the request to arrive")
        (reading,) = backend._readings
        for _ in range(5):
            reading.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(reader, return_exceptions=True)
        await steps.aclose()
        await nothing_left(backend)
