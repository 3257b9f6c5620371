"""Scripted services to probe, and the app's services around them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from chat_tui.config.providers import own_provider
from chat_tui.domain.calls import Endpoint, Limits
from chat_tui.domain.catalogue import Provider
from chat_tui.domain.knowledge import Refusal
from chat_tui.domain.probing.card import ProbeCard
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.services import Services
from chat_tui.net.client import HttpBackend
from tests.support.fakes import known, services
from tests.support.server import Answer, Request, ScriptedServer, chunk, events, plain, sse

LOGPROBS_WORDS = "You are not allowed to request logprobs from this model"
N_WORDS = "Only one choice [/bold] at a time\x1b[31m"


def refused(status: int, message: str, param: str | None = None) -> Answer:
    """Return an error body in the usual shape."""
    return plain({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": None}}, status)


class OddService:
    """Ignores ``seed`` (no two replies are alike), refuses ``logprobs`` with 403, and rejects ``n`` by name.

    Everything else is taken without a word. ``before`` answers the requests it knows an answer for first.
    """

    def __init__(self, before: Mapping[str, Answer] | None = None) -> None:
        self.replies = 0
        self._before = before or {}

    def __call__(self, request: Request) -> Answer:
        body: dict[str, Any] = request.json()
        for name, answer in self._before.items():
            if name in body:
                return answer
        if "logprobs" in body:
            return refused(403, LOGPROBS_WORDS)
        if "n" in body:
            return refused(400, N_WORDS, "n")
        self.replies += 1
        return reply(f"1 2 3 word{self.replies}", stream=body.get("stream") is True)


def reply(text: str, *, stream: bool = False, **usage: int) -> Answer:
    """Return a complete reply, streamed or not."""
    counted = {"prompt_tokens": 12, "completion_tokens": 16, "total_tokens": 28, **usage}
    if stream:
        return events(*sse(chunk(text), chunk(finish="stop")))
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return plain({"id": "c", "object": "chat.completion", "model": "odd", "choices": [choice], "usage": counted})


class MemoryCards:
    """Cards in a dictionary."""

    def __init__(self) -> None:
        self.cards: dict[tuple[str, str], ProbeCard] = {}

    def card(self, base_url: str, model: str) -> ProbeCard | None:
        return self.cards.get((base_url, model))

    def keep(self, card: ProbeCard) -> None:
        self.cards[card.base_url, card.model] = json_copy(card)


def json_copy(card: ProbeCard) -> ProbeCard:
    """Return a card serialised and parsed again."""
    from chat_tui.domain.probing.card import card_of

    read = card_of(json.dumps(card.as_json()).encode())
    assert read is not None
    return read


class MemoryRefusals:
    """Refusals by name, whatever the model."""

    def __init__(self) -> None:
        self.known: dict[str, Refusal] = {}

    def of(self, base_url: str, model: str) -> Mapping[str, Refusal]:
        return self.known

    def remember(self, base_url: str, model: str, refusal: Refusal) -> None:
        self.known[refusal.name] = refusal

    def forget(self, base_url: str, model: str, names: Any) -> None:
        for name in names:
            self.known.pop(name, None)


class OnePlace:
    """Resolves every provider to one address, or raises a problem."""

    def __init__(self, base_url: str, refusal: Problem | None = None) -> None:
        self._base_url = base_url
        self._refusal = refusal

    def at_once(self, provider: str) -> bool:
        return bool(provider)

    def endpoint(self, provider: str) -> Endpoint:
        if self._refusal is not None:
            raise ProblemError(self._refusal)
        return Endpoint(
            provider=provider,
            base_url=self._base_url,
            path="/chat/completions",
            models_path="/models",
            limits=Limits(connect_timeout_s=5, first_byte_timeout_s=5, idle_timeout_s=5, retries=1),
        )

    def add(self, name: str, *, base_url: str, key_env: str = "", model: str = "") -> Provider:
        raise NotImplementedError


async def _at_once(_: float) -> None:
    return None


def probed(base_url: str, *, refusal: Problem | None = None) -> Services:
    """Return services whose provider ``odd`` has the given address; retries do not wait."""
    provider = own_provider(known(), "odd", base_url=base_url, key_env="", model="m")
    return replace(
        services(),
        providers={**known().providers, "odd": provider},
        backend=HttpBackend({}, wait=_at_once),
        endpoints=OnePlace(base_url, refusal),
        refusals=MemoryRefusals(),
        probe_cards=MemoryCards(),
    )


def asked_names(server: ScriptedServer) -> list[str]:
    """Return each request's members beyond those of the plain request."""
    usual = {"model", "messages", "max_completion_tokens"}
    return [",".join(sorted(request.json().keys() - usual)) for request in server.requests]
