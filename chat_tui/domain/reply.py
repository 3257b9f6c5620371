"""The one fold: events in, the merged reply out."""

from __future__ import annotations

from typing import Literal, TypeAlias

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.json_values import Json, JsonObject

Outcome: TypeAlias = Literal["running", "complete", "truncated", "stopped", "error"]


class ChoiceState:
    """One growing choice. The lists only grow, so a view reads what is new by remembering their lengths."""

    index: int
    content: list[str]
    """Text fragments of the answer, in order."""
    reasoning: list[str]
    refusal: list[str]
    finish_reason: str | None

    def text(self) -> str:
        """The content so far, joined."""
        raise NotImplementedError

    def message(self) -> JsonObject:
        """The assistant message so far, in wire shape, fit for the history (no ``index``, no ``extra``)."""
        raise NotImplementedError


class Reply:
    """The accumulator of one exchange: live stream, replay, sweep, mock and command line all fold with it."""

    outcome: Outcome
    error: JsonObject | None
    """The first in-stream error object, or the problem that ended the exchange."""
    usage: JsonObject | None
    events: int
    """Dispatched data events, ``[DONE]`` and bad ones included."""
    bad_events: int
    done: bool
    """``[DONE]`` was read."""
    first_token_s: float | None
    """``at_s`` of the first event that carried content, reasoning, refusal or a tool call."""
    last_s: float | None

    def __init__(self, *, plain: bool = False) -> None:
        raise NotImplementedError

    def apply(self, event: StreamEvent) -> None:
        """Fold one event. Never raises, whatever the data."""
        raise NotImplementedError

    def close(self, *, unterminated: bool = False, stopped: bool = False, error: JsonObject | None = None) -> None:
        """Decide the outcome once nothing more will come; a second call changes nothing."""
        raise NotImplementedError

    @property
    def choices(self) -> list[ChoiceState]:
        """Sorted by index."""
        raise NotImplementedError

    @property
    def warnings(self) -> list[str]:
        """Sorted warning codes without repeats."""
        raise NotImplementedError

    def completion(self) -> JsonObject:
        """The merged answer, in the shape of a plain one (plus ``reasoning_field`` and ``extra`` where present)."""
        raise NotImplementedError

    def member(self, name: str) -> Json:
        """A top-level member of the merged answer: id, model, created, service_tier, system_fingerprint, provider."""
        raise NotImplementedError
