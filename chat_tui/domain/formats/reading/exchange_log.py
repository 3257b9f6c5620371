"""Convert a log of requests and responses to the records of one session, with a tree built from their messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from chat_tui.domain.conversation import Node
from chat_tui.domain.events import Comment, Responded, StreamEvent
from chat_tui.domain.formats.reading.conversation import list_at, objects
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.records import end_record, events_record, head_record, message_record, response_record
from chat_tui.domain.records import settings_record as record_of_settings
from chat_tui.domain.reply import Reply
from chat_tui.domain.reply_nodes import reply_nodes
from chat_tui.domain.secrets import may_be_secret
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.timing import timing


class Logged(Struct, kw_only=True):
    """One request and its response."""

    body: JsonObject
    url: str
    """Without any key."""
    provider: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_ms: int | None = None
    status: int | None = None
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    first_byte_s: float = 0.0
    total_s: float = 0.0
    plain: bool = False
    events: Sequence[StreamEvent] = ()
    comments: Sequence[Comment] = ()
    end: JsonObject | None = None
    """Additional members of the ``end`` record, known from the source."""


def records_of(logged: Sequence[Logged]) -> list[JsonObject]:
    """Return the records of a session with these exchanges, in order.

    A request whose messages extend an earlier one continues its branch; any other forks where its messages differ.
    """
    growing = _Growing()
    for number, each in enumerate(logged, 1):
        growing.add(f"x{number}", each)
    return growing.records


def shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with lower-case names, without cookies; possible secrets are masked as ``***``."""
    return {
        name.lower(): "***" if may_be_secret(name) and not value.replace(".", "").isdigit() else value
        for name, value in headers.items()
        if "cookie" not in name.lower() and not name.startswith(":")
    }


class _Growing:
    """The tree built so far, and its records."""

    def __init__(self) -> None:
        self.records: list[JsonObject] = []
        self._children: dict[str | None, dict[str, str]] = {}
        """By parent: content of a message to its id."""
        self._settings: SessionSettings | None = None
        self._head: str | None = None
        self._count = 0

    def add(self, exchange: str, logged: Logged) -> None:
        """Add one exchange: its settings, its new messages, its response."""
        messages = objects(list_at(logged.body, "messages"))
        system = _system_prompt(messages)
        self._set(logged, system)
        head = self._walk(messages[1:] if system is not None else messages, logged.sent_ms)
        if head != self._head:
            self._put(head_record(head), logged.sent_ms)
        self._answer(exchange, logged, head)

    def _set(self, logged: Logged, system: str | None) -> None:
        model = logged.body.get("model")
        named = isinstance(model, str)
        parameters = {
            name: value for name, value in logged.body.items() if name != "messages" and not (name == "model" and named)
        }
        settings = SessionSettings(logged.provider, model if isinstance(model, str) else "", parameters, system)
        if settings != self._settings:
            self._settings = settings
            self._put(record_of_settings(settings), logged.sent_ms)

    def _walk(self, messages: Sequence[JsonObject], sent_ms: int | None) -> str | None:
        """Follow the tree as far as the messages match, and record the rest; returns the last message's id."""
        here: str | None = None
        for message in messages:
            known = self._children.setdefault(here, {})
            found = known.get(_said(message))
            if found is None:
                self._count += 1
                found = known[_said(message)] = f"m{self._count}"
                self._put(message_record(Node(found, here, message)), sent_ms)
                self._head = found
            here = found
        return here

    def _answer(self, exchange: str, logged: Logged, head: str | None) -> None:
        sent, ended = logged.sent_ms, None
        if sent is not None:
            ended = sent + round(logged.total_s * 1000)
        request: JsonObject = {"type": "request", "exchange": exchange, "head": head, "provider": logged.provider}
        request |= {"method": logged.method, "url": logged.url, "headers": {**logged.headers}, "body": logged.body}
        self._put(request, sent)
        if logged.status is not None:
            answer = Responded(logged.status, logged.answer_headers, logged.first_byte_s, logged.plain)
            self._put(response_record(exchange, answer), ended)
        if logged.events or logged.comments:
            self._put(events_record(exchange, logged.events, logged.comments), ended)
        recorded = _recorded(exchange, head, logged)
        for node in reply_nodes(recorded.reply, exchange, head):
            self._children.setdefault(head, {}).setdefault(_said(node.message), node.id)
            self._put(message_record(node), ended)
            if not node.choice:
                self._head = node.id
        made = end_record(exchange, recorded.reply, problem=None, timing=_timing(recorded.reply, logged))
        self._put({**made, **(logged.end or {})}, ended)

    def _put(self, record: JsonObject, at_ms: int | None) -> None:
        self.records.append(record if at_ms is None else {**record, "t": at_ms})


def _recorded(exchange: str, head: str | None, logged: Logged) -> RecordedExchange:
    end: JsonObject = {"outcome": "", **(logged.end or {})}
    return RecordedExchange(
        id=exchange,
        head=head,
        status=logged.status,
        plain=logged.plain,
        end=end,
        batches=(events_record(exchange, logged.events, logged.comments),),
    )


def _timing(reply: Reply, logged: Logged) -> JsonObject:
    return timing(reply, first_byte_s=logged.first_byte_s, total_s=logged.total_s)


def _said(message: JsonObject) -> str:
    """Return the identity of a message: its non-empty members that are sent."""
    kept = {name: value for name, value in message.items() if value not in (None, "", []) and name in _TELLING}
    return dump_json(dict(sorted(kept.items())))


_TELLING = frozenset({"role", "content", "name", "tool_calls", "tool_call_id", "refusal"})


def _system_prompt(messages: Sequence[JsonObject]) -> str | None:
    """Return the text of a single leading system message that has no other members."""
    first: JsonObject = messages[0] if messages else {}
    content: Json = first.get("content")
    plain = first.get("role") == "system" and first.keys() == {"role", "content"}
    alone = len(messages) < 2 or messages[1].get("role") not in ("system", "developer")
    return content if plain and alone and isinstance(content, str) and content else None
