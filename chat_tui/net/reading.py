"""One request and its answer's bytes, read by a task of its own.

The reader of the bytes may be cancelled any number of times, at any moment: the task that owns the connection is
cancelled at most once, which is what httpx needs to give the connection back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import httpx

_HELD_BYTES: Final = 4 * 1024 * 1024
"""Reading pauses while this much waits to be taken."""


class Read:
    """The bytes of one read from the socket."""

    __slots__ = ("at_s", "chunks")

    def __init__(self, at_s: float, chunk: bytes) -> None:
        self.at_s = at_s
        """Seconds since the request was begun."""
        self.chunks = [chunk]

    def data(self) -> bytes:
        """All of it."""
        return self.chunks[0] if len(self.chunks) == 1 else b"".join(self.chunks)


class Reading:
    """Sends a request at once and reads the answer. ``close`` it when done, in whatever way it ended."""

    def __init__(self, transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._response: httpx.Response | None = None
        self.headers_at_s = 0.0
        """When status and headers were there, in seconds since the request was begun."""
        self.error: Exception | None = None
        """What ended it, if it did not end well."""
        self.ended = False
        """Nothing more will come, be it by the end of the body or by an error."""
        self._reads: deque[Read] = deque()
        self._open: Read | None = None
        self._held = 0
        self._discarding = False
        self._cancelled = False
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self.task = self._loop.create_task(self._run(transport, request))

    def elapsed_s(self) -> float:
        """Seconds since the request was begun."""
        return self._loop.time() - self._began

    async def outcome(self, until_s: float) -> httpx.Response | Exception:
        """Wait for status and headers; what ended the request instead of them is returned, not raised.

        Args:
            until_s: At most until so many seconds since the beginning.

        Raises:
            TimeoutError: It took longer.
        """
        while self._response is None and not self.ended:
            await self._wait(until_s)
        return self._response or self.error or ConnectionAbortedError()

    async def next_read(self, until_s: float) -> Read | None:
        """The next bytes of the body; None when nothing more will come.

        Raises:
            TimeoutError: None came until then.
        """
        if self._reads:
            await asyncio.sleep(0)
        while not self._reads:
            if self.ended:
                return None
            await self._wait(until_s)
        read = self._reads.popleft()
        self._held -= sum(map(len, read.chunks))
        self._room.set()
        return read

    async def close(self) -> None:
        """Close the connection unless the answer was read to its end; returns when that is done.

        After ``finish_within`` it returns at once.
        """
        if self._discarding:
            return
        self.cancel()
        if not self.task.done():
            await asyncio.wait({self.task})

    def finish_within(self, grace_s: float) -> None:
        """Let the rest of the answer come for a moment, unread, so that its connection can be used again."""
        self._discarding = True
        self._room.set()
        if not self.task.done():
            timer = self._loop.call_later(grace_s, self.cancel)
            self.task.add_done_callback(lambda _: timer.cancel())

    def cancel(self) -> None:
        """Stop reading. The first call decides; later ones, and any after the end, do nothing."""
        if not (self._cancelled or self.ended):
            self._cancelled = True
            self.task.cancel()

    async def _wait(self, until_s: float) -> None:
        self._news.clear()
        async with asyncio.timeout_at(self._began + until_s):
            await self._news.wait()

    async def _run(self, transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> None:
        try:
            response = await transport.handle_async_request(request)
            try:
                await self._read_body(response)
            finally:
                await response.aclose()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told to the reader and named there
            self.error = error
        except asyncio.CancelledError:
            self.error = ConnectionAbortedError()
            raise
        finally:
            self.ended = True
            self._news.set()

    async def _read_body(self, response: httpx.Response) -> None:
        self.headers_at_s = self.elapsed_s()
        self._response = response
        self._news.set()
        async for chunk in response.stream:  # type: ignore[union-attr]  # always asynchronous with this transport
            if self._discarding or not chunk:
                continue
            if self._open is None:
                self._open = Read(self.elapsed_s(), chunk)
                self._reads.append(self._open)
                self._loop.call_soon(self._end_read)
            else:
                self._open.chunks.append(chunk)
            self._held += len(chunk)
            if self._held > _HELD_BYTES:
                self._room.clear()
                await self._room.wait()
        self.ended = True
        self._news.set()

    def _end_read(self) -> None:
        """The loop went round: what comes next came with another read from the socket."""
        self._open = None
        self._news.set()
