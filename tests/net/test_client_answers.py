"""200 responses in every form, from a real server."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from itertools import pairwise
from typing import Any

import pytest

from chat_tui.domain.calls import Limits
from chat_tui.domain.events import Received, Responded
from chat_tui.domain.json_values import Json, JsonObject
from tests.support.exchanges import BODY, KEY, Steps, call, exchange, http_backend
from tests.support.server import (
    CUT,
    HOLD,
    RESET,
    Answer,
    Gate,
    Pause,
    ScriptedServer,
    chunk,
    completion,
    events,
    page,
    plain,
    raw,
    sse,
    stream,
)
from tests.support.waiting import until

ONE = chunk("one")
TWO = sse(ONE)
JSON_HEAD = {"Content-Type": "application/json"}
STREAM_HEAD = {"Content-Type": "text/event-stream"}


def body_of(pieces: list[bytes], headers: dict[str, str], framing: Any = "length") -> Answer:
    return Answer(200, headers, pieces, framing)


async def sent_to(answer: Answer, **members: Any) -> tuple[Steps, ScriptedServer]:
    async with ScriptedServer(answer) as server:
        return await exchange(call(server.base_url, **members)), server


async def test_a_stream_gives_its_events_and_closes() -> None:
    steps, server = await sent_to(stream("Hel", "lo"))
    assert isinstance(steps[0], Responded)
    assert (steps.responded.status, steps.responded.plain) == (200, False)
    assert steps.data == [chunk("Hel"), chunk("lo"), chunk(finish="stop"), "[DONE]"]
    assert not steps.closed.unterminated
    assert len(server.requests) == 1


async def test_the_request_is_what_was_asked_for() -> None:
    body: JsonObject = {**BODY, "messages": [{"role": "user", "content": "grüß \U0001f642 \ud800 '$()`"}]}
    async with ScriptedServer(stream("hi")) as server:
        await exchange(call(server.base_url, body))
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.json()["messages"][0]["content"] == "grüß \U0001f642 \ufffd '$()`"
    assert "grüß" in request.body.decode("utf-8")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["content-type"] == "application/json"
    assert "cookie" not in request.headers


@pytest.mark.parametrize(
    ("stream_", "accepted"),
    [(True, "text/event-stream"), (False, "application/json"), (None, "application/json"), (1, "application/json")],
)
async def test_only_a_request_for_a_stream_accepts_one(stream_: Json, accepted: str) -> None:
    async with ScriptedServer(stream("hi")) as server:
        await exchange(call(server.base_url, {**BODY, "stream": stream_}))
    assert server.requests[0].headers["accept"] == accepted


@pytest.mark.parametrize(("close", "connections"), [(True, 3), (False, 1)])
async def test_connections_are_kept_unless_the_endpoint_says_close(close: bool, connections: int) -> None:
    async with ScriptedServer(stream("hi"), completion("ho"), stream("hi")) as server, http_backend() as backend:
        for _ in range(3):
            assert [s async for s in backend.steps(call(server.base_url, close_connection=close))]
            await until(lambda: not backend._readings, what="the connection to be free")
        assert len({request.connection for request in server.requests}) == connections
        assert (server.requests[0].headers.get("connection") == "close") is close


async def test_no_cookie_is_kept_or_shown() -> None:
    answer = stream("hi", headers={"Set-Cookie": "session=1; Path=/", "X-Request-Id": "r1"})
    async with ScriptedServer(answer) as server, http_backend() as backend:
        for _ in range(2):
            steps = Steps([step async for step in backend.steps(call(server.base_url))])
        assert "cookie" not in server.requests[1].headers
    assert "set-cookie" not in steps.responded.headers
    assert steps.responded.headers["x-request-id"] == "r1"


async def test_events_that_arrive_together_come_in_one_step() -> None:
    frames = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in sse(*[ONE] * 50))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    steps, _ = await sent_to(raw(head + frames + b"0\r\n\r\n"))
    assert len(steps.data) == 51
    assert len([step for step in steps if isinstance(step, Received)]) == 1


async def test_events_are_passed_on_as_they_arrive() -> None:
    gate = asyncio.Event()
    answer = events(*sse(ONE, done=False), Gate(gate), *sse(chunk("two")))
    async with ScriptedServer(answer) as server, http_backend() as backend:
        steps = Steps()
        async for step in backend.steps(call(server.base_url)):
            steps.append(step)
            gate.set()  # the server goes on only after the first step was seen here
    assert steps.data == [ONE, chunk("two"), "[DONE]"]
    times = [event.at_s for step in steps if isinstance(step, Received) for event in step.events]
    assert times == sorted(times)
    assert steps.responded.at_s <= times[0] <= times[-1] <= steps.closed.at_s


async def test_the_turn_ends_at_done_and_what_follows_is_dropped() -> None:
    answer = events(*sse(ONE), b"data: more\n\n", HOLD)
    async with ScriptedServer(answer) as server:
        steps = await exchange(call(server.base_url))
        assert steps.data == [ONE, "[DONE]"]
        assert not steps.closed.unterminated
        await asyncio.wait_for(server.requests[0].client_closed.wait(), 10)


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
async def test_an_end_without_done_is_a_close(framing: Any) -> None:
    steps, _ = await sent_to(body_of(sse(ONE, done=False), STREAM_HEAD, framing))
    assert steps.data == [ONE]
    assert not steps.closed.unterminated


async def test_a_last_event_without_its_blank_line_counts_and_is_marked() -> None:
    steps, _ = await sent_to(body_of([f"data: {ONE}".encode()], STREAM_HEAD))
    assert steps.data == [ONE]
    assert steps.closed.unterminated


async def test_comments_come_as_comments() -> None:
    steps, _ = await sent_to(events(b": OPENROUTER PROCESSING\n\n", *sse(ONE)))
    assert steps.comments == ["OPENROUTER PROCESSING"]


@pytest.mark.parametrize(
    "headers",
    [{}, JSON_HEAD, {"Content-Type": "text/html"}, {"Content-Type": "text/plain; charset=latin-1"}, STREAM_HEAD],
)
async def test_a_stream_is_known_by_its_bytes_and_is_always_utf_8(headers: dict[str, str]) -> None:
    text = json.dumps({"choices": [{"delta": {"content": "grüß"}}]}, ensure_ascii=False)
    steps, _ = await sent_to(body_of([b"\xef\xbb", b"\xbf\r\n", *sse(text)], headers, "chunked"))
    assert steps.data == [text, "[DONE]"]
    assert not steps.responded.plain


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 11])
async def test_pieces_of_any_size_give_the_same_events(cut: int) -> None:
    whole = b"".join(sse(chunk("grüß"), chunk("zwei")))
    steps, _ = await sent_to(events(*[whole[at : at + cut] for at in range(0, len(whole), cut)]))
    assert steps.data == [chunk("grüß"), chunk("zwei"), "[DONE]"]


@pytest.mark.parametrize("headers", [{}, JSON_HEAD, STREAM_HEAD])
@pytest.mark.parametrize("stream_asked", [True, False])
async def test_a_json_document_is_one_event_whatever_was_asked(headers: dict[str, str], stream_asked: bool) -> None:
    document = json.dumps({"choices": [{"message": {"content": "hi"}}]}, indent=1).encode()
    async with ScriptedServer(body_of([b"\n\n", b"\n", document], headers, "chunked")) as server:
        steps = await exchange(call(server.base_url, {**BODY, "stream": stream_asked}))
    assert steps.responded.plain
    assert [json.loads(data) for data in steps.data] == [json.loads(document)]
    assert not steps.closed.unterminated


async def test_a_stream_is_read_although_none_was_asked_for() -> None:
    async with ScriptedServer(stream("hi")) as server:
        steps = await exchange(call(server.base_url, {**BODY, "stream": False}))
    assert steps.data[0] == chunk("hi")


async def test_an_error_in_a_200_is_passed_on_for_the_fold() -> None:
    steps, _ = await sent_to(plain({"error": {"message": "no"}}))
    assert steps.responded.plain
    assert json.loads(steps.data[0]) == {"error": {"message": "no"}}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(page(), "sent a web page instead of a stream: Welcome", id="page"),
        pytest.param(
            body_of([b"<html>Hello</html>"], STREAM_HEAD),
            "sent a web page instead of a stream: Hello",
            id="page as sse",
        ),
        pytest.param(body_of([b'{"a":1}\n{"a":2}\n'], {}), "JSON lines", id="lines"),
        pytest.param(body_of([b'{"a":1}\n'], {"Content-Type": "application/x-ndjson"}), "JSON lines", id="ndjson"),
        pytest.param(body_of([b'"one line"\n \n'], {}), 'not an event stream: "one line"', id="one line"),
        pytest.param(body_of([], STREAM_HEAD), "sent an empty response", id="empty"),
        pytest.param(body_of([b"\n\n"], {}), "sent an empty response", id="blank"),
        pytest.param(body_of([b"hello there"], {}), "not an event stream: hello there", id="text"),
        pytest.param(body_of([b'{"a": '], JSON_HEAD), "incomplete or invalid JSON", id="half json"),
        pytest.param(body_of([b"[" * 100_000], JSON_HEAD), "incomplete or invalid JSON", id="deep json"),
        pytest.param(plain([{"error": {"message": "inner words"}}]), "inner words", id="list"),
        pytest.param(body_of([b"xx"], {"Content-Encoding": "br"}), "compressed the response", id="br"),
    ],
)
async def test_a_200_that_is_no_answer_is_a_problem(answer: Answer, words: str) -> None:
    steps, server = await sent_to(answer, limits=Limits(retries=2))
    assert steps.problem.kind == "protocol"
    assert words in steps.problem.sentence()
    assert steps.responded.status == 200
    assert len(server.requests) == 1


async def test_what_was_sent_in_place_of_an_answer_can_be_looked_at() -> None:
    steps, _ = await sent_to(body_of([b"hello there"], {}))
    assert steps.problem.body == "hello there"


async def test_a_204_is_an_empty_answer() -> None:
    steps, _ = await sent_to(raw(b"HTTP/1.1 204 No Content\r\n\r\n"))
    assert (steps.problem.kind, steps.problem.status) == ("protocol", 204)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress(b"".join(TWO))), ("deflate", zlib.compress(b"".join(TWO)))],
)
async def test_a_compressed_stream_is_read_all_the_same(encoding: str, packed: bytes) -> None:
    pieces = [packed[:9], packed[9:]]
    steps, server = await sent_to(body_of(pieces, {**STREAM_HEAD, "Content-Encoding": encoding}))
    assert steps.data == [ONE, "[DONE]"]
    assert server.requests[0].headers["accept-encoding"] == "identity"


async def test_damaged_compression_keeps_what_came() -> None:
    packer = zlib.compressobj(wbits=31)
    start = packer.compress(sse(ONE, done=False)[0]) + packer.flush(zlib.Z_SYNC_FLUSH)
    steps, _ = await sent_to(events(start, b"\xff" * 50, headers={"Content-Encoding": "gzip"}))
    assert steps.data == [ONE]
    assert steps.problem.kind == "stream"
    assert "compressed data is damaged" in steps.problem.why


@pytest.mark.parametrize("start", [b"data: ", b'{"a":"'])
async def test_a_bomb_is_stopped(start: bytes) -> None:
    packed = gzip.compress(start + b"\n\n" * 100 + bytes(100 * 1024 * 1024))
    steps, _ = await sent_to(body_of([packed], {**JSON_HEAD, "Content-Encoding": "gzip"}))
    assert "more than 64 MB" in steps.problem.what


async def test_a_document_is_bounded_by_all_its_pieces() -> None:
    pieces = [b'{"a": "', *[b"x" * 1024 * 1024] * 64, b'"}']
    steps, _ = await sent_to(body_of(pieces, JSON_HEAD))
    assert "more than 64 MB" in steps.problem.what


def cut_after(*pieces: bytes, ending: Any = CUT) -> Answer:
    return events(*pieces, ending)


CUTS = {
    "close": cut_after(*sse(ONE, done=False)),
    "reset": cut_after(*sse(ONE, done=False), ending=RESET),
    "content length": Answer(200, {**STREAM_HEAD, "Content-Length": "5000"}, [*sse(ONE, done=False), CUT], "length"),
    "bad chunk": raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"%x\r\n%b\r\n" % (len(TWO[0]), TWO[0]),
        b"zz\r\nrubbish",
    ),
}


@pytest.mark.parametrize("kind", CUTS)
async def test_a_cut_keeps_what_came_and_is_never_repeated(kind: str) -> None:
    steps, server = await sent_to(CUTS[kind], limits=Limits(retries=2))
    assert steps.problem.kind == "stream"
    assert steps.data in ([ONE], []) if kind == "reset" else steps.data == [ONE]
    assert len(server.requests) == 1


async def test_a_cut_inside_an_event_drops_only_its_fragment() -> None:
    steps, _ = await sent_to(cut_after(*sse(ONE, done=False), b'data: {"choi'))
    assert steps.data == [ONE]
    assert steps.problem.kind == "stream"


async def test_a_cut_document_stays_visible() -> None:
    answer = Answer(200, {**JSON_HEAD, "Content-Length": "500"}, [b'{"choices": [', CUT], "length")
    steps, _ = await sent_to(answer)
    assert steps.data == ['{"choices": [']
    assert steps.problem.kind == "stream"


async def test_a_header_that_never_ends_is_named() -> None:
    steps, _ = await sent_to(raw(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 200_000))
    assert steps.problem.kind == "protocol"
    assert "headers that are too large" in steps.problem.what
    assert not steps.problem.hint


async def test_a_server_that_speaks_something_else_is_a_wrong_address() -> None:
    steps, _ = await sent_to(raw(b"220 mail.test ready\r\n\r\n"))
    assert "does not speak HTTP" in steps.problem.what
    assert steps.problem.hint == "Check the port, and http:// or https:// in base_url."


async def test_many_headers_and_interim_answers_do_no_harm() -> None:
    many = b"".join(b"X-%d: v\r\n" % number for number in range(90))
    head = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n" + many + b"\r\n"
    steps, _ = await sent_to(raw(head, *sse(ONE)))
    assert steps.data == [ONE, "[DONE]"]
    assert steps.responded.headers["x-89"] == "v"


async def test_a_silent_server_is_given_up() -> None:
    limits = Limits(first_byte_timeout_s=0.1, idle_timeout_s=20, retries=0)
    for answer in (raw(HOLD), events(HOLD)):
        steps, _ = await sent_to(answer, limits=limits)
        assert steps.problem.kind == "timeout"
        assert "No response from 127.0.0.1:" in steps.problem.what
        assert "within 0.1 s" in steps.problem.what


async def test_a_stalled_stream_is_given_up_and_what_came_stays() -> None:
    limits = Limits(idle_timeout_s=0.1, first_byte_timeout_s=20)
    async with ScriptedServer(events(*sse(ONE, done=False), HOLD)) as server:
        steps = await exchange(call(server.base_url, limits=limits))
        await asyncio.wait_for(server.requests[0].client_closed.wait(), 10)
    assert steps.data == [ONE]
    assert steps.problem.kind == "timeout"
    assert "for 0.1 s" in steps.problem.what


async def test_comments_are_life() -> None:
    beats = [piece for _ in range(8) for piece in (b": beat\n\n", Pause(0.2))]
    limits = Limits(idle_timeout_s=1.2, first_byte_timeout_s=1.2, retries=0)
    steps, _ = await sent_to(events(*beats, *sse(ONE)), limits=limits)
    assert steps.data == [ONE, "[DONE]"]
    assert len(steps.comments) == 8


async def test_a_flood_leaves_the_loop_to_others() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    flood = b"".join(sse(*[ONE] * 5000))
    async with ScriptedServer(body_of([flood], STREAM_HEAD)) as server, http_backend() as backend:
        ticking = asyncio.create_task(others())
        seen = []
        async for step in backend.steps(call(server.base_url)):
            if isinstance(step, Received):
                seen.append((turns, len(step.events)))
        ticking.cancel()
    assert sum(count for _, count in seen) == 5001
    assert len(seen) >= 5
    assert all(later > earlier for (earlier, _), (later, _) in pairwise(seen))
