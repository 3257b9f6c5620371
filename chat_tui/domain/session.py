"""A session as read from its file: settings, conversation and exchanges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeAlias, cast

from msgspec import Struct, field

from chat_tui.domain.conversation import Conversation
from chat_tui.domain.events import Adapted, Comment, StreamEvent
from chat_tui.domain.head_history import Heads
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.labels import Labels
from chat_tui.domain.reply import Outcome, Reply
from chat_tui.domain.settings import SessionSettings, sent_parameters
from chat_tui.domain.times import LONGEST_S

Source: TypeAlias = JsonObject | Callable[[], JsonObject]
"""A record, or a function that reads it on demand, since requests and events are most of a file."""

_OUTCOMES: Final = frozenset({"complete", "truncated", "stopped", "error"})


class RecordedExchange(Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """One exchange as recorded in a session file. Request, events and reply are read on first access.

    Args:
        request_source: The ``request`` record.
        batches: The ``events`` records.
    """

    id: str
    head: str | None
    """The message it answers."""
    settings: SessionSettings | None = None
    """The settings when it was sent, if the file contains them."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    first_byte_s: float | None = None
    """``at_s`` of the ``response`` record."""
    plain: bool = False
    """Whether the response was one JSON document."""
    adapted: Adapted | None = None
    """What was sent in place of the request's body; None if that was sent unchanged."""
    attempts: tuple[JsonObject, ...] = ()
    end: JsonObject | None = None
    """The ``end`` record; None for a reply that was interrupted by a crash."""
    request_source: Source = field(default_factory=dict)
    batches: tuple[Source, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether no end was recorded, because the program ended before the reply was complete."""
        return self.end is None

    @cached_property
    def request(self) -> JsonObject:
        """The ``request`` record: provider, method, url, headers (secrets as ``***``), body. Empty if it is lost."""
        return _read(self.request_source)

    @property
    def asked(self) -> JsonObject:
        """The request body without its messages; if the settings are known, the request is not read."""
        if self.settings is not None:
            model: JsonObject = {"model": self.settings.model} if self.settings.model else {}
            return model | sent_parameters(self.settings)
        body = self.request.get("body")
        return {name: value for name, value in body.items() if name != "messages"} if isinstance(body, dict) else {}

    @property
    def events(self) -> Sequence[StreamEvent]:
        """The events in order of arrival."""
        return self._received[0]

    @property
    def comments(self) -> Sequence[Comment]:
        """The comments in order of arrival."""
        return self._received[1]

    @cached_property
    def reply(self) -> Reply:
        """The closed reply with the recorded outcome; without a record, ``truncated`` (or ``error``)."""
        reply = Reply(plain=self.plain)
        for event in self.events:
            reply.apply(event)
        if self.end is None:
            reply.close(stopped=self.plain)
            reply.outcome = "error" if reply.error is not None else "truncated"
            return reply
        outcome, error, warnings = (self.end.get(name) for name in ("outcome", "error", "warnings"))
        reply.close(
            unterminated=isinstance(warnings, list) and "unterminated_event" in warnings,
            stopped=outcome == "stopped",
            error=error if outcome == "error" and isinstance(error, dict) else None,
        )
        if isinstance(outcome, str) and outcome in _OUTCOMES:
            reply.outcome = cast("Outcome", outcome)
        return reply

    @cached_property
    def _received(self) -> tuple[list[StreamEvent], list[Comment]]:
        """Parse events and comments: duplicate batches are dropped, the others are sorted by time."""
        by_time: dict[str, list[JsonObject]] = {}
        for batch in self.batches:
            record = _read(batch)
            known = by_time.setdefault(repr(record.get("t")), [])
            if "t" not in record or record not in known:
                known.append(record)
        batches = [batch for known in by_time.values() for batch in known]
        batches.sort(key=_begin_s)
        events = [StreamEvent(*timed, _name(batch, i)) for batch in batches for i, timed in _timed(batch.get("events"))]
        comments = [Comment(*timed) for batch in batches for _, timed in _timed(batch.get("comments"))]
        return events, comments


class Session(Struct, frozen=True, kw_only=True):
    """A parsed session file."""

    id: str
    title: str
    """The name it was given; empty if it has none."""
    labels: Labels = Labels()
    settings: SessionSettings | None
    conversation: Conversation
    exchanges: Mapping[str, RecordedExchange]
    created: str = ""
    """ISO 8601 UTC; empty if the file does not contain it."""
    heads: Heads = Heads()
    """The undo history of the head."""
    times: Mapping[str, int] = field(default_factory=dict)
    """Message id to the time it was written, in milliseconds since the epoch, if recorded."""
    notices: tuple[str, ...] = ()
    """Messages for the user about unreadable lines and how they were treated."""
    read_only: bool = False
    """Whether the file has a newer format version: it is shown, but not appended to."""


class SessionSummary(Struct, frozen=True, kw_only=True):
    """One row of the session list."""

    id: str
    path: str
    title: str
    """The title, else the first words of the first user message; in brackets, why the file cannot be read."""
    created: str
    """ISO 8601 UTC."""
    modified_s: float
    """Seconds since the epoch."""
    provider: str
    model: str
    messages: int
    tags: tuple[str, ...] = ()
    starred: bool = False
    archived: bool = False
    cut: bool = False
    """Whether it contains an interrupted reply."""
    tokens: int = 0
    """Total of all exchanges, as counted by the service."""
    cost: float = 0.0
    """Total in US dollars, as charged by the service."""
    size: int = 0
    """Size of the file in bytes."""
    problem: str = ""
    """Why the file cannot be read, or that it contains no session."""


def first_words(text: str, limit: int = 60) -> str:
    """Return the beginning of a text on one line, at most ``limit`` characters, with … if truncated."""
    line = " ".join(text[: limit * 20].split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _read(source: Source) -> JsonObject:
    return source() if callable(source) else source


def _timed(entries: Json) -> Iterator[tuple[int, tuple[float, str]]]:
    """Yield the well-formed ``[at_s, text]`` pairs of a list with their indices; times are limited to ``LONGEST_S``."""
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        match entry:
            case [int() | float() as at_s, str() as text, *_]:
                yield place, (float(max(-LONGEST_S, min(at_s, LONGEST_S))), text)


def _name(batch: JsonObject, place: int) -> str:
    names = batch.get("names")
    name = names.get(str(place)) if isinstance(names, dict) else None
    return name if isinstance(name, str) else "message"


def _begin_s(batch: JsonObject) -> float:
    """Return when the first event or comment of a batch arrived."""
    return min((timed[0] for name in ("events", "comments") for _, timed in _timed(batch.get(name))), default=0.0)
