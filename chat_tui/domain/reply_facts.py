"""Comparable facts of one reply: its texts, images, tool calls, token counts, times and cost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.times import seconds_in

if TYPE_CHECKING:
    from chat_tui.domain.merging.choice import ChoiceState
    from chat_tui.domain.reply import Reply


class Called(Struct, frozen=True):
    """A tool call without its id, which is different every time."""

    name: str
    arguments: str
    """As received: JSON, or the text input of a custom tool."""


class Said(Struct, frozen=True, kw_only=True):
    """One choice of a reply."""

    index: int
    content: str = ""
    """For a spoken reply, its transcript."""
    refusal: str = ""
    reasoning: str = ""
    calls: tuple[Called, ...] = ()
    images: tuple[str, ...] = ()
    """The SHA-256 of each image part, in hexadecimal."""
    finish_reason: str | None = None

    def text(self) -> str:
        """Return all answer text: content, refusal, and each call as ``name(arguments)``, on separate lines."""
        parts = [self.content, self.refusal, *(f"{call.name}({call.arguments})" for call in self.calls)]
        return "\n".join(part for part in parts if part)


class ReplyFacts(Struct, frozen=True, kw_only=True):
    """Facts of one reply. None means unknown."""

    choices: tuple[Said, ...] = ()
    """Sorted by index."""
    outcome: str = "complete"
    model: str | None = None
    """The model that answered."""
    fingerprint: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    first_token_s: float | None = None
    total_s: float | None = None
    cost: float | None = None
    """In US dollars."""

    def as_json(self) -> JsonObject:
        """Return all members, each choice with its texts and calls."""
        return {
            "outcome": self.outcome,
            "choices": [_said_as_json(said) for said in self.choices],
            "model": self.model,
            "system_fingerprint": self.fingerprint,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "first_token_s": self.first_token_s,
            "total_s": self.total_s,
            "cost": self.cost,
        }


def facts_of(reply: Reply, timing: Mapping[str, Json], *, cost: float | None = None) -> ReplyFacts:
    """Collect the facts of a closed reply.

    Args:
        reply: The merged reply.
        timing: ``first_token_s`` and ``total_s``, as an exchange reports them.
        cost: In US dollars, if known.
    """
    usage = reply.usage or {}
    return ReplyFacts(
        choices=tuple(map(_said, reply.choices)),
        outcome=reply.outcome,
        model=_word(reply.member("model")),
        fingerprint=_word(reply.member("system_fingerprint")),
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
        first_token_s=seconds_in(timing.get("first_token_s")),
        total_s=seconds_in(timing.get("total_s")),
        cost=cost,
    )


def _said(choice: ChoiceState) -> Said:
    calls = [Called(call.name, "".join(call.arguments)) for call in choice.tool_calls.ordered()]
    if choice.function_call is not None:
        calls.append(Called(choice.function_call.name, choice.function_call.text.text()))
    spoken = "".join(choice.audio.transcript.parts) if choice.audio is not None else ""
    return Said(
        index=choice.index,
        content=choice.text() or spoken,
        refusal="".join(choice.refusal),
        reasoning="".join(choice.reasoning),
        calls=tuple(calls),
        images=tuple(map(_digest, choice.images)),
        finish_reason=choice.finish_reason,
    )


def _said_as_json(said: Said) -> JsonObject:
    return {
        "index": said.index,
        "content": said.content,
        "refusal": said.refusal,
        "reasoning": said.reasoning,
        "tool_calls": [{"name": call.name, "arguments": call.arguments} for call in said.calls],
        "images": [*said.images],
        "finish_reason": said.finish_reason,
    }


def _digest(image: Json) -> str:
    """Hash an image part without its position, which some services number anew."""
    part = {name: value for name, value in image.items() if name != "index"} if isinstance(image, dict) else image
    return hashlib.sha256(dump_json(part).encode()).hexdigest()


def _word(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
