"""HTTP/1.1 server that replays recorded responses; one task per connection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

import h11

from chat_tui.domain.json_values import Json, JsonObject, dump_json, parse_json
from chat_tui.mock.matching import Book, Nearest
from chat_tui.mock.playing import pieces, sends_stream
from chat_tui.mock.recordings import Recording, models_of
from chat_tui.mock.unknown import body as unknown_body

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
_IDLE_S: Final = 120.0
"""Idle connections are closed after this many seconds."""
_READ_BYTES: Final = 65_536
_BODILESS: Final = (204, 304)


class MockServer:
    """Serves chat completions from a book of recordings, and lists their models.

    Args:
        book: The responses.
        timed: Send everything at its recorded time instead of at once.
        log: Called with a line for each request, which never contains headers and so no key.
    """

    def __init__(self, book: Book, *, timed: bool = False, log: Callable[[str], None] = lambda _: None) -> None:
        self._book = book
        self._timed = timed
        self._log = log
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> str:
        """Listen and return the base URL; port 0 chooses a free port.

        Raises:
            OSError: The port is taken, or the host is not an address of this machine.
        """
        self._server = await asyncio.start_server(self._accept, host, port)
        name, bound = self._server.sockets[0].getsockname()[:2]
        return f"http://[{name}]:{bound}/v1" if ":" in name else f"http://{name}:{bound}/v1"

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._server is not None:
            self._server.close()
        for task in self._connections:
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio's promise
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await _Connection(self._book, reader, writer, timed=self._timed, log=self._log).serve()
        finally:
            writer.close()


class _Connection:
    """One client connection, handling requests in sequence."""

    def __init__(
        self,
        book: Book,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        timed: bool,
        log: Callable[[str], None],
    ) -> None:
        self._book = book
        self._reader = reader
        self._writer = writer
        self._timed = timed
        self._log = log
        self._http = h11.Connection(h11.SERVER)
        self._bodiless = False
        """Whether the response in progress has no body by the rules of HTTP."""

    async def serve(self) -> None:
        """Serve until the client disconnects, violates the protocol, or a recording ends with a lost connection."""
        while True:
            try:
                asked = await self._request()
                if asked is None:
                    return
                whole = await self._answer(*asked)
            except h11.RemoteProtocolError as error:
                await self._refuse(error)
                return
            except h11.LocalProtocolError as error:
                self._log(f"  cannot be replayed: {error}")
                return
            if not whole or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    async def _request(self) -> tuple[h11.Request, bytes] | None:
        """Return the next request and its body; None if the client disconnects or is idle for too long."""
        request: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    self._send(h11.InformationalResponse(status_code=100, headers=[]))
                try:
                    data = await asyncio.wait_for(self._reader.read(_READ_BYTES), _IDLE_S)
                except TimeoutError:
                    return None
                self._http.receive_data(data)
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MAX_BODY_BYTES:
                    raise h11.RemoteProtocolError("the body is larger than 64 MB", error_status_hint=413)
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return request, bytes(body)
            else:
                return None

    async def _answer(self, request: h11.Request, body: bytes) -> bool:
        """Answer one request; return False if the connection must be closed."""
        method, path = request.method.decode(), request.target.decode("ascii", "replace").partition("?")[0]
        self._log(f"{method} {path}")
        self._bodiless = method == "HEAD"
        if method == "GET" and path.endswith("/models"):
            listed: list[Json] = [{"id": name, "object": "model"} for name in models_of(self._book.recordings)]
            return await self._document(200, {"object": "list", "data": listed})
        if method == "GET" and path == "/health":
            return await self._document(200, {"status": "ok"})
        if not path.endswith("/chat/completions"):
            return await self._document(404, _error(f"Unknown path: {path}.", "not_found"))
        if method != "POST":
            return await self._document(405, _error(f"{path} accepts POST, not {method}.", "method_not_allowed"))
        return await self._complete(body)

    async def _complete(self, body: bytes) -> bool:
        """Answer a completion request from the book."""
        try:
            asked = parse_json(body.decode())
        except ValueError as error:
            return await self._document(400, _error(f"The body is not valid JSON: {error}", "invalid_json"))
        if not isinstance(asked, dict):
            return await self._document(400, _error("The body is not a JSON object.", "invalid_json"))
        found = self._book.answer(asked)
        if isinstance(found, Nearest):
            self._log("  not recorded")
            return await self._document(404, unknown_body(found))
        self._log(f"  exchange {found.exchange} of {found.session}")
        return await self._replay(found, stream=asked.get("stream") is True)

    async def _replay(self, recording: Recording, *, stream: bool) -> bool:
        if recording.status is None:
            return False
        streamed = sends_stream(recording, stream=stream)
        kind = "text/event-stream; charset=utf-8" if streamed else "application/json"
        headers = [("content-type", kind), *((name, value) for name, value in recording.headers.items())]
        if streamed:
            headers.append(("cache-control", "no-cache"))
        self._bodiless = recording.status in _BODILESS
        if not self._bodiless:
            headers.append(("transfer-encoding", "chunked"))
        began_s = asyncio.get_running_loop().time()
        await self._until(began_s, recording.first_byte_s)
        self._send(h11.Response(status_code=recording.status, headers=headers))
        for at_s, data in pieces(recording, stream=stream):
            await self._until(began_s, at_s)
            if data:
                self._send(h11.Data(data=data))
            await self._writer.drain()
        if recording.cut and recording.status == 200:
            await self._until(began_s, recording.total_s)
            return False
        return await self._end()

    async def _document(self, status: int, document: JsonObject) -> bool:
        data = dump_json(document).encode("utf-8", "replace")
        headers = [("content-type", "application/json"), ("content-length", str(len(data)))]
        self._send(h11.Response(status_code=status, headers=headers))
        self._send(h11.Data(data=data))
        return await self._end()

    async def _refuse(self, error: h11.RemoteProtocolError) -> None:
        """Send an error response to a malformed request, if the protocol state still allows one."""
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            await self._document(error.error_status_hint, _error(str(error), "bad_request"))

    async def _end(self) -> bool:
        self._send(h11.EndOfMessage())
        await self._writer.drain()
        return True

    async def _until(self, began_s: float, at_s: float) -> None:
        if self._timed:
            await asyncio.sleep(max(0.0, began_s + at_s - asyncio.get_running_loop().time()))

    def _send(self, event: h11.Event) -> None:
        if self._bodiless and isinstance(event, h11.Data):
            return
        data = self._http.send(event)
        if data:
            self._writer.write(data)


def _error(message: str, code: str) -> JsonObject:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}
