"""One line about each session file, for lists and for finding a session by its title."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from chat_tui.disk.private import open_regular
from chat_tui.domain.conversation import text_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.session import SessionSummary, first_words
from chat_tui.storage.lines import decode

_TYPE_WITHIN: Final = 48
_TELLING: Final = tuple(
    (kind, f'"type":{space}"{kind}"'.encode())
    for kind in ("message", "settings", "title", "session")
    for space in ("", " ")
)


def summary(path: Path, modified_s: float) -> SessionSummary:
    """What a list shows of a session. A file that cannot be read gets a title in brackets that says so."""
    try:
        found = _Survey(path)
    except OSError as error:
        title = f"[cannot be read: {error.strerror or type(error).__name__}]"
        return SessionSummary(
            id=path.stem,
            path=str(path),
            title=title,
            created="",
            modified_s=modified_s,
            provider="",
            model="",
            messages=0,
        )
    return SessionSummary(
        id=path.stem,
        path=str(path),
        title=found.title(),
        created=_text(found.opening, "created"),
        modified_s=modified_s,
        provider=_text(found.settings, "provider"),
        model=_text(found.settings, "model"),
        messages=found.messages,
    )


class _Survey:
    """What is gathered in one walk over the lines, of which few are parsed."""

    def __init__(self, path: Path) -> None:
        self.opening: JsonObject = {}
        self.settings: JsonObject = {}
        self.messages = 0
        self._titles: list[bytes] = []
        self._settings: list[bytes] = []
        self._first_words = ""
        self._lines = 0
        with os.fdopen(open_regular(path, os.O_RDONLY), "rb") as file:
            for line in file:
                self._take(line)
        self.settings = _last(self._settings, "model")

    def title(self) -> str:
        """The name, else the beginning of the first question; in brackets where there is neither."""
        title = _last(self._titles, "title").get("title")
        if isinstance(title, str) and title:
            return title
        if self._first_words or self.messages or self.opening:
            return self._first_words
        return "[no session]" if self._lines else "[empty]"

    def _take(self, line: bytes) -> None:
        self._lines += 1
        beginning = line[:_TYPE_WITHIN]
        kind = next((kind for kind, sign in _TELLING if sign in beginning), "")
        if kind == "message":
            self.messages += 1
            if not self._first_words:
                message = _record(line).get("message")
                spoken = isinstance(message, dict) and message.get("role") == "user"
                self._first_words = first_words(text_of(message)) if spoken and isinstance(message, dict) else ""
        elif kind == "settings":
            self._settings.append(line)
        elif kind == "title":
            self._titles.append(line)
        elif kind == "session" and not self.opening:
            self.opening = _record(line)


def _text(record: JsonObject, member: str) -> str:
    value = record.get(member)
    return value if isinstance(value, str) else ""


def _last(lines: list[bytes], member: str) -> JsonObject:
    """The last of some lines that can be read and has a member."""
    records = (_record(line) for line in reversed(lines))
    return next((record for record in records if member in record), {})


def _record(line: bytes) -> JsonObject:
    records = decode(line).records
    return records[0] if records else {}
