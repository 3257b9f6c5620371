"""What arrives for a request, step by step, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem


class StreamEvent(Struct, frozen=True, gc=False):
    """One dispatched server-sent event, or the whole body of a plain answer."""

    at_s: float
    """Seconds since the request (the attempt that was answered) was sent."""
    data: str
    name: str = "message"
    """The ``event:`` field; ``message`` where the server gave none."""


class Comment(Struct, frozen=True, gc=False):
    """A comment line of an event stream: a sign of life, never content."""

    at_s: float
    text: str


class Adapted(Struct, frozen=True):
    """The request does not go out as it was asked for: what goes instead. Comes before every other step, if at all."""

    body: JsonObject
    notes: tuple[str, ...]
    """A sentence for each thing that was changed."""


class Attempted(Struct, frozen=True):
    """A try that failed and will be repeated after a wait."""

    number: int
    """Of the failed try, from 1."""
    problem: Problem
    wait_s: float


class Responded(Struct, frozen=True):
    """Status and headers of the answer. Always the first step of a try that was answered."""

    status: int
    headers: Mapping[str, str]
    """Lower-case names; cookies left out; secrets masked."""
    at_s: float
    plain: bool
    """The body is one JSON document, not an event stream."""


class Received(Struct, frozen=True):
    """Events and comments of one read, in order of arrival."""

    events: tuple[StreamEvent, ...]
    comments: tuple[Comment, ...] = ()


class Closed(Struct, frozen=True):
    """The body ended, or ``[DONE]`` was read. Always the last step unless ``Failed`` is."""

    at_s: float
    unterminated: bool = False
    """The last event had no blank line after it."""


class Failed(Struct, frozen=True):
    """The exchange cannot go on: no answer, an error status, or a cut in the stream. Always the last step."""

    at_s: float
    problem: Problem


Step: TypeAlias = Adapted | Attempted | Responded | Received | Closed | Failed
