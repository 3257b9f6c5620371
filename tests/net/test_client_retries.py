"""Requests that are retried, and those that are not."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from typing import Any

import pytest

from chat_tui.domain.calls import Limits
from chat_tui.domain.events import Attempted
from chat_tui.net.retry import MAX_WAIT_S
from tests.support.exchanges import Steps, call, http_backend, no_wait
from tests.support.server import CUT, HOLD, RESET, Answer, ScriptedServer, completion, free_port, plain, raw, stream

TWICE = Limits(retries=2)


async def waits_of(*answers: Answer, limits: Limits = TWICE) -> tuple[Steps, list[float], ScriptedServer]:
    """Steps, the waits that were made, and the server."""
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    async with ScriptedServer(*answers) as server, http_backend(wait=note) as backend:
        steps = Steps([step async for step in backend.steps(call(server.base_url, limits=limits))])
    return steps, waits, server


def busy(status: int = 503, **headers: str) -> Answer:
    return plain(
        {"error": {"message": "busy"}}, status, {name.replace("_", "-"): text for name, text in headers.items()}
    )


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 524, 529])
async def test_a_passing_fault_is_got_over(status: int) -> None:
    steps, waits, server = await waits_of(busy(status), stream("hi"))
    assert isinstance(steps[0], Attempted)
    assert (steps[0].number, steps[0].problem.status, steps[0].wait_s) == (1, status, waits[0])
    assert 0.375 <= waits[0] <= 0.5
    assert steps.data[-1] == "[DONE]"
    assert steps.responded.status == 200
    assert steps.responded.at_s <= steps.closed.at_s < 10
    assert server.requests[0].body == server.requests[1].body


@pytest.mark.parametrize("first", [raw(CUT), raw(RESET)])
async def test_a_broken_connection_is_got_over(first: Answer) -> None:
    steps, _, server = await waits_of(first, completion("hi"))
    assert [attempt.problem.kind for attempt in steps.attempts] == ["connect"]
    assert len(steps.data) == 1
    assert len(server.requests) == 2


async def test_a_lasting_fault_ends_after_three_requests_with_the_last_response() -> None:
    steps, waits, server = await waits_of(busy(500), limits=Limits(retries=50))
    assert [type(step).__name__ for step in steps] == ["Attempted", "Attempted", "Responded", "Failed"]
    assert len(server.requests) == 3
    assert len({request.body for request in server.requests}) == 1
    assert 0.75 <= waits[1] <= 1.0
    assert steps.problem.status == 500


@pytest.mark.parametrize(("retries", "requests"), [(-1, 1), (0, 1), (1, 2)])
async def test_the_setting_bounds_the_requests(retries: int, requests: int) -> None:
    _, _, server = await waits_of(busy(500), limits=Limits(retries=retries))
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "2"}, 2.0),
        ({"retry_after_ms": "120"}, 0.12),
        ({"retry_after": "0.5", "retry_after_ms": "nan"}, 0.5),
    ],
)
async def test_the_wait_the_service_asks_for_is_kept(headers: dict[str, str], wait: float) -> None:
    steps, waits, _ = await waits_of(busy(429, **headers), stream("hi"))
    assert waits == [wait]
    assert steps.attempts[0].problem.retry_after_s == wait


async def test_a_dated_wait_is_kept() -> None:
    _, waits, _ = await waits_of(busy(429, retry_after=formatdate(time.time() + 30, usegmt=True)), stream("hi"))
    assert 25 < waits[0] <= 30


@pytest.mark.parametrize("headers", [{"retry_after": "3600"}, {"retry_after": "Fri, 31 Dec 2100 23:59:59 GMT"}])
async def test_a_long_wait_is_told_instead_of_made(headers: dict[str, str]) -> None:
    steps, waits, server = await waits_of(busy(429, **headers))
    assert waits == []
    assert len(server.requests) == 1
    assert (steps.problem.retry_after_s or 0) > MAX_WAIT_S
    assert "asks to wait" in steps.problem.hint


@pytest.mark.parametrize("value", ["nan", "inf", "-5", "Mon, 1 Jan 100000 00:00:00 GMT", "rubbish"])
async def test_a_senseless_wait_does_no_harm(value: str) -> None:
    _, waits, _ = await waits_of(busy(429, retry_after=value), stream("hi"))
    assert len(waits) == 1
    assert waits[0] <= 0.5


@pytest.mark.parametrize(
    "answer",
    [
        busy(400),
        busy(401),
        busy(404),
        busy(422),
        busy(500, x_should_retry="false"),
        plain({"error": {"message": "m", "code": "insufficient_quota"}}, 429),
        plain({"error": {"message": "m", "type": "insufficient_quota"}}, 429),
        plain({"error": {"message": "m", "code": 503, "availability": {"retryable": False}}}, 503),
    ],
)
async def test_what_will_not_pass_is_asked_once(answer: Answer) -> None:
    steps, waits, server = await waits_of(answer)
    assert (waits, len(server.requests)) == ([], 1)
    assert steps.problem.kind == "http"


async def test_x_should_retry_repeats_what_would_not_be() -> None:
    steps, _, server = await waits_of(busy(400, x_should_retry="true"), stream("hi"))
    assert len(server.requests) == 2
    assert steps.data[-1] == "[DONE]"


async def test_nothing_is_repeated_once_a_200_was_read() -> None:
    for broken in (Answer(200, {}, [CUT]), Answer(200, {}, [b"data: {}\n\n", RESET]), Answer(200, {}, [])):
        steps, waits, server = await waits_of(broken)
        assert (waits, len(server.requests)) == ([], 1)
        assert steps.responded.status == 200


async def test_a_connection_that_was_promised_to_be_kept_but_closed_is_replaced() -> None:
    promised = raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 14\r\n\r\ndata: [DONE]\n\n")
    async with ScriptedServer(promised) as server, http_backend(wait=no_wait) as backend:
        for _ in range(5):
            steps = Steps([step async for step in backend.steps(call(server.base_url, limits=TWICE))])
            assert steps.data == ["[DONE]"]
        assert len({request.connection for request in server.requests}) >= 5


@pytest.mark.parametrize("reachable", [True, False])
async def test_a_wait_is_announced_before_it_is_made_and_can_be_cancelled(reachable: bool) -> None:
    announced = asyncio.Event()
    seen: list[Any] = []

    async def consume(base_url: str) -> None:
        async with http_backend() as backend:
            async for step in backend.steps(call(base_url, limits=TWICE)):
                seen.append(step)
                announced.set()

    async with ScriptedServer(busy(429, retry_after="59")) as server:
        url = server.base_url if reachable else f"http://127.0.0.1:{free_port()}/v1"
        task = asyncio.create_task(consume(url))
        await asyncio.wait_for(announced.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(server.requests) == (1 if reachable else 0)
    assert [type(step) for step in seen] == [Attempted]


async def test_a_slow_error_body_does_not_hold_up_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat_tui.net.client._ERROR_BODY_S", 0.1)
    steps, _, _ = await waits_of(Answer(400, {}, [b'{"error":"half', HOLD]))
    assert steps.problem.status == 400
    assert "half" in steps.problem.why
