"""A session: the lines of its file folded into settings, conversation and exchanges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat_tui.domain.conversation import Conversation
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.reply import Reply
from chat_tui.domain.settings import SessionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """One exchange as a session file tells it."""

    id: str
    head: str | None
    request: JsonObject
    """The ``request`` record: provider, method, url, headers (secrets as ``***``), body."""
    reply: Reply
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    attempts: tuple[JsonObject, ...] = ()
    end: JsonObject | None = None
    """The ``end`` record; None for a reply that was cut off by a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session file folded."""

    id: str
    title: str
    settings: SessionSettings | None
    conversation: Conversation
    exchanges: Mapping[str, RecordedExchange]
    notices: tuple[str, ...] = ()
    """Lines that could not be read and what was done about them, for the user."""
    read_only: bool = False
    """A file of a newer version: shown, not appended to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    """One line of the list of sessions."""

    id: str
    path: str
    title: str
    """Its title, else the first words of its first user message."""
    created: str
    """ISO 8601 UTC."""
    modified_s: float
    """Seconds since the epoch."""
    provider: str
    model: str
    messages: int
