"""Events of an exchange: everything the network layer reports for a request, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem


class StreamEvent(Struct, frozen=True, gc=False):
    """One dispatched server-sent event, or the whole body of a response that is not a stream."""

    at_s: float
    """Seconds since the request was sent (the attempt that was answered)."""
    data: str
    name: str = "message"
    """The ``event:`` field; ``message`` if the server sent none."""


class Comment(Struct, frozen=True, gc=False):
    """A comment line of an event stream: a keep-alive, never content."""

    at_s: float
    text: str


class Adapted(Struct, frozen=True):
    """The request is sent in a modified form. Comes before every other step, if at all."""

    body: JsonObject
    notes: tuple[str, ...]
    """One sentence for each change."""


class Attempted(Struct, frozen=True):
    """An attempt that failed and will be repeated after a wait."""

    number: int
    """Number of the failed attempt, from 1."""
    problem: Problem
    wait_s: float


class Responded(Struct, frozen=True):
    """Status and headers of the response. Always the first step of an attempt that was answered."""

    status: int
    headers: Mapping[str, str]
    """Lower-case names; cookies removed; secrets masked."""
    at_s: float
    plain: bool
    """Whether the body is one JSON document instead of an event stream."""


class Received(Struct, frozen=True):
    """The events and comments of one network read, in order of arrival."""

    events: tuple[StreamEvent, ...]
    comments: tuple[Comment, ...] = ()


class Closed(Struct, frozen=True):
    """The body ended, or ``[DONE]`` was read. Always the last step unless ``Failed`` is."""

    at_s: float
    unterminated: bool = False
    """Whether the last event was not followed by a blank line."""


class Failed(Struct, frozen=True):
    """The exchange failed: no response, an error status, or an interrupted stream. Always the last step."""

    at_s: float
    problem: Problem


Step: TypeAlias = Adapted | Attempted | Responded | Received | Closed | Failed
