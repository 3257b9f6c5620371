"""Merge a stream's events into the complete reply; every consumer of events uses this one accumulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.merging.choice import ChoiceState
from chat_tui.domain.merging.payload import as_error, is_done, parse_object
from chat_tui.domain.merging.text import may_hold_surrogates, mended, mended_text
from chat_tui.domain.think_tags import TagWatch

__all__ = ["ChoiceState", "Outcome", "Reply"]

Outcome: TypeAlias = Literal["running", "complete", "truncated", "stopped", "error"]

_FIRST_COUNTS = ("id", "model", "created")
_LAST_COUNTS = ("system_fingerprint", "service_tier", "provider")
_OWN_MEMBERS = frozenset({*_FIRST_COUNTS, *_LAST_COUNTS, "object", "choices", "usage", "error", "obfuscation"})


class Reply:
    """Accumulates the reply of one exchange; used for live streams, replay, sweeps, the mock server and the CLI alike.

    Args:
        plain: The response is one JSON document, passed as one event, instead of a stream.
    """

    outcome: Outcome
    error: JsonObject | None
    """The first in-stream error object, or the problem that ended the exchange."""
    events: int
    """Number of dispatched data events, including ``[DONE]`` and malformed ones."""
    bad_events: int
    """Number of events whose data is not a JSON object."""
    token_events: int
    """Number of events with content, reasoning, refusal, audio or a tool call."""
    done: bool
    """Whether ``[DONE]`` was received; later events are ignored."""
    first_token_s: float | None
    """``at_s`` of the first event with content, reasoning, refusal, audio or a tool call."""
    answer_s: float | None
    """``at_s`` of the first event with content, refusal, audio or a tool call, not only reasoning."""
    last_s: float | None
    """``at_s`` of the last event with content, reasoning, refusal, audio or a tool call."""

    def __init__(self, *, plain: bool = False) -> None:
        self.outcome = "running"
        self.error = None
        self.events = self.bad_events = self.token_events = 0
        self.done = False
        self.first_token_s = self.answer_s = self.last_s = None
        self._tags = TagWatch()
        self._tagged_s: float | None = None
        self._plain = plain
        self._members: JsonObject = {}
        self._extra: JsonObject = {}
        self._usage: JsonObject | None = None
        self._usage_in_extra: JsonObject | None = None
        self._choices: dict[int, ChoiceState] = {}
        self._warnings: set[str] = set()
        self._surrogates = False

    def apply(self, event: StreamEvent) -> None:
        """Merge one event. Never raises, whatever the data."""
        if self.done or self.outcome != "running":
            return
        self.events += 1
        if is_done(event.data):
            self.done = True
            return
        chunk = parse_object(event.data)
        if chunk is None:
            self._skip(event)
            return
        if may_hold_surrogates(event.data):
            chunk = self._mended(chunk)
        self._merge_members(chunk, failed=event.name == "error")
        if self._merge_choices(chunk.get("choices")):
            self.token_events += 1
            self.last_s = event.at_s
            if self.first_token_s is None:
                self.first_token_s = event.at_s
            if self.answer_s is None and any(choice.answers for choice in self._choices.values()):
                self.answer_s = event.at_s
            if self._tags.ended(next(iter(self._choices.values())).content):
                self._tagged_s = event.at_s

    @property
    def thinking_s(self) -> float | None:
        """Seconds from the first token until the answer began or the stream ended; None if there was no reasoning.

        Reasoning between tags within the content lasts until its end tag.
        """
        until = self.answer_s if self.answer_s is not None else self.last_s
        if not any(choice.reasoning for choice in self._choices.values()):
            until = self._tagged_s
        return until - self.first_token_s if until is not None and self.first_token_s is not None else None

    def close(self, *, unterminated: bool = False, stopped: bool = False, error: JsonObject | None = None) -> None:
        """Determine the outcome after the last event; further calls have no effect.

        Args:
            unterminated: The last event was not followed by a blank line.
            stopped: The user stopped it; ignored if the reply was already complete.
            error: The error that ended it from outside. Everything received so far is kept.
        """
        if self.outcome != "running":
            return
        self.error = self.error or error
        for choice in self._choices.values():
            choice.close()
        if unterminated:
            self._warnings.add("unterminated_event")
        self.outcome = self._plain_outcome(stopped) if self._plain else self._stream_outcome(stopped)

    @property
    def choices(self) -> list[ChoiceState]:
        """Choices sorted by index."""
        return [self._choices[index] for index in sorted(self._choices)]

    @property
    def usage(self) -> JsonObject | None:
        """The last usage object received (merge rule R3)."""
        return self._usage if self._usage is not None else self._usage_in_extra

    @property
    def warnings(self) -> list[str]:
        """Sorted warning codes without duplicates.

        Possible codes: ``no_done``, ``unterminated_event``, ``no_finish_reason``, ``bad_json``, ``tool_index_reused``,
        ``tool_index_missing`` and ``tool_id_missing``.
        """
        found = self._warnings.union(*(choice.tool_calls.warnings for choice in self._choices.values()))
        return sorted(found - {"tool_index_missing"} if self._plain else found)

    def completion(self) -> JsonObject:
        """Return the merged reply as if not streamed, plus ``reasoning_field`` and ``extra`` if present."""
        merged: JsonObject = {
            "id": self._members.get("id"),
            "object": "chat.completion",
            "created": self._members.get("created"),
            "model": self._members.get("model"),
            "choices": [choice.completion() for choice in self.choices],
            "usage": self.usage,
        }
        merged.update((name, self._members[name]) for name in _LAST_COUNTS if name in self._members)
        if self._extra:
            merged["extra"] = dict(self._extra)
        return merged

    def member(self, name: str) -> Json:
        """Return a top-level member: id, model, created, service_tier, system_fingerprint or provider."""
        return self._members.get(name)

    @property
    def members(self) -> Mapping[str, Json]:
        """All top-level members received that ``member`` can return."""
        return self._members

    @property
    def extra(self) -> JsonObject:
        """Non-standard top-level members; the last value received of each."""
        return self._extra

    def _skip(self, event: StreamEvent) -> None:
        """Record data that is not a JSON object (merge rule R27); in an ``error`` event, the text becomes the error."""
        self.bad_events += 1
        self._warnings.add("bad_json")
        if event.name == "error":
            self._fail(mended_text(event.data.strip()))

    def _fail(self, error: Json) -> None:
        if self.error is None:
            self.error = as_error(error or "The service sent an error event without a message.")

    def _mended(self, chunk: JsonObject) -> JsonObject:
        """Replace lone surrogates, except within the choices, where the other half may follow in a later chunk."""
        self._surrogates = True
        return {mended_text(name): value if name == "choices" else mended(value) for name, value in chunk.items()}

    def _merge_members(self, chunk: JsonObject, *, failed: bool) -> None:
        others: JsonObject = {}
        for name, value in chunk.items():
            if value is None:
                continue
            if name not in _OWN_MEMBERS:
                others[name] = value
            elif name in _LAST_COUNTS or (name in _FIRST_COUNTS and name not in self._members and _counts(value)):
                self._members[name] = value
        usage, error = chunk.get("usage"), chunk.get("error")
        if isinstance(usage, dict):
            self._usage = usage
        if error:
            self._fail(error)
        elif failed or chunk.get("object") == "error":
            self._fail(others)
            return
        if others:
            self._merge_others(others)

    def _merge_others(self, others: JsonObject) -> None:
        self._extra.update(others)
        groq = others.get("x_groq")
        usage = groq.get("usage") if isinstance(groq, dict) else None
        if isinstance(usage, dict):
            self._usage_in_extra = usage

    def _merge_choices(self, choices: Json) -> bool:
        carried = False
        for choice in choices if isinstance(choices, list) else []:
            if isinstance(choice, dict):
                state = self._choice_at(choice.get("index"))
                carried |= state.apply(choice)
                if error := choice.get("error"):
                    self._fail(mended(error) if self._surrogates else error)
        return carried

    def _choice_at(self, index: Json) -> ChoiceState:
        number = index if isinstance(index, int) and not isinstance(index, bool) else 0
        state = self._choices.get(number)
        if state is None:
            state = self._choices[number] = ChoiceState(number)
        state.surrogates = self._surrogates
        return state

    def _stream_outcome(self, stopped: bool) -> Outcome:
        """Determine the outcome of a stream (merge rules R28 and R29)."""
        if not self.done and not stopped:
            self._warnings.add("no_done")
        if self.error is not None:
            return "error"
        finished = all(choice.finish_reason for choice in self._choices.values())
        if self.done:
            if not finished:
                self._warnings.add("no_finish_reason")
            return "complete"
        if stopped:
            return "stopped"
        return "complete" if finished and self._choices else "truncated"

    def _plain_outcome(self, stopped: bool) -> Outcome:
        if self.error is None and not self._choices and not stopped:
            self._fail("The response is not a JSON object." if self.bad_events else "The response contains no choices.")
        if self.error is not None:
            return "error"
        return "complete" if self._choices else "stopped"


def _counts(value: Json) -> bool:
    """Return whether a top-level value is meaningful: not empty, not zero, not nested (merge rule R1)."""
    return bool(value) and not isinstance(value, (dict, list, bool))
