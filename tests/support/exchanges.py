"""Sends one call through the HTTP backend and collects its steps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace

from chat_tui.domain.calls import Call, Endpoint, Limits
from chat_tui.domain.events import Attempted, Closed, Failed, Received, Responded, Step
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem
from chat_tui.domain.secrets import Secret
from chat_tui.net.client import HttpBackend

KEY = "sk-canary-0123456789abcdef"
HEADERS: Mapping[str, str | Secret] = {"Authorization": Secret(f"Bearer {KEY}")}
BODY: JsonObject = {"model": "vendor/m-1", "messages": [{"role": "user", "content": "hi"}], "stream": True}


def endpoint(base_url: str, **members: Any) -> Endpoint:
    """An endpoint with a key and short limits."""
    given = Endpoint(
        provider="acme",
        base_url=base_url,
        path="/chat/completions",
        models_path="/models",
        headers=HEADERS,
        limits=Limits(connect_timeout_s=5, first_byte_timeout_s=20, idle_timeout_s=20, retries=0),
        key_source="environment variable ACME_API_KEY",
        key_hint="ACME_API_KEY",
    )
    return replace(given, **members)


def call(base_url: str, body: JsonObject | None = None, **members: Any) -> Call:
    """Return a call to such an endpoint."""
    return Call(endpoint(base_url, **members), BODY if body is None else body)


class Steps(list[Step]):
    """The steps of one exchange."""

    @property
    def responded(self) -> Responded:
        """The only response."""
        (found,) = [step for step in self if isinstance(step, Responded)]
        return found

    @property
    def attempts(self) -> list[Attempted]:
        """Failed attempts that were retried."""
        return [step for step in self if isinstance(step, Attempted)]

    @property
    def data(self) -> list[str]:
        """The data of every event."""
        return [event.data for step in self if isinstance(step, Received) for event in step.events]

    @property
    def comments(self) -> list[str]:
        """The text of every comment."""
        return [comment.text for step in self if isinstance(step, Received) for comment in step.comments]

    @property
    def closed(self) -> Closed:
        """The last step, which must not be a failure."""
        assert isinstance(self[-1], Closed), self[-1]
        return self[-1]

    @property
    def problem(self) -> Problem:
        """The problem of the last step, which must be a failure."""
        assert isinstance(self[-1], Failed), self[-1]
        return self[-1].problem


@asynccontextmanager
async def http_backend(environ: Mapping[str, str] | None = None, **members: Any) -> AsyncIterator[HttpBackend]:
    """Yield a backend without proxies unless configured; closes it at the end."""
    backend = HttpBackend(environ or {}, **members)
    try:
        yield backend
    finally:
        await backend.aclose()


async def no_wait(_: float) -> None:
    """Retries without waiting."""


async def exchange(wanted: Call, environ: Mapping[str, str] | None = None) -> Steps:
    """Return every step of one call, sent by a new backend that retries without waiting."""
    async with http_backend(environ, wait=no_wait) as backend:
        return Steps([step async for step in backend.steps(wanted)])
