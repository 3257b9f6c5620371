"""Sends one request and reads the bytes of its response in a dedicated task.

The consumer of the bytes may be cancelled any number of times, at any moment: the task that owns the connection is
cancelled at most once, which httpx requires to release the connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import httpx

_HELD_BYTES: Final = 4 * 1024 * 1024
"""Reading pauses while this many bytes are buffered."""


class Read:
    """The bytes of one read from the socket."""

    __slots__ = ("at_s", "chunks")

    def __init__(self, at_s: float, chunk: bytes) -> None:
        self.at_s = at_s
        """Seconds since the request started."""
        self.chunks = [chunk]

    def data(self) -> bytes:
        """Return all bytes of the read."""
        return self.chunks[0] if len(self.chunks) == 1 else b"".join(self.chunks)


class Reading:
    """Sends a request immediately and reads the response. Call ``close`` when done, however it ended."""

    def __init__(self, transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._response: httpx.Response | None = None
        self.headers_at_s = 0.0
        """When status and headers arrived, in seconds since the request started."""
        self.error: Exception | None = None
        """The exception that ended the request, if any."""
        self.ended = False
        """Whether no more bytes will arrive, after the end of the body or an error."""
        self._reads: deque[Read] = deque()
        self._open: Read | None = None
        self._held = 0
        self._discarding = False
        self._cancelled = False
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self.task = self._loop.create_task(self._run(transport, request))

    def elapsed_s(self) -> float:
        """Return seconds since the request started."""
        return self._loop.time() - self._began

    async def outcome(self, until_s: float) -> httpx.Response | Exception:
        """Wait for status and headers; an exception that ended the request is returned, not raised.

        Args:
            until_s: Deadline, in seconds since the request started.

        Raises:
            TimeoutError: The deadline passed.
        """
        while self._response is None and not self.ended:
            await self._wait(until_s)
        return self._response or self.error or ConnectionAbortedError()

    async def next_read(self, until_s: float) -> Read | None:
        """Return the next bytes of the body; None if no more will arrive.

        Raises:
            TimeoutError: The deadline passed without data.
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
        """Close the connection unless the response was read to its end, and wait until that is done.

        After ``finish_within`` it returns at once.
        """
        if self._discarding:
            return
        self.cancel()
        if not self.task.done():
            await asyncio.wait({self.task})

    def finish_within(self, grace_s: float) -> None:
        """Discard the rest of the response for up to ``grace_s`` seconds, so that the connection can be reused."""
        self._discarding = True
        self._room.set()
        if not self.task.done():
            timer = self._loop.call_later(grace_s, self.cancel)
            self.task.add_done_callback(lambda _: timer.cancel())

    def cancel(self) -> None:
        """Stop reading. Repeated calls, and calls after the end, do nothing."""
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
        except Exception as error:  # noqa: BLE001 - any exception is passed to the consumer, which explains it
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
        """Mark the current read as complete after one loop iteration: later bytes come from another socket read."""
        self._open = None
        self._news.set()
