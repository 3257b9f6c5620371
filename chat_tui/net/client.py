"""HTTP backend: sends requests to a service and yields the steps of the response."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.events import Attempted, Failed, Responded, Step
from chat_tui.domain.json_values import JsonObject, parse_json
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.net.answers import Answer, Circumstances, readable_headers
from chat_tui.net.connections import Connections
from chat_tui.net.encodings import CorruptBodyError, body_decoder
from chat_tui.net.errors import MAX_BODY_BYTES, read_error
from chat_tui.net.failures import NoAnswer, Route, broken_stream, no_answer, silent
from chat_tui.net.model_lists import MAX_LIST_BYTES, MAX_MODELS, MAX_PAGES, model_entries, next_page
from chat_tui.net.reading import Reading
from chat_tui.net.refusals import Refused, not_an_answer, status_problem
from chat_tui.net.requests import PreparedRequest, chat_request, models_request
from chat_tui.net.retry import requests_allowed, wait_before_retry

if TYPE_CHECKING:
    import httpx

_ERROR_BODY_S: Final = 10.0
"""Time limit for the body of an error, after its headers."""
_MODELS_TIMEOUT_S: Final = 60.0
"""Upper limit of the wait for a model list."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A request that did not get a 200 response."""

    problem: Problem
    at_s: float
    wait_s: float | None
    """Delay before a retry; None: not to be retried."""
    response: Responded | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of a model list."""

    entries: list[JsonObject]
    following: str | None
    """URL of the next page."""
    size: int
    """Size in bytes."""


class HttpBackend:
    """Sends requests over HTTP; one instance per process. Implements the engine's ``Backend``.

    Args:
        environ: Environment for proxies and certificates; the process's own by default.
        wait: Sleeps for the given seconds before a retry.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._wait = wait
        self._connections = Connections(os.environ if environ is None else environ)
        self._readings: set[Reading] = set()

    async def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        """Yield ``Attempted``*, then ``Responded`` and ``Received``*, then ``Closed`` or ``Failed``.

        Never raises for a network or service error. Cancelling the consuming task closes the connection.
        """
        try:
            prepared = chat_request(call)
            route, transport = await self._way(prepared)
            request = prepared.build(first_byte_timeout_s=call.endpoint.limits.first_byte_timeout_s)
        except ProblemError as error:
            yield Failed(0.0, error.problem)
            return
        allowed = requests_allowed(call.endpoint.limits.retries)
        for number in range(1, allowed + 1):
            if number > 1:
                request = prepared.build(first_byte_timeout_s=call.endpoint.limits.first_byte_timeout_s)
            reading = self._begin(transport, request)
            try:
                response = await self._response(reading, prepared, route, number)
                if not isinstance(response, _Refusal):
                    circumstances = Circumstances(route, prepared.mask, call.endpoint.limits)
                    answer = Answer(reading, _headers(response, prepared), circumstances)
                    async with aclosing(answer.steps()) as steps:
                        async for step in steps:
                            yield step
                    return
                refusal = response
            finally:
                await reading.close()
            if refusal.wait_s is None or number == allowed:
                if refusal.response is not None:
                    yield refusal.response
                yield Failed(refusal.at_s, refusal.problem)
                return
            yield Attempted(number, refusal.problem, refusal.wait_s)
            await self._wait(refusal.wait_s)

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        """Return the service's model list: objects with at least a string ``id``. Requests are not retried.

        Further pages are fetched as the service indicates. If one fails or contains nothing new, the entries fetched
        so far are returned.

        Raises:
            ProblemError: The list could not be fetched.
        """
        patience_s = min(endpoint.limits.first_byte_timeout_s, _MODELS_TIMEOUT_S)
        endpoint = replace(endpoint, limits=replace(endpoint.limits, first_byte_timeout_s=patience_s))
        page = await self._page(models_request(endpoint), MAX_LIST_BYTES)
        found = {str(entry["id"]): entry for entry in page.entries}
        left, began_s = MAX_LIST_BYTES - page.size, time.monotonic()
        for _ in range(MAX_PAGES - 1):
            if not page.following or len(found) >= MAX_MODELS or time.monotonic() - began_s > patience_s:
                break
            known = len(found)
            try:
                page = await self._page(models_request(endpoint, page.following), left)
            except ProblemError:
                break
            found |= {str(entry["id"]): entry for entry in page.entries if entry["id"] not in found}
            left -= page.size
            if len(found) == known:
                break
        return list(found.values())

    async def aclose(self) -> None:
        """Cancel every request and close every connection."""
        tasks = {reading.task for reading in self._readings}
        for reading in list(self._readings):
            reading.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._connections.aclose()

    async def _page(self, prepared: PreparedRequest, limit: int) -> _Page:
        """Fetch one page of a model list, of at most ``limit`` bytes."""
        patience_s = prepared.endpoint.limits.first_byte_timeout_s
        route, transport = await self._way(prepared)
        reading = self._begin(transport, prepared.build(first_byte_timeout_s=patience_s))
        try:
            response = await self._response(reading, prepared, route, 1)
            if isinstance(response, _Refusal):
                raise ProblemError(response.problem)
            body, whole = await _body(reading, limit, patience_s)
            if len(body) > limit:
                raise ProblemError(not_an_answer("large list", "", route))
            if not whole:
                raise ProblemError(broken_stream(reading.error, route) if reading.error else silent(route, patience_s))
        finally:
            await reading.close()
        text = body.decode("utf-8", "replace")
        try:
            value = parse_json(text.removeprefix("\ufeff").strip())
            entries = model_entries(value)
        except ValueError:
            entries = None
        if entries is None:
            kind = "page" if text.lstrip().startswith("<") else "no list"
            raise ProblemError(not_an_answer(kind, prepared.mask(text[:MAX_BODY_BYTES]), route))
        first = models_request(prepared.endpoint).address.url
        return _Page(entries, next_page(value, entries, first), len(body))

    async def _way(self, prepared: PreparedRequest) -> tuple[Route, httpx.AsyncHTTPTransport]:
        proxy = self._connections.proxy(prepared.address)
        transport = await self._connections.transport(prepared.address, proxy, prepared.endpoint.ca_file)
        return Route(prepared.address, proxy), transport

    def _begin(self, transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> Reading:
        reading = Reading(transport, request)
        self._readings.add(reading)
        reading.task.add_done_callback(lambda _: self._readings.discard(reading))
        return reading

    async def _response(
        self, reading: Reading, prepared: PreparedRequest, route: Route, number: int
    ) -> httpx.Response | _Refusal:
        """Wait for the headers and return the response if its status is 200."""
        limits = prepared.endpoint.limits
        try:
            outcome = await reading.outcome(limits.first_byte_timeout_s)
        except TimeoutError:
            missing = NoAnswer(silent(route, limits.first_byte_timeout_s), repeatable=True)
        else:
            if not isinstance(outcome, Exception):
                if outcome.status_code == 200:
                    return outcome
                return await _status_refusal(outcome, reading, prepared, route, number)
            missing = no_answer(outcome, route, connect_timeout_s=limits.connect_timeout_s)
        wait_s = wait_before_retry(number, None, {}, time.time(), jitter=_jitter()) if missing.repeatable else None
        return _Refusal(missing.problem, reading.elapsed_s(), wait_s)


async def _status_refusal(
    response: httpx.Response, reading: Reading, prepared: PreparedRequest, route: Route, number: int
) -> _Refusal:
    status, headers, now = response.status_code, _headers(response, prepared), time.time()
    responded = Responded(status, headers, reading.headers_at_s, plain=True)
    if status == 204:
        return _Refusal(not_an_answer("empty", "", route, status=204), reading.elapsed_s(), None, responded)
    data, _ = await _body(reading, MAX_BODY_BYTES, reading.headers_at_s + _ERROR_BODY_S)
    body = prepared.mask(_decoded(data[:MAX_BODY_BYTES], headers.get("content-encoding", "")))
    error = read_error(body)
    refused = Refused(status, headers, error, body, prepared.endpoint, prepared.model, route, now)
    wait_s = wait_before_retry(
        number, status, headers, now, jitter=_jitter(), codes=(error.code, error.type), retryable=error.retryable
    )
    return _Refusal(status_problem(refused), reading.elapsed_s(), wait_s, responded)


async def _body(reading: Reading, limit: int, until_s: float) -> tuple[bytes, bool]:
    """Return the body and whether it is complete; reading stops after exceeding ``limit`` bytes."""
    parts: list[bytes] = []
    size = 0
    try:
        while size <= limit:
            read = await reading.next_read(until_s)
            if read is None:
                return b"".join(parts), reading.error is None
            parts.append(read.data())
            size += len(parts[-1])
    except TimeoutError:
        pass
    return b"".join(parts), False


def _decoded(data: bytes, encoding: str) -> str:
    """Decode at most 64 KiB of an error body, decompressing as much as possible."""
    decoder = body_decoder(encoding)
    if decoder is None:
        return ""
    decoded = b""
    try:
        for piece in decoder.feed(data):
            decoded += piece
            if len(decoded) >= MAX_BODY_BYTES:
                break
    except CorruptBodyError:
        pass
    return decoded[:MAX_BODY_BYTES].decode("utf-8", "replace")


def _headers(response: httpx.Response, prepared: PreparedRequest) -> dict[str, str]:
    return readable_headers(response.headers.multi_items(), prepared.mask)


def _jitter() -> float:
    return random.random()  # noqa: S311 - spreads retries, guards nothing
