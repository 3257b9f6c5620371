"""Test doubles for the engine's ports: a scripted backend, a journal in memory, a stopped clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable

from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.catalogue import Provider
from chat_tui.domain.events import Closed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.problems import Problem, ProblemError


def event(at_s: float, delta: JsonObject, finish: str | None = None, index: int = 0) -> StreamEvent:
    """One chunk of one choice."""
    return StreamEvent(at_s, dump_json({"choices": [{"index": index, "delta": delta, "finish_reason": finish}]}))


def answered(*words: str, finish: str | None = "stop") -> list[Step]:
    """Return the steps of a streamed reply with one read per word."""
    steps: list[Step] = [Responded(200, {"content-type": "text/event-stream"}, 0.1, plain=False)]
    steps += [Received((event(0.2 + number / 100, {"content": word}),)) for number, word in enumerate(words)]
    if finish is not None:
        steps += [Received((event(0.9, {}, finish), StreamEvent(0.9, "[DONE]"))), Closed(1.0)]
    return steps


class ScriptedBackend:
    """Yields one script of steps per call; after ``hang`` it waits forever, like a stalled service."""

    def __init__(self, *scripts: Iterable[Step], hang: bool = False, before: Callable[[], None] | None = None) -> None:
        self.calls: list[Call] = []
        self.closed_streams = 0
        self._scripts = [list(script) for script in scripts]
        self._hang = hang
        self._before = before

    async def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        self.calls.append(call)
        if self._before is not None:
            self._before()
        try:
            for step in self._scripts.pop(0):
                await asyncio.sleep(0)
                yield step
            if self._hang:
                await asyncio.Event().wait()
        finally:
            self.closed_streams += 1

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        return [{"id": "m"}]

    async def aclose(self) -> None:
        return


class MemoryJournal:
    """Stores records in a list and counts syncs."""

    def __init__(self, path: str | None = None) -> None:
        self.records: list[JsonObject] = []
        self.synced = 0
        self.path = path
        self.problem: str | None = None

    def append(self, record: JsonObject) -> None:
        self.records.append(record)

    def sync(self) -> None:
        self.synced += 1

    def close(self) -> None:
        self.sync()

    def types(self) -> list[str]:
        """The record types in the order written."""
        return [str(record["type"]) for record in self.records]


class StillClock:
    """A clock that does not advance."""

    def now_s(self) -> float:
        return 1_000_000.0

    def ticks_s(self) -> float:
        return 100.0


class OneEndpoint:
    """Resolves every provider to one address, or raises a problem."""

    def __init__(self, refusal: ProblemError | None = None) -> None:
        self._refusal = refusal

    def at_once(self, provider: str) -> bool:
        return bool(provider)

    def add(self, name: str, *, base_url: str, key_env: str = "", model: str = "") -> Provider:
        if not base_url.startswith("http"):
            raise ProblemError(Problem(kind="usage", what=f"{base_url!r} is not a base URL"))
        keyed = bool(key_env)
        return Provider(
            id=name, title=name, base_url=base_url, key_env=key_env, key_required=keyed, default_model=model
        )

    def endpoint(self, provider: str) -> Endpoint:
        if self._refusal is not None:
            raise self._refusal
        return Endpoint(
            provider=provider, base_url="http://127.0.0.1:9/v1", path="/chat/completions", models_path="/models"
        )
