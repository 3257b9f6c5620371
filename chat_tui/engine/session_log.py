"""What a session at work writes of itself: every change once, before it is acted upon."""

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
    """Knows what the file already tells. A session that is open for reading only writes nothing.

    Args:
        journal: The file.
        clock: Tells when a message was written.
        session: What the file tells so far; None for a new one.
    """

    def __init__(self, journal: Journal, clock: Clock, session: Session | None = None) -> None:
        self._journal = journal
        self._clock = clock
        self._read_only = session is not None and session.read_only
        self._title = ""
        self.settings: SessionSettings | None = session.settings if session is not None else None
        """The settings that the file tells of; None before the first."""
        self.times = dict(session.times) if session is not None else {}
        """Message id to when it was written, in milliseconds since the epoch."""
        nodes = session.conversation.nodes.values() if session is not None else ()
        self._kept = {data: place for node in nodes for data, place in data_in(node.id, node.message)}
        self._fresh: dict[str, Place] = {}
        """Data of messages that were written after the last request: the next one has them as they go out."""

    def append(self, record: JsonObject) -> None:
        """Write a record."""
        if not self._read_only:
            self._journal.append(record)

    def sync(self) -> None:
        """Have all of it on the disk."""
        self._journal.sync()

    def title_later(self, title: str) -> None:
        """Write a title with the first message."""
        self._title = title

    def title_and_settings(self, settings: SessionSettings) -> None:
        """Write the title that waits, and the settings where the file tells of others."""
        if self._title:
            self.append(title_record(self._title))
            self._title = ""
        self.change_to(settings)

    def change_to(self, settings: SessionSettings) -> None:
        """Write the settings where the file tells of others."""
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
        """Write what is about to be sent, and have it on the disk; data that an earlier request had are named."""
        self.append(request_record(exchange, head, replace(call, body=without_repeats(call.body, self._kept))))
        self._kept = self._fresh | self._kept
        self._fresh = {}
        self.sync()

    def sending(
        self, exchange: str, head: str, call: Call, *, settings: SessionSettings, new: Node | None = None
    ) -> None:
        """Write all that a request rests on, and the request: settings, the new message or the chosen head."""
        self.title_and_settings(settings)
        if new is not None:
            self.message(new)
        else:
            self.append(head_record(head))
        self.request(exchange, head, call)


def new_id() -> str:
    """An id for a message or an exchange: 48 random bits, in hexadecimal."""
    return os.urandom(6).hex()
