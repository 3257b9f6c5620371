"""The scripted test server does what its script says."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.support.server import (
    CUT,
    HOLD,
    RESET,
    Pause,
    ScriptedServer,
    completion,
    events,
    plain,
    raw,
    sse,
    stream,
    threaded,
)


async def test_answers_come_in_order_and_the_last_repeats() -> None:
    async with ScriptedServer(plain({"a": 1}, 429), completion("hi")) as server, httpx.AsyncClient() as client:
        statuses = [(await client.post(server.base_url + "/x", json={"n": n})).status_code for n in range(3)]
        assert statuses == [429, 200, 200]
        assert [r.json()["n"] for r in server.requests] == [0, 1, 2]
        assert {r.connection for r in server.requests} == {0}


async def test_an_event_stream_arrives_piece_by_piece() -> None:
    async with ScriptedServer(events(*sse("a"), Pause(0.01), *sse("b"))) as server, httpx.AsyncClient() as client:
        assert (await client.post(server.base_url)).text.count("data:") == 4
        assert server.requests[0].headers["host"].startswith("127.0.0.1")


@pytest.mark.parametrize("ending", [RESET, CUT])
async def test_a_cut_is_an_error_for_the_client(ending: object) -> None:
    async with ScriptedServer(events(b"data: x\n\n", ending)) as server, httpx.AsyncClient() as client:  # type: ignore[arg-type]  # parametrized
        with pytest.raises(httpx.TransportError):
            await client.post(server.base_url)


async def test_the_server_sees_that_the_client_went_away() -> None:
    async with ScriptedServer(events(b"data: x\n\n", HOLD)) as server, httpx.AsyncClient() as client:
        async with client.stream("POST", server.base_url) as response:
            async for _ in response.aiter_raw():
                break
        await asyncio.wait_for(server.requests[0].client_closed.wait(), 5)


async def test_raw_bytes_are_sent_as_they_are() -> None:
    async with ScriptedServer(raw(b"SSH-2.0-x\r\n")) as server, httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(server.base_url)


def test_it_also_runs_in_a_thread() -> None:
    with threaded(stream("hi")) as server:
        assert "hi" in httpx.post(server.base_url).text
