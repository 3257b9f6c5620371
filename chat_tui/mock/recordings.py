"""Extracts replayable responses from the exchanges of recorded sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct, field

from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json, value_at
from chat_tui.domain.session import RecordedExchange, Session

_REPLAYED_HEADERS: Final = ("x-request-id", "request-id", "retry-after", "retry-after-ms", "x-should-retry")
_REPLAYED_PREFIXES: Final = ("x-ratelimit-", "anthropic-ratelimit-", "openai-")
_ABRUPT: Final = ("stream", "timeout", "protocol", "connect", "tls")
"""Kinds of problems after which the connection was lost, rather than the body ended."""


_TOTAL: Final = ("timing", "total_s")


class Recording(Struct, frozen=True, kw_only=True):
    """One recorded exchange, as a response to replay."""

    session: str
    """The session's title, or its id."""
    exchange: str
    body: JsonObject
    """The request body."""
    status: int | None
    """None: no response arrived; the connection is closed without one."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that clients evaluate: request id, rate limits, retry advice."""
    first_byte_s: float = 0.0
    total_s: float = 0.0
    plain: bool = False
    """Whether the response is one JSON document: ``document``, or the data of the only event."""
    document: str = ""
    """The raw body of a response that is not an event stream."""
    arrivals: tuple[StreamEvent | Comment, ...] = ()
    """In order of arrival, times in seconds from the request."""
    cut: bool = False
    """Whether the connection was lost or closed before the body ended."""
    completion: JsonObject = field(default_factory=dict)
    """The merged reply."""

    @property
    def streams(self) -> bool:
        """Whether the request asked for an event stream."""
        return self.body.get("stream") is True


def recordings(sessions: Iterable[Session]) -> tuple[Recording, ...]:
    """Return the exchanges of sessions in the order they were made.

    Omits exchanges without a request in the file, and those that were never sent, for example for lack of a key.
    """
    found = []
    for session in sessions:
        for exchange in session.exchanges.values():
            body = exchange.request.get("body")
            if isinstance(body, dict) and (exchange.status is not None or _went_out(exchange)):
                found.append(_recording(session.title or session.id, exchange, body))
    return tuple(found)


def models_of(known: Iterable[Recording]) -> tuple[str, ...]:
    """Return the requested models in order, without duplicates."""
    names = (recording.body.get("model") for recording in known)
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))


def _recording(session: str, exchange: RecordedExchange, body: JsonObject) -> Recording:
    end = exchange.end or {}
    arrivals: list[StreamEvent | Comment] = [*exchange.comments, *exchange.events]
    arrivals.sort(key=lambda arrival: arrival.at_s)
    kind, document, total = (value_at(end, path) for path in (("error", "kind"), ("error", "body"), _TOTAL))
    plain = exchange.plain or (exchange.status is not None and exchange.status != 200)
    if plain and exchange.events:
        document = exchange.events[0].data
    elif not isinstance(document, str):
        document = _error_document(end.get("error")) if exchange.status not in (None, 200) else ""
    return Recording(
        session=session,
        exchange=exchange.id,
        body=body,
        status=exchange.status,
        headers={name: value for name, value in exchange.headers.items() if _worth_replaying(name)},
        first_byte_s=exchange.first_byte_s or 0.0,
        total_s=float(total) if isinstance(total, int | float) else 0.0,
        plain=plain,
        document=document,
        arrivals=tuple(arrivals),
        cut=exchange.cut or end.get("outcome") == "stopped" or (kind in _ABRUPT and exchange.reply.error is None),
        completion=exchange.reply.completion(),
    )


def _went_out(exchange: RecordedExchange) -> bool:
    return value_at(exchange.end or {}, ("error", "kind")) in _ABRUPT


def _worth_replaying(name: str) -> bool:
    return name in _REPLAYED_HEADERS or name.startswith(_REPLAYED_PREFIXES)


def _error_document(error: Json) -> str:
    """Build an error body in OpenAI's shape, for a session that did not store the raw one."""
    told = error if isinstance(error, dict) else {}
    members: JsonObject = {"message": told.get("why") or told.get("message") or "error"}
    members |= {name: told.get(name) for name in ("type", "param", "code")}
    return dump_json({"error": members})
