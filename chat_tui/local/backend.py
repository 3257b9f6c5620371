"""Backend wrapper that starts the embedded model's server before sending calls to it over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, Protocol

from msgspec.structs import replace

from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.events import Adapted, Closed, Failed, Step
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.secrets import Secret
from chat_tui.local import faults
from chat_tui.local.adaptation import adapted_body
from chat_tui.local.server import LocalServer

PROVIDER: Final = "local"
_DEATH_S: Final = 0.5


class Transport(Protocol):
    """The wrapped HTTP backend."""

    def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        """Yield the steps of a call's response."""
        ...

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        """Return the service's model list."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


class LocalBackend:
    """Starts the embedded model when a call is for it; other calls are passed through.

    Requests to the embedded model are serialised: it computes on one thread, and seeds are reproducible only so. The
    server cannot cancel a request that does not stream, so the process is stopped when such a request is abandoned; the
    next call restarts it.
    """

    def __init__(self, inner: Transport, server: LocalServer) -> None:
        self._inner = inner
        self._server = server
        self._turn = asyncio.Lock()

    def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        """Yield the transport's steps. A failed start becomes a ``Failed`` step; nothing is raised."""
        return self._local_steps(call) if call.endpoint.provider == PROVIDER else self._inner.steps(call)

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        """Return the transport's model list.

        Raises:
            ProblemError: The list could not be fetched, or the embedded model did not start.
        """
        return await self._inner.models(await self.reached(endpoint))

    async def reached(self, endpoint: Endpoint) -> Endpoint:
        """Return a reachable endpoint; for the embedded model, after starting its server.

        Raises:
            ProblemError: The embedded model did not start.
        """
        if endpoint.provider != PROVIDER:
            return endpoint
        return self._directed(endpoint, *await self._server.start())

    async def aclose(self) -> None:
        """Stop the embedded model's process and close the transport."""
        try:
            await self._server.stop()
        finally:
            await self._inner.aclose()

    async def _local_steps(self, call: Call) -> AsyncGenerator[Step, None]:
        async with self._turn:
            try:
                base_url, key = await self._server.start()
            except ProblemError as error:
                yield Failed(0.0, error.problem)
                return
            body, notes = adapted_body(call.body) if self._server.serves_shipped_model else (call.body, [])
            if notes:
                yield Adapted(body, tuple(notes))
            directed = replace(call, endpoint=self._directed(call.endpoint, base_url, key), body=body)
            answered = False
            try:
                async with aclosing(self._inner.steps(directed)) as steps:
                    async for step in steps:
                        answered = isinstance(step, Closed) or (isinstance(step, Failed) and _is_answer(step))
                        yield await self._explained(step) if isinstance(step, Failed) else step
            finally:
                if not answered and not call.streams:
                    await self._server.stop()

    @staticmethod
    def _directed(endpoint: Endpoint, base_url: str, key: Secret) -> Endpoint:
        """Return the running server's endpoint, without keep-alive (the server breaks it) and without retries.

        The server has one client and answers the same request alike, so that a retry would repeat the failure.
        """
        kept = {name: value for name, value in endpoint.headers.items() if name.lower() != "authorization"}
        return replace(
            endpoint,
            base_url=base_url,
            headers={**kept, "Authorization": Secret(f"Bearer {key.reveal()}")},
            limits=replace(endpoint.limits, retries=0),
            allow_http=True,
            close_connection=True,
        )

    async def _explained(self, step: Failed) -> Failed:
        """Say what a fault of this server means, and report a broken connection as the end of the process, if it is."""
        if step.problem.status == 500:
            return replace(step, problem=faults.not_computed(step.problem))
        if _is_answer(step):
            return step
        returncode = await self._server.ending(_DEATH_S)
        if returncode is None:
            return step
        return replace(step, problem=faults.ended(returncode, self._server.log, while_answering=True))


def _is_answer(step: Failed) -> bool:
    """Whether the server sent an error response, and so no longer works on the request."""
    return step.problem.status is not None
