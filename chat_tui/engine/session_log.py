"""Writes the records of an open session: every change once, before it takes effect."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.kept_once import Place, data_in, without_repeats
from chat_tui.domain.records import head_record, message_record, request_record, settings_record, title_record

if TYPE_CHECKING:
    from chat_tui.domain.calls import Call
    from chat_tui.domain.conversation import Node
    from chat_tui.domain.head_history import HeadStep
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.domain.session import Session
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.engine.ports import Clock, Journal


class SessionLog:
    """Tracks what the file already contains. A read-only session writes nothing.

    Args:
        journal: The session's file.
        clock: Gives the times of messages.
        session: The contents of the file; None for a new one.
    """

    def __init__(self, journal: Journal, clock: Clock, session: Session | None = None) -> None:
        self._journal = journal
        self._clock = clock
        self._read_only = session is not None and session.read_only
        self._title = ""
        self.settings: SessionSettings | None = session.settings if session is not None else None
        """The settings last written to the file; None before the first."""
        self.times = dict(session.times) if session is not None else {}
        """Message id to the time it was written, in milliseconds since the epoch."""
        nodes = session.conversation.nodes.values() if session is not None else ()
        self._kept = {data: place for node in nodes for data, place in data_in(node.id, node.message)}
        self._fresh: dict[str, Place] = {}
        """Media data of messages written since the last request: the next request record includes it in full."""

    def append(self, record: JsonObject) -> None:
        """Write a record, unless the session is read-only."""
        if not self._read_only:
            self._journal.append(record)

    def sync(self) -> None:
        """Sync the file to disk."""
        self._journal.sync()

    def title_later(self, title: str) -> None:
        """Write this title with the first message."""
        self._title = title

    def title_and_settings(self, settings: SessionSettings) -> None:
        """Write the pending title, and the settings if they differ from those in the file."""
        if self._title:
            self.append(title_record(self._title))
            self._title = ""
        self.change_to(settings)

    def change_to(self, settings: SessionSettings) -> None:
        """Write the settings if they differ from those in the file."""
        if self.settings != settings:
            self.append(settings_record(settings))
            self.settings = settings

    def message(self, node: Node, step: HeadStep = "") -> None:
        """Write a message of the tree."""
        self.times[node.id] = round(self._clock.now_s() * 1000)
        self.append(message_record(node, step))
        for data, place in data_in(node.id, node.message):
            self._fresh.setdefault(data, place)

    def request(self, exchange: str, head: str, call: Call) -> None:
        """Write and sync a request before it is sent; media data of earlier records is replaced by references."""
        self.append(request_record(exchange, head, replace(call, body=without_repeats(call.body, self._kept))))
        self._kept = self._fresh | self._kept
        self._fresh = {}
        self.sync()

    def sending(
        self, exchange: str, head: str, call: Call, *, settings: SessionSettings, new: Node | None = None
    ) -> None:
        """Write a request with everything it depends on: settings, and the new message or the selected head."""
        self.title_and_settings(settings)
        if new is not None:
            self.message(new)
        else:
            self.append(head_record(head))
        self.request(exchange, head, call)


def new_id() -> str:
    """Return an id for a message or an exchange: 48 random bits in hexadecimal."""
    return os.urandom(6).hex()
