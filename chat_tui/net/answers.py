"""Reads the body of a 200 response and yields ``Responded``, ``Received`` and ``Closed`` or ``Failed`` steps."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from chat_tui.domain.calls import Limits
from chat_tui.domain.events import Closed, Comment, Failed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import Json
from chat_tui.domain.merging.payload import is_done
from chat_tui.domain.problems import Problem
from chat_tui.net.encodings import CorruptBodyError, InflatedBody, PlainBody, body_decoder
from chat_tui.net.errors import MAX_BODY_BYTES, error_in
from chat_tui.net.failures import Route, broken_stream, silent, stalled
from chat_tui.net.masking import Mask
from chat_tui.net.reading import Reading
from chat_tui.net.refusals import not_an_answer
from chat_tui.net.sniffing import Kind, sniff
from chat_tui.net.sse import CommentLine, Item, SseDecoder

MAX_PLAIN_BYTES: Final = 64 * 1024 * 1024
"""Maximum size of a JSON response, and of the output of a compressed body."""
DONE_GRACE_S: Final = 0.25
"""How long to wait for the rest of a body after its end marker before closing the connection."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The context in which a response is read: route, mask and limits."""

    route: Route
    mask: Mask
    limits: Limits


class Answer:
    """Reads the body of one 200 response, from its first byte to its end.

    Args:
        reading: The request, whose response headers have arrived.
        headers: Lower-case names, secrets masked.
        circumstances: Route, mask and time limits.
    """

    def __init__(self, reading: Reading, headers: Mapping[str, str], circumstances: Circumstances) -> None:
        self._reading = reading
        self._headers = headers
        self._route, self._mask, self._limits = circumstances.route, circumstances.mask, circumstances.limits
        self._inflate: PlainBody | InflatedBody = PlainBody()
        self._decoder = SseDecoder()
        self._last_s = reading.headers_at_s
        self._begun = False
        self._decoded_bytes = 0
        self._fault: Problem | None = None

    async def steps(self) -> AsyncGenerator[Step, None]:
        """Yield ``Responded``, then ``Received``*, then ``Closed`` or ``Failed``."""
        encoding = self._headers.get("content-encoding", "")
        inflate = body_decoder(encoding)
        if inflate is None:
            yield self._responded(plain=False)
            yield self._failed(not_an_answer("encoding", encoding, self._route))
            return
        self._inflate = inflate
        pieces = self._pieces()
        kind, start = await self._sniff(pieces)
        yield self._responded(plain=kind == "json")
        if kind == "stream":
            async for step in self._stream(start, pieces):
                yield step
        elif kind == "json":
            for step in await self._document(start, pieces):
                yield step
        elif self._fault is not None:
            yield self._failed(self._fault)
        else:
            words = self._mask(start[:MAX_BODY_BYTES].decode("utf-8", "replace"))
            yield self._failed(not_an_answer(kind, words, self._route))

    async def _pieces(self) -> AsyncIterator[bytes]:
        """Yield the decompressed body; ends early and sets ``_fault`` if the body breaks off."""
        while True:
            wait_s = self._limits.idle_timeout_s
            until_s = self._last_s + wait_s if self._begun else self._limits.first_byte_timeout_s
            try:
                read = await self._reading.next_read(until_s)
            except TimeoutError:
                begun, first_s = self._begun, self._limits.first_byte_timeout_s
                self._fault = stalled(self._route, wait_s) if begun else silent(self._route, first_s)
                return
            if read is None:
                break
            self._begun, self._last_s = True, read.at_s
            try:
                for piece in self._inflate.feed(read.data()):
                    yield piece
                    if isinstance(self._inflate, InflatedBody) and self._is_bomb(piece):
                        return
            except CorruptBodyError as error:
                self._fault = self._broken(str(error))
                return
        self._fault = self._end_fault()

    def _is_bomb(self, piece: bytes) -> bool:
        self._decoded_bytes += len(piece)
        if self._decoded_bytes <= MAX_PLAIN_BYTES:
            return False
        self._fault = not_an_answer("large", "", self._route)
        return True

    def _end_fault(self) -> Problem | None:
        if self._reading.error is not None:
            return broken_stream(self._reading.error, self._route)
        try:
            self._inflate.end()
        except CorruptBodyError as error:
            return self._broken(str(error))
        return None

    async def _sniff(self, pieces: AsyncIterator[bytes]) -> tuple[Kind, bytes]:
        """Detect the kind of the body; also return the bytes consumed for it."""
        content_type = self._headers.get("content-type", "")
        start = b""
        async for piece in pieces:
            start += piece
            kind = sniff(start, content_type, at_end=False)
            if kind is not None:
                return kind, start
        return sniff(start, content_type, at_end=True) or "other", start

    async def _stream(self, start: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[Step]:
        received, done = self._received(self._decoder.feed(start))
        if received:
            yield received
        if not done:
            async for piece in pieces:
                received, done = self._received(self._decoder.feed(piece))
                if received:
                    yield received
                if done:
                    break
        if done:
            self._reading.finish_within(DONE_GRACE_S)
            yield Closed(self._now_s())
            return
        received, done = self._received(self._decoder.end())
        if received:
            yield received
        if self._fault is not None and not done:
            yield self._failed(self._fault)
        else:
            yield Closed(self._now_s(), unterminated=self._decoder.unterminated)

    def _received(self, items: list[Item]) -> tuple[Received | None, bool]:
        """Convert items to one step, up to the end marker; also return whether the marker was found."""
        at_s, mask, done = self._last_s, self._mask, False
        events: list[StreamEvent] = []
        comments: list[Comment] = []
        for item in items:
            if isinstance(item, CommentLine):
                comments.append(Comment(at_s, mask.reply(item.text)))
                continue
            events.append(StreamEvent(at_s, mask.reply(item.data), item.name))
            if is_done(item.data):
                done = True
                break
        return (Received(tuple(events), tuple(comments)) if events or comments else None), done

    async def _document(self, start: bytes, pieces: AsyncIterator[bytes]) -> list[Step]:
        """Read a complete JSON document as a single event."""
        parts, size = [start], len(start)
        async for piece in pieces:
            parts.append(piece)
            size += len(piece)
            if size > MAX_PLAIN_BYTES:
                return [self._failed(not_an_answer("large", "", self._route))]
        text = self._mask.reply(b"".join(parts).decode("utf-8", "replace").removeprefix("\ufeff").strip())
        event = Received((StreamEvent(self._last_s, text),))
        if self._fault is not None:
            return [event, self._failed(self._fault)]
        problem = self._document_fault(text)
        return [event, Closed(self._now_s())] if problem is None else [self._failed(problem)]

    def _document_fault(self, text: str) -> Problem | None:
        try:
            value: Json = json.loads(text)
        except (ValueError, RecursionError):
            return not_an_answer("lines" if _is_lines(text) else "broken", self._excerpt(text), self._route)
        if isinstance(value, dict):
            return None
        error = error_in(value)
        words = error.message if error else text
        return not_an_answer("other", self._excerpt(words), self._route)

    def _excerpt(self, text: str) -> str:
        return self._mask(text[:MAX_BODY_BYTES])

    def _responded(self, *, plain: bool) -> Responded:
        return Responded(200, self._headers, self._reading.headers_at_s, plain)

    def _failed(self, problem: Problem) -> Failed:
        return Failed(self._now_s(), problem)

    def _now_s(self) -> float:
        return max(self._reading.elapsed_s(), self._last_s)

    def _broken(self, why: str) -> Problem:
        return Problem(
            kind="stream",
            what=f"The response from {self._route.address.place} was cut off{self._route.through()}",
            why=why,
            hint="What arrived is saved; send again for a complete reply.",
        )


def _is_lines(text: str) -> bool:
    """Whether the first line is a JSON value and another line follows."""
    first, newline, rest = text.partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return bool(newline and rest.strip())


def readable_headers(pairs: Iterable[tuple[str, str]], mask: Mask) -> dict[str, str]:
    """Return response headers fit for storage: lower-case names, repeated ones joined, no cookies, secrets masked."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        if key not in ("set-cookie", "set-cookie2"):
            headers[key] = f"{headers[key]}, {mask(value)}" if key in headers else mask(value)
    return headers
