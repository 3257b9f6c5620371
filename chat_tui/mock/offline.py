"""Backend that replays recorded responses in this process, without a network connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.events import Closed, Comment, Failed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.mock.matching import Book, Nearest
from chat_tui.mock.recordings import Recording, models_of
from chat_tui.mock.unknown import CODE, sentence


class OfflineBackend:
    """Implements the engine's ``Backend``.

    Args:
        book: Loads the recorded responses when the first is needed.
        wait: Sleeps for the given seconds; responses are replayed at their recorded pace.
    """

    def __init__(self, book: Callable[[], Book], *, wait: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._load = book
        self._book: Book | None = None
        self._wait = wait

    async def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        """Yield ``Responded`` and ``Received``*, then ``Closed`` or ``Failed``, as recorded."""
        try:
            answer = self._loaded().answer(call.body)
        except ProblemError as error:
            yield Failed(0.0, error.problem)
            return
        if isinstance(answer, Nearest):
            yield Failed(0.0, _unknown(answer))
            return
        if answer.status is None:
            yield Failed(0.0, _lost(answer))
            return
        at_s = answer.first_byte_s
        await self._wait(at_s)
        yield Responded(answer.status, answer.headers, at_s, plain=answer.plain)
        if answer.status != 200:
            yield Failed(at_s, _error(answer))
            return
        for step in _received(answer):
            await self._wait(max(0.0, _time(step) - at_s))
            at_s = max(at_s, _time(step))
            yield step
        yield Failed(at_s, _lost(answer)) if answer.cut else Closed(at_s)

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:  # noqa: ARG002 - the port's
        """Return the models requested in the recording."""
        return [{"id": name, "object": "model"} for name in models_of(self._loaded().recordings)]

    async def aclose(self) -> None:
        """Do nothing: there are no resources."""

    def _loaded(self) -> Book:
        if self._book is None:
            self._book = self._load()
        return self._book


def _received(answer: Recording) -> list[Received]:
    if answer.plain:
        return [Received((StreamEvent(answer.total_s, answer.document),))]
    return [
        Received((), (arrival,)) if isinstance(arrival, Comment) else Received((arrival,))
        for arrival in answer.arrivals
    ]


def _time(step: Received) -> float:
    return (step.events or step.comments)[0].at_s


def _unknown(nearest: Nearest) -> Problem:
    return Problem(
        kind="http",
        what="Offline: this request was not recorded",
        why=sentence(nearest),
        hint="Send a recorded request, or start without --offline.",
        code=CODE,
    )


def _lost(answer: Recording) -> Problem:
    return Problem(
        kind="stream",
        what="Offline: the recorded connection broke here",
        why=f"exchange {answer.exchange} of {answer.session!r} ends this way",
    )


def _error(answer: Recording) -> Problem:
    return Problem(
        kind="http",
        what=f"Offline: the recorded answer has status {answer.status}",
        why=answer.document[:2000],
        status=answer.status,
        body=answer.document,
    )
