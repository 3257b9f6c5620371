"""Replaying recorded sessions to this program, to curl, and to the openai package."""

from __future__ import annotations

import json
import shutil
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from chat_tui.domain.calls import Call
from chat_tui.domain.events import Comment, Failed, Received, Responded, StreamEvent
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.reply import Reply
from chat_tui.domain.session import RecordedExchange, Session
from chat_tui.mock.matching import Book
from chat_tui.mock.offline import OfflineBackend
from chat_tui.mock.recordings import recordings
from chat_tui.mock.server import MockServer
from chat_tui.net.sse import Dispatched, SseDecoder
from tests.support.exchanges import Steps, call, endpoint, exchange
from tests.support.recording import Turn, bodies, record
from tests.support.server import CUT, Answer, chunk, events, plain, sse, stream

FIXTURES = Path(__file__).parents[1] / "fixtures"
STREAMS = sorted((FIXTURES / "streams").glob("*.sse")) + sorted((FIXTURES / "recordings").glob("*.sse"))
RATE_LIMIT = {"error": {"message": "slow down", "type": "rate_limit_error", "param": None, "code": "rate_limit"}}


@asynccontextmanager
async def mock(session: Session, *ignore: str) -> AsyncIterator[str]:
    server = MockServer(Book(recordings([session]), ignore))
    try:
        yield await server.start("127.0.0.1", 0)
    finally:
        await server.stop()


def raw_stream(path: Path) -> Answer:
    return Answer(200, {"content-type": "text/event-stream"}, [path.read_bytes()])


def plain_document() -> str:
    return (FIXTURES / "recordings/21-nonstream-n3-logprobs.json").read_text()


async def all_kinds(folder: Path) -> Session:
    """A session with a stream, tool calls, n = 3, logprobs, a 429, a cut stream and a plain answer."""
    found = {path.stem: path for path in STREAMS}
    return await record(
        folder,
        Turn("stream", raw_stream(found["01_plain_text"])),
        Turn("tools", raw_stream(found["04_tool_calls_parallel"])),
        Turn("three", raw_stream(found["29_n3_interleaved"]), {"n": 3}),
        Turn("logprobs", raw_stream(found["05_logprobs"]), {"logprobs": True}),
        Turn("busy", plain(RATE_LIMIT, 429, {"retry-after": "7", "x-request-id": "r-1"})),
        Turn("cut", events(*sse(chunk("Half a"), chunk(" reply"), done=False), CUT)),
        Turn(
            "plain",
            plain(json.loads((FIXTURES / "recordings/21-nonstream-n3-logprobs.json").read_text())),
            {"stream": False},
        ),
    )


def folded(steps: Steps) -> Reply:
    reply = Reply(plain=steps.responded.plain)
    for step in steps:
        for event in step.events if isinstance(step, Received) else ():
            reply.apply(event)
    reply.close()
    return reply


def merged(data: Sequence[str], *, plain: bool = False) -> JsonObject:
    reply = Reply(plain=plain)
    for text in data:
        reply.apply(StreamEvent(0.0, text))
    reply.close()
    return reply.completion()


def asked(session: Session) -> list[tuple[JsonObject, RecordedExchange]]:
    return list(zip(bodies(session), session.exchanges.values(), strict=True))


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
async def test_a_recorded_stream_is_served_event_by_event(path: Path, tmp_path: Path) -> None:
    session = await record(tmp_path, Turn("hi", raw_stream(path)))
    ((body, recorded),) = asked(session)
    async with mock(session) as base_url:
        steps = await exchange(call(base_url, body))
    assert steps.data == [event.data for event in recorded.events]
    assert steps.comments == [comment.text for comment in recorded.comments]
    names = [event.name for step in steps if isinstance(step, Received) for event in step.events]
    assert names == [event.name for event in recorded.events]
    assert folded(steps).completion() == recorded.reply.completion()
    assert folded(steps).warnings == recorded.reply.warnings


async def test_every_kind_of_answer_is_served_as_it_was(tmp_path: Path) -> None:
    session = await all_kinds(tmp_path)
    async with mock(session) as base_url:
        for body, recorded in asked(session):
            steps = await exchange(call(base_url, body))
            assert steps.responded.status == recorded.status
            assert steps.responded.plain == (recorded.plain or recorded.status != 200)
            assert folded(steps).completion() == recorded.reply.completion()
            assert isinstance(steps[-1], Failed) == (recorded.reply.outcome != "complete")


async def test_an_error_keeps_its_status_body_and_the_headers_that_matter(tmp_path: Path) -> None:
    session = await record(tmp_path, Turn("busy", plain(RATE_LIMIT, 429, {"retry-after": "7", "set-cookie": "a=b"})))
    async with mock(session) as base_url, httpx.AsyncClient() as client:
        answer = await client.post(f"{base_url}/chat/completions", json=bodies(session)[0])
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (429, RATE_LIMIT, "7")
    assert "set-cookie" not in answer.headers


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
async def test_curl_gets_the_recorded_replies(tmp_path: Path) -> None:
    session = await all_kinds(tmp_path)
    async with mock(session) as base_url:
        for body, recorded in asked(session):
            command = ["curl", "-sSN", f"{base_url}/chat/completions", "--data-binary", "@-"]
            process = await create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
            out, _ = await process.communicate(json.dumps(body).encode())
            assert (process.returncode == 0) == (recorded.reply.outcome != "truncated")
            if recorded.status == 200 and not recorded.plain:
                decoder = SseDecoder()
                items = [*decoder.feed(out), *decoder.end()]
                data = [item.data for item in items if isinstance(item, Dispatched)]
                assert merged(data) == recorded.reply.completion()
            elif recorded.plain:
                assert merged([out.decode()], plain=True) == recorded.reply.completion()
            else:
                assert json.loads(out) == RATE_LIMIT


async def ask_openai(client: openai.AsyncOpenAI, body: JsonObject) -> list[str]:
    """The chunks of a reply, or the reply, as the package understands them, written back as JSON."""
    arguments: dict[str, Any] = dict(body)
    answer = await client.chat.completions.create(**arguments)
    if body.get("stream") is not True:
        return [answer.model_dump_json(exclude_unset=True)]
    data = []
    try:
        async for part in answer:
            data.append(part.model_dump_json(exclude_unset=True))
    except (openai.APIError, httpx.RemoteProtocolError):
        return data
    return [*data, "[DONE]"]


async def test_the_openai_package_gets_the_recorded_replies(tmp_path: Path) -> None:
    session = await all_kinds(tmp_path)
    async with mock(session) as base_url:
        client = openai.AsyncOpenAI(base_url=base_url, api_key="any", max_retries=0)
        async with client:
            for body, recorded in asked(session):
                if recorded.status == 429:
                    with pytest.raises(openai.RateLimitError) as caught:
                        await ask_openai(client, body)
                    assert caught.value.body == RATE_LIMIT["error"]
                    assert caught.value.response.headers["retry-after"] == "7"
                else:
                    data = await ask_openai(client, body)
                    assert merged(data, plain=recorded.plain) == recorded.reply.completion()


async def test_offline_the_same_comes_without_a_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = await all_kinds(tmp_path)
    monkeypatch.setattr("socket.socket.connect", _forbidden)
    monkeypatch.setattr("asyncio.open_connection", _forbidden)

    async def at_once(_: float) -> None:
        return None

    backend = OfflineBackend(lambda: Book(recordings([session])), wait=at_once)
    for body, recorded in asked(session):
        steps = Steps([step async for step in backend.steps(Call(endpoint("https://example.com/v1"), body))])
        assert folded(steps).completion() == recorded.reply.completion()
        times = [arrival.at_s for step in steps if isinstance(step, Received) for arrival in step.events]
        assert recorded.status != 200 or recorded.plain or times == [event.at_s for event in recorded.events]
    unknown = Steps([step async for step in backend.steps(Call(endpoint("https://example.com/v1"), {"model": "x"}))])
    assert not any(isinstance(step, Responded) for step in unknown)
    assert "messages" in unknown.problem.sentence()


async def test_offline_without_a_recording_is_a_problem_of_the_exchange() -> None:
    problem = Problem(kind="session", what="No request is recorded in x")

    def unusable() -> Book:
        raise ProblemError(problem)

    backend = OfflineBackend(unusable)
    steps = Steps([step async for step in backend.steps(Call(endpoint("https://example.com/v1"), {"model": "x"}))])
    assert [type(step) for step in steps] == [Failed]
    assert steps.problem == problem


def _forbidden(*_: object, **__: object) -> None:
    raise AssertionError("a connection was opened")


async def test_the_recorded_pace_is_kept_when_asked_for(tmp_path: Path) -> None:
    session = await record(tmp_path, Turn("hi", stream("a", "b", "c")))
    (recorded,) = session.exchanges.values()
    waits: list[float] = []

    async def noted(wait_s: float) -> None:
        waits.append(wait_s)

    backend = OfflineBackend(lambda: Book(recordings([session])), wait=noted)
    arrivals: list[StreamEvent | Comment] = []
    async for step in backend.steps(Call(endpoint("https://example.com/v1"), bodies(session)[0])):
        arrivals += [*step.events, *step.comments] if isinstance(step, Received) else []
    assert sum(waits) == pytest.approx(max(event.at_s for event in recorded.events))
