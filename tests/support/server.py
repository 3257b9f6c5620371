"""A scripted HTTP server on loopback.

Tell it what to answer, send to ``server.base_url``, then look at ``server.requests``::

    async with ScriptedServer(stream("Hel", "lo")) as server:
        ...                                  # send to server.base_url + "/chat/completions"
        assert server.requests[0].json()["model"] == "m"

Each request takes the next answer; the last one is repeated. ``Answer(status, headers, pieces)`` is the general form:
a piece is bytes (one write, and one HTTP chunk), or ``Pause``, ``Gate``, ``HOLD``, ``RESET`` or ``CUT``. ``stream``,
``events``, ``completion``, ``plain``, ``page`` and ``raw`` build the usual ones; a function from request to answer may
stand for any answer. ``request.client_closed`` tells when the client went away.
``threaded(...)`` runs the same server in a thread, for tests that block the loop themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias


@dataclass(frozen=True)
class Pause:
    """Wait this many seconds."""

    seconds: float


@dataclass(frozen=True)
class Gate:
    """Wait until the test sets the event, so that tests control the order of events without sleeping."""

    event: asyncio.Event


@dataclass(frozen=True)
class Hold:
    """Stay silent with the connection open until the client closes it or the server stops."""


@dataclass(frozen=True)
class Reset:
    """Drop the connection with a TCP reset."""


@dataclass(frozen=True)
class Cut:
    """Close the connection without ending the body as announced."""


HOLD, RESET, CUT = Hold(), Reset(), Cut()
Piece: TypeAlias = bytes | Pause | Gate | Hold | Reset | Cut


@dataclass(frozen=True)
class Answer:
    """One response. ``framing``: ``chunked``, ``length`` (of ``pieces``), ``close``, or ``raw`` (no head)."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[Piece] = ()
    framing: Literal["chunked", "length", "close", "raw"] = "chunked"
    before: Sequence[Piece] = ()
    """Actions before the status line."""
    reason: str | None = None


@dataclass(eq=False)
class Request:
    """A request as received."""

    method: str
    path: str
    headers: dict[str, str]
    """Lower-case names."""
    body: bytes
    connection: int
    """Index of its connection, from 0."""
    client_closed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the client has closed the connection."""

    def json(self) -> Any:
        """Parse the body as JSON."""
        return json.loads(self.body)


Script: TypeAlias = Answer | Callable[[Request], Answer]


def sse(*data: str, done: bool = True) -> list[bytes]:
    """Encode each text as one event, followed by ``[DONE]`` unless disabled."""
    return [f"data: {text}\n\n".encode() for text in (*data, *(["[DONE]"] if done else []))]


def chunk(text: str | None = None, *, finish: str | None = None, **members: Any) -> str:
    """The JSON of one stream chunk with a piece of text."""
    delta = {} if text is None else {"content": text}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        **members,
    }
    return json.dumps(body)


def events(*pieces: Piece, headers: Mapping[str, str] | None = None, status: int = 200) -> Answer:
    """Return an event stream of these raw pieces."""
    return Answer(status, {"Content-Type": "text/event-stream", **(headers or {})}, pieces)


def stream(*texts: str, finish: str = "stop", done: bool = True, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an event stream of these texts with a finish reason and ``[DONE]``."""
    return events(*sse(*(chunk(text) for text in texts), chunk(finish=finish), done=done), headers=headers)


def plain(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON document."""
    return Answer(
        status,
        {"Content-Type": "application/json", **(headers or {})},
        [json.dumps(value).encode()],
        framing="length",
    )


def completion(text: str, **members: Any) -> Answer:
    """Return a complete chat completion as one JSON document."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice]}
    return plain({**body, **members})


def page(html: str = "<html><body><h1>Welcome</h1></body></html>", status: int = 200) -> Answer:
    """A web page."""
    return Answer(status, {"Content-Type": "text/html"}, [html.encode()], framing="length")


def raw(*pieces: Piece) -> Answer:
    """Send raw bytes including the status line, then close the connection."""
    return Answer(pieces=pieces, framing="raw")


class ScriptedServer:
    """The server, used as a context manager. ``requests`` lists the requests received."""

    def __init__(self, *answers: Script, tls: ssl.SSLContext | None = None) -> None:
        if not answers:
            raise ValueError("a script needs at least one answer")
        self.answers = answers
        self.requests: list[Request] = []
        self.connections = 0
        self.port = 0
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """The origin with ``/v1``."""
        return f"{self.origin}/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = self.connections
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        waiting: asyncio.Queue[Request] = asyncio.Queue()
        answering = asyncio.create_task(self._answer_all(waiting, writer))
        try:
            await self._read_all(reader, number, waiting)
        except asyncio.CancelledError:
            pass
        finally:
            answering.cancel()
            writer.transport.abort()
            await asyncio.gather(answering, return_exceptions=True)
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _read_all(self, reader: asyncio.StreamReader, number: int, waiting: asyncio.Queue[Request]) -> None:
        mine: list[Request] = []
        try:
            while True:
                request = await _read_request(reader, number)
                mine.append(request)
                self.requests.append(request)
                waiting.put_nowait(request)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            for request in mine:
                request.client_closed.set()

    async def _answer_all(self, waiting: asyncio.Queue[Request], writer: asyncio.StreamWriter) -> None:
        while True:
            request = await waiting.get()
            script = self.answers[min(self.requests.index(request), len(self.answers) - 1)]
            answer = script if isinstance(script, Answer) else script(request)
            with contextlib.suppress(OSError):
                kept = await _play(answer, request, writer)
                if not kept or request.headers.get("connection", "").lower() == "close":
                    writer.close()
                    return


async def _read_request(reader: asyncio.StreamReader, connection: int) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.rstrip("\r\n").split("\r\n")
    method, path, _ = line.split(" ", 2)
    pairs = (field.partition(":") for field in fields)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body, connection)


async def _play(answer: Answer, request: Request, writer: asyncio.StreamWriter) -> bool:
    """Return whether the connection can serve another request."""
    for piece in answer.before:
        if not await _step(piece, request, writer):
            return False
    if answer.framing != "raw":
        writer.write(_head(answer))
        await writer.drain()
    for piece in answer.pieces:
        if not await _step(_framed(piece) if answer.framing == "chunked" else piece, request, writer):
            return False
    if answer.framing == "chunked":
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return answer.framing in ("chunked", "length")


def _framed(piece: Piece) -> Piece:
    return b"%x\r\n%b\r\n" % (len(piece), piece) if isinstance(piece, bytes) else piece


def _head(answer: Answer) -> bytes:
    headers = dict(answer.headers)
    if answer.framing == "length":
        headers.setdefault("Content-Length", str(sum(len(p) for p in answer.pieces if isinstance(p, bytes))))
    elif answer.framing == "chunked":
        headers.setdefault("Transfer-Encoding", "chunked")
    else:
        headers.setdefault("Connection", "close")
    reason = answer.reason
    if reason is None:
        reason = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else "Unknown"
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


async def _step(piece: Piece, request: Request, writer: asyncio.StreamWriter) -> bool:
    """Return False if the connection must be dropped now."""
    if isinstance(piece, bytes):
        writer.write(piece)
        await writer.drain()
    elif isinstance(piece, Pause):
        await asyncio.sleep(piece.seconds)
    elif isinstance(piece, Gate):
        await piece.event.wait()
    elif isinstance(piece, Hold):
        await request.client_closed.wait()
    elif isinstance(piece, Reset):
        plug: socket.socket = writer.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        return False
    else:
        return False
    return True


@contextlib.contextmanager
def threaded(*answers: Script, tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """Run the server in a thread, for code under test that runs its own event loop."""
    started = threading.Event()
    server = ScriptedServer(*answers, tls=tls)
    stop: list[Callable[[], object]] = []

    async def serve() -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        stop.append(partial(loop.call_soon_threadsafe, stopped.set))
        async with server:
            started.set()
            await stopped.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    if not started.wait(10):
        raise AssertionError("the scripted server did not start")
    try:
        yield server
    finally:
        stop[0]()
        thread.join(10)


def free_port() -> int:
    """Return a loopback port without a listener."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def silent_port() -> AsyncIterator[int]:
    """Return a port that accepts connections and never answers."""
    async with ScriptedServer(raw(HOLD)) as server:
        yield server.port
