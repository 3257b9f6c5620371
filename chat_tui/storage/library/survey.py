"""The facts about a session file that lists and searches need, updated line by line as the file grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from chat_tui.domain.conversation import text_of
from chat_tui.domain.costs import charged
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.labels import Labels, relabelled
from chat_tui.domain.merging.text import mended
from chat_tui.domain.session import first_words
from chat_tui.storage.lines import ANOTHER_RECORD, decode

_OWN: Final = re.compile(rb'\{"type":"(events|request|response|attempt|adapted)","t":\d+,"exchange":"([\w.-]{1,100})",')
"""Matches the most frequent lines, as this program writes them: only their type and exchange are read."""
_OPENED_BY: Final = ("request", "events")
_SILENT: Final = frozenset({"role", "id", "type", "tool_call_id", "index", "signature", "url", "data", "format"})
"""Message fields whose text is not searched."""
_LONGEST_BLANKLESS: Final = 2000
"""Longer ASCII strings without a blank are treated as data."""
_MOST_BATCHES: Final = 5000


class Survey(Struct):
    """The facts about a session file up to an offset."""

    read_to: int = 0
    """Number of bytes processed."""
    check: bytes = b""
    """The last of those bytes: if they differ, the file was rewritten."""
    lines: int = 0
    telling: bool = False
    """Whether there was any session record."""
    created: str = ""
    title: str = ""
    """The title the user set."""
    first: str = ""
    """The first words of the first user message."""
    provider: str = ""
    model: str = ""
    system: str = ""
    """The last system prompt."""
    messages: int = 0
    labels: Labels = Labels()
    tokens: int = 0
    cost: float = 0.0
    truncated: bool = False
    """Whether any reply was cut off."""
    running: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Unfinished exchanges: offset and length of each line with events."""
    problem: str = ""
    """Why the file is unreadable."""

    @property
    def shown_title(self) -> str:
        """The title, else the first words; if there is neither, the reason in brackets."""
        if self.problem:
            return f"[cannot be read: {self.problem}]"
        if self.title or self.telling:
            return self.title or self.first
        return "[not a session]" if self.lines else "[empty]"

    def take(self, line: bytes, place: int) -> list[str]:
        """Process a line at offset ``place``; return its searchable texts."""
        self.lines += 1
        own = _OWN.match(line)
        if own and line.endswith(b"}\n") and line.find(ANOTHER_RECORD, own.end()) < 0:
            self._follow(own[1].decode(), own[2].decode(), place, len(line))
            return []
        found: list[str] = []
        for record in decode(line).records:
            found += self._fold(_encodable(record) if b"\\u" in line else record, place, len(line))
        return found

    def _follow(self, kind: str, exchange: str, place: int, length: int) -> None:
        self.telling = True
        if kind in _OPENED_BY:
            batches = self.running.setdefault(exchange, [])
            if kind == "events" and len(batches) < _MOST_BATCHES:
                batches.append((place, length))

    def _fold(self, record: JsonObject, place: int, length: int) -> list[str]:
        kind, exchange = record.get("type"), record.get("exchange")
        texts: list[str] = []
        if kind == "message":
            texts = self._message(record)
        elif kind == "settings":
            texts = self._settings(record)
        elif kind == "title":
            self.title = _text(record, "title") or self.title
        elif kind == "label":
            self.labels = relabelled(self.labels, record) or self.labels
        elif kind == "session":
            self.created = self.created or _text(record, "created")
        elif kind == "end" and isinstance(exchange, str):
            self._end(exchange, record)
        elif isinstance(kind, str) and isinstance(exchange, str):
            self._follow(kind, exchange, place, length)
        else:
            return []
        self.telling = True
        return texts

    def _message(self, record: JsonObject) -> list[str]:
        self.messages += 1
        message = record.get("message")
        if not isinstance(message, dict):
            return []
        if not self.first and message.get("role") == "user":
            self.first = first_words(text_of(message))
        return [*texts_of(message)]

    def _settings(self, record: JsonObject) -> list[str]:
        if "model" not in record:
            return []
        self.provider, self.model = _text(record, "provider"), _text(record, "model")
        system = _text(record, "system")
        new, self.system = system != self.system, system
        return [system] if new and system else []

    def _end(self, exchange: str, record: JsonObject) -> None:
        self.running.pop(exchange, None)
        self.truncated = self.truncated or record.get("outcome") == "truncated"
        usage = record.get("usage")
        if isinstance(usage, dict):
            self.tokens += _tokens(usage)
            self.cost += charged(usage) or 0.0


def texts_of(value: Json) -> Iterator[str]:
    """Yield every string in a message that is text: content, reasoning, names and arguments of calls, in any field."""
    if isinstance(value, str):
        if len(value) <= _LONGEST_BLANKLESS or " " in value or "\n" in value or not value.isascii():
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name not in _SILENT:
                yield from texts_of(member)


def _encodable(record: JsonObject) -> JsonObject:
    """Replace lone surrogates by U+FFFD; they can only come from an escape, and no database stores them."""
    found = mended(record)
    return found if isinstance(found, dict) else record


def _tokens(usage: JsonObject) -> int:
    total = usage.get("total_tokens")
    parts = [total] if _counts(total) else [usage.get("prompt_tokens"), usage.get("completion_tokens")]
    return sum(part for part in parts if isinstance(part, int) and _counts(part))


def _counts(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53


def _text(record: JsonObject, member: str) -> str:
    value = record.get(member)
    return value if isinstance(value, str) else ""
