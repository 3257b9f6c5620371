"""Build a session from the records of its file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.exchange_fold import EXCHANGE_RECORDS, ExchangeFold
from chat_tui.domain.head_history import HeadHistory, HeadStep, step_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.labels import Labels, relabelled
from chat_tui.domain.records import VERSION
from chat_tui.domain.reply_nodes import reply_nodes
from chat_tui.domain.session import RecordedExchange, Session, Source
from chat_tui.domain.settings import SessionSettings

_NEWER: Final = (
    "This session was written by a newer version of chat-tui (format {}); it is open read-only. "
    "Update chat-tui to continue it."
)


def fold_session(records: Iterable[JsonObject]) -> Session:
    """Return the session for the records of a file, in order; unknown types and members are ignored."""
    fold = SessionFold()
    for record in records:
        fold.add(record)
    return fold.session()


class SessionFold:
    """Accumulates records one by one; tolerates duplicates, wrong order, missing members and unknown types."""

    def __init__(self) -> None:
        self.readable = 0
        """Number of well-formed records of a known type."""
        self._opening: JsonObject | None = None
        self._title = ""
        self._labels = Labels()
        self._settings: SessionSettings | None = None
        self._nodes: dict[str, Node] = {}
        self._times: dict[str, int] = {}
        self._head: str | None = None
        self._history = HeadHistory()
        self._selections = 0
        self._exchanges: dict[str, ExchangeFold] = {}
        self._steps = {
            "session": self._take_session,
            "title": self._take_title,
            "label": self._take_label,
            "settings": self._take_settings,
            "message": self._take_message,
            "head": self._take_head,
        }

    def add(self, record: JsonObject) -> bool:
        """Apply one record; False if it has no type, or has a known type but lacks required members."""
        kind = record.get("type")
        if not isinstance(kind, str):
            return False
        if kind in EXCHANGE_RECORDS:
            accepted = self._take_of_exchange(kind, record)
        elif kind in self._steps:
            accepted = self._steps[kind](record)
        else:
            return True
        self.readable += accepted
        return accepted

    def add_request(self, exchange: str, head: str | None, source: Source) -> None:
        """Apply a ``request`` record without parsing it."""
        self._exchange(exchange).add_request(head, source, self._settings)
        self.readable += 1

    def add_events(self, exchange: str, batch: Source) -> None:
        """Apply an ``events`` record without parsing it."""
        self._exchange(exchange).add_batch(batch)
        self.readable += 1

    def session(self) -> Session:
        """Return the session for the records so far.

        An exchange with events but without a message of its own (it was interrupted) gets one made from its reply, as a
        child of the message it answers, with the id ``EXCHANGE.CHOICE``.
        """
        opening = self._opening or {}
        version, session_id, created = (opening.get(name) for name in ("version", "id", "created"))
        newer = isinstance(version, (int, float)) and version > VERSION
        exchanges = {exchange.id: exchange.exchange(self._nodes) for exchange in self._exchanges.values()}
        conversation = self._conversation(exchanges)
        history = self._history
        if conversation.head != self._head:
            history = history.copy()
            history.move(conversation.head, "joined")
        return Session(
            id=session_id if isinstance(session_id, str) else "",
            title=self._title,
            labels=self._labels,
            settings=self._settings,
            conversation=conversation,
            exchanges=exchanges,
            created=created if isinstance(created, str) else "",
            heads=history.heads.within(conversation.nodes),
            times=self._times,
            notices=(_NEWER.format(version),) if newer else (),
            read_only=newer,
        )

    def _conversation(self, exchanges: dict[str, RecordedExchange]) -> Conversation:
        nodes, head = list(self._nodes.values()), self._head
        written = {(node.exchange, node.choice or 0) for node in nodes}
        answered = {exchange for exchange, _ in written}
        for fold in reversed(self._exchanges.values()):
            exchange = exchanges[fold.id]
            if not fold.spoke or (fold.id in answered and not exchange.cut):
                continue
            made = [
                node
                for node in reply_nodes(exchange.reply, fold.id, exchange.head)
                if (fold.id, node.choice) not in written
            ]
            own = (place for place, node in enumerate(nodes, 1) if node.exchange == fold.id)
            place = max(own, default=fold.place)
            nodes[place:place] = made
            if made and head == self._head and fold.selections == self._selections:
                head = made[0].id
        return Conversation.of(nodes, head)

    def _exchange(self, exchange: str) -> ExchangeFold:
        fold = self._exchanges.get(exchange)
        if fold is None:
            fold = ExchangeFold(exchange, head=self._head, place=len(self._nodes), selections=self._selections)
            self._exchanges[exchange] = fold
        return fold

    def _select(self, message: str | None, step: HeadStep) -> None:
        self._head = message
        self._history.move(message, step)
        self._selections += 1

    def _take_session(self, record: JsonObject) -> bool:
        if self._opening is None:
            self._opening = record
        return "version" in record or "id" in record

    def _take_title(self, record: JsonObject) -> bool:
        title = record.get("title")
        if isinstance(title, str):
            self._title = title
        return isinstance(title, str)

    def _take_label(self, record: JsonObject) -> bool:
        labels = relabelled(self._labels, record)
        self._labels = labels or self._labels
        return labels is not None

    def _take_settings(self, record: JsonObject) -> bool:
        settings = settings_of(record)
        self._settings = settings or self._settings
        return settings is not None

    def _take_message(self, record: JsonObject) -> bool:
        """A message becomes the head when written, unless it is an additional choice or a duplicate."""
        node = node_of(record)
        if node is None:
            return False
        if node != self._nodes.get(node.id) and not node.choice:
            self._select(node.id, "joined" if node.exchange is not None else step_of(record))
        self._nodes[node.id] = node
        written_ms = record.get("t")
        if isinstance(written_ms, int) and not isinstance(written_ms, bool):
            self._times.setdefault(node.id, written_ms)
        return True

    def _take_head(self, record: JsonObject) -> bool:
        message = record.get("message")
        if message is not None and not isinstance(message, str):
            return False
        self._select(message, step_of(record))
        return True

    def _take_of_exchange(self, kind: str, record: JsonObject) -> bool:
        exchange, head = record.get("exchange"), record.get("head")
        if not isinstance(exchange, str):
            return False
        if kind == "request":
            self._exchange(exchange).add_request(head if isinstance(head, str) else None, record, self._settings)
        else:
            self._exchange(exchange).add(kind, record)
        return True


def settings_of(record: JsonObject) -> SessionSettings | None:
    """Parse a ``settings`` record; None without provider and model."""
    provider, model, system = (record.get(name) for name in ("provider", "model", "system"))
    if not isinstance(provider, str) or not isinstance(model, str):
        return None
    parameters, own = record.get("parameters"), record.get("own")
    paths = [path for path in own if isinstance(path, str)] if isinstance(own, list) else []
    return SessionSettings(
        provider=provider,
        model=model,
        parameters=parameters if isinstance(parameters, dict) else {},
        system=system if isinstance(system, str) else None,
        own=frozenset(tuple(path.split(".")) for path in paths),
    )


def node_of(record: JsonObject) -> Node | None:
    """Parse a ``message`` record; None without an id or a message.

    Hand-written messages may lack anything, even the role, since they are stored as they were sent.
    """
    node_id, parent, message = record.get("id"), record.get("parent"), record.get("message")
    if not isinstance(node_id, str) or not isinstance(message, dict):
        return None
    exchange, choice = record.get("exchange"), record.get("choice")
    model, at_ms = record.get("model"), record.get("at_ms")
    return Node(
        node_id,
        parent if isinstance(parent, str) else None,
        message,
        exchange if isinstance(exchange, str) else None,
        choice if isinstance(choice, int) else None,
        model if isinstance(model, str) else "",
        at_ms if isinstance(at_ms, int) and not isinstance(at_ms, bool) else None,
    )
