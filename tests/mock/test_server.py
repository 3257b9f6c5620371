"""The replay server as its clients see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from msgspec.structs import replace

from chat_tui.domain.json_values import JsonObject
from chat_tui.mock import server as server_module
from chat_tui.mock.matching import Book
from chat_tui.mock.recordings import Recording
from chat_tui.mock.server import MockServer

BODY: JsonObject = {"model": "m", "messages": []}
PLAIN = Recording(session="s", exchange="x", body=BODY, status=200, plain=True, document='{"choices": []}')


@asynccontextmanager
async def mock(*recordings: Recording, ignore: tuple[str, ...] = ()) -> AsyncIterator[tuple[str, list[str]]]:
    log: list[str] = []
    server = MockServer(Book(recordings, ignore), log=log.append)
    try:
        yield (await server.start("127.0.0.1", 0)).removesuffix("/v1"), log
    finally:
        await server.stop()


async def test_models_are_those_that_were_asked() -> None:
    async with mock(PLAIN) as (origin, _), httpx.AsyncClient() as client:
        for path in ("/models", "/v1/models"):
            assert [model["id"] for model in (await client.get(origin + path)).json()["data"]] == ["m"]
        assert (await client.get(f"{origin}/health")).json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", "/nowhere", b"", 404, "not_found"),
        ("GET", "/v1/chat/completions", b"", 405, "method_not_allowed"),
        ("POST", "/v1/chat/completions", b"{", 400, "invalid_json"),
        ("POST", "/v1/chat/completions", b"\xff\xfe", 400, "invalid_json"),
        ("POST", "/v1/chat/completions", b"[]", 400, "invalid_json"),
        ("POST", "/v1/chat/completions", b"{}", 404, "no_recorded_request"),
    ],
)
async def test_what_cannot_be_answered_is_said_in_json(
    method: str, path: str, content: bytes, status: int, code: str
) -> None:
    async with mock(PLAIN) as (origin, _), httpx.AsyncClient() as client:
        answer = await client.request(method, origin + path, content=content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("path", "status"), [("/health", 404), ("/v1/models", 404), ("/v1/chat/completions", 405), ("/nowhere", 404)]
)
async def test_a_head_request_is_answered_without_a_body(path: str, status: int) -> None:
    async with mock(PLAIN) as (origin, _), httpx.AsyncClient() as client:
        for _ in range(2):
            answer = await client.head(origin + path)
            assert (answer.status_code, answer.content) == (status, b"")


@pytest.mark.parametrize("status", [204, 304])
async def test_a_recorded_status_without_a_body_is_replayed_without_one(status: int) -> None:
    empty = Recording(session="s", exchange="x", body=BODY, status=status, plain=True, document="never sent")
    async with mock(empty) as (origin, _), httpx.AsyncClient() as client:
        for _ in range(2):
            answer = await client.post(f"{origin}/v1/chat/completions", json=BODY)
            assert (answer.status_code, answer.content) == (status, b"")
            assert "transfer-encoding" not in answer.headers


@pytest.mark.parametrize(
    "damage",
    [{"status": 99}, {"status": 1000}, {"headers": {"x-request-id": "a\r\nb"}}, {"headers": {"openai-\n": "1"}}],
    ids=["low status", "high status", "header value", "header name"],
)
async def test_a_damaged_recording_is_told_in_the_log_and_ends_only_its_connection(damage: JsonObject) -> None:
    damaged = replace(PLAIN, **damage)
    async with mock(damaged) as (origin, log), httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(f"{origin}/v1/chat/completions", json=BODY)
        assert log[-1].startswith("  cannot be replayed: ")
        assert (await client.get(f"{origin}/health")).json() == {"status": "ok"}


async def test_any_prefix_and_any_key_will_do_and_no_key_is_logged() -> None:
    async with mock(PLAIN) as (origin, log), httpx.AsyncClient() as client:
        for path in ("/chat/completions", "/api/v1/chat/completions?key=sk-in-the-query"):
            answer = await client.post(origin + path, json=BODY, headers={"Authorization": "Bearer sk-secret"})
            assert answer.json() == {"choices": []}
    assert "sk-" not in " ".join(log)


async def test_one_connection_serves_many_requests_and_many_clients_are_served_at_once() -> None:
    async with mock(PLAIN) as (origin, _), httpx.AsyncClient() as client:
        answers = await asyncio.gather(*(client.post(f"{origin}/v1/chat/completions", json=BODY) for _ in range(50)))
    assert [answer.status_code for answer in answers] == [200] * 50


async def test_what_is_no_http_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async with mock(PLAIN) as (origin, _):
        host, port = origin.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"\x16\x03\x01 not http at all\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()
        monkeypatch.setattr(server_module, "MAX_BODY_BYTES", 10)
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n" + b"x" * 20)
        assert (await reader.read()).startswith(b"HTTP/1.1 413")
        writer.close()


async def test_without_stream_in_the_comparison_a_document_answers_a_stream_and_the_other_way_round() -> None:
    document: JsonObject = {"id": "1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}}]}
    whole = Recording(
        session="s", exchange="x", body={**BODY, "stream": False}, status=200, plain=True, completion=document
    )
    streamed = Recording(session="s", exchange="y", body={**BODY, "stream": True}, status=200, completion=document)
    async with mock(whole, ignore=("stream",)) as (origin, _), httpx.AsyncClient() as client:
        answer = await client.post(f"{origin}/v1/chat/completions", json={**BODY, "stream": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert '"delta":{"role":"assistant","content":"hi"}' in answer.text.replace(" ", "")
    assert answer.text.endswith("data: [DONE]\n\n")
    async with mock(streamed, ignore=("stream",)) as (origin, _), httpx.AsyncClient() as client:
        answer = await client.post(f"{origin}/v1/chat/completions", json=BODY)
    assert answer.json() == document
