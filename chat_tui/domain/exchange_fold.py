"""Rebuild one exchange from its records in a session file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from chat_tui.domain.conversation import Node
from chat_tui.domain.events import Adapted
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.kept_once import with_repeats
from chat_tui.domain.session import RecordedExchange, Source
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.times import seconds_in

EXCHANGE_RECORDS: Final = frozenset({"request", "adapted", "attempt", "response", "events", "end"})


class ExchangeFold:
    """Collects the records of one exchange in any order; of record kinds that occur once, the last one counts.

    Args:
        exchange: Its id.
        head: The message it answers, until a ``request`` record specifies it.
        place: Number of messages written before it.
        selections: Number of times the head had been moved before it.
    """

    def __init__(self, exchange: str, *, head: str | None, place: int, selections: int) -> None:
        self.id = exchange
        self.head = head
        self.place = place
        self.selections = selections
        self._latest: dict[str, JsonObject] = {}
        self._attempts: list[JsonObject] = []
        self._request: Source = {}
        self._settings: SessionSettings | None = None
        self._batches: list[Source] = []

    @property
    def spoke(self) -> bool:
        """Whether any events were recorded."""
        return bool(self._batches)

    def add(self, kind: str, record: JsonObject) -> None:
        """Add one record of a kind in ``EXCHANGE_RECORDS`` other than ``request``."""
        if kind == "events":
            self._batches.append(record)
        elif kind != "attempt":
            self._latest[kind] = record
        elif record not in self._attempts:
            self._attempts.append(record)

    def add_request(self, head: str | None, source: Source, settings: SessionSettings | None) -> None:
        """Add a ``request`` record without parsing it; ``settings`` are those in effect at that time."""
        self.head = head if head is not None else self.head
        self._request, self._settings = source, settings

    def add_batch(self, batch: Source) -> None:
        """Add an ``events`` record without parsing it."""
        self._batches.append(batch)

    def exchange(self, nodes: Mapping[str, Node]) -> RecordedExchange:
        """Return the exchange as recorded so far.

        Args:
            nodes: The messages of the session; request bodies refer to them instead of repeating their data.
        """
        response = self._latest.get("response", {})
        status, at_s = response.get("status"), response.get("at_s")
        return RecordedExchange(
            id=self.id,
            head=self.head,
            settings=self._settings,
            request_source=partial(_whole_request, self._request, nodes),
            status=status if isinstance(status, int) else None,
            headers=_texts(response.get("headers")),
            first_byte_s=seconds_in(at_s),
            plain=response.get("plain") is True,
            adapted=_adapted(self._latest.get("adapted", {})),
            attempts=tuple(self._attempts),
            end=self._latest.get("end"),
            batches=tuple(self._batches),
        )


def _whole_request(source: Source, nodes: Mapping[str, Node]) -> JsonObject:
    """Return the record with references in its body replaced by the data."""
    record = source() if callable(source) else source
    body = record.get("body")
    if not isinstance(body, dict):
        return record

    def message_of(name: str) -> JsonObject | None:
        return nodes[name].message if name in nodes else None

    whole = with_repeats(body, message_of)
    return record if whole is body else {**record, "body": whole}


def _adapted(record: JsonObject) -> Adapted | None:
    body, notes = record.get("body"), record.get("notes")
    if not isinstance(body, dict):
        return None
    return Adapted(body, tuple(note for note in notes if isinstance(note, str)) if isinstance(notes, list) else ())


def _texts(value: Json) -> dict[str, str]:
    members = value.items() if isinstance(value, dict) else ()
    return {name: text for name, text in members if isinstance(text, str)}
