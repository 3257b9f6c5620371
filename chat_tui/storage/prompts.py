"""Stores the history of sent prompts, and drafts of unsent ones."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from chat_tui.disk.private import create_private, open_regular, write_all, write_private
from chat_tui.domain.json_values import dump_json

MOST_ENTRIES: Final = 1_000
MOST_BYTES: Final = 8 << 20
"""How many bytes at the end of the file are read; a file beyond twice that size is rewritten."""


class PromptHistoryFile:
    """Prompts as JSON strings, one per line, oldest first. An unusable file counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: list[str] | None = None

    def entries(self) -> list[str]:
        """Return at most the last thousand prompts."""
        if self._entries is None:
            lines = self._lines()
            self._entries = _prompts(lines)
            if len(lines) > 2 * MOST_ENTRIES:
                self._rewrite(self._entries)
        return self._entries

    def append(self, text: str) -> None:
        """Append a prompt, unless it repeats the last one."""
        known = self.entries()
        if known[-1:] == [text]:
            return
        known.append(text)
        del known[:-MOST_ENTRIES]
        with suppress(OSError):
            descriptor = self._opened()
            try:
                size = os.fstat(descriptor).st_size
                torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
                write_all(descriptor, b"\n" * torn + _line(text))
            finally:
                os.close(descriptor)
            if size > 2 * MOST_BYTES:
                self._rewrite(_prompts(self._lines()))

    def _opened(self) -> int:
        flags = os.O_RDWR | os.O_APPEND
        try:
            return create_private(self._path, flags)
        except FileExistsError:
            return open_regular(self._path, flags)

    def _lines(self) -> list[bytes]:
        try:
            with os.fdopen(open_regular(self._path, os.O_RDONLY), "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - MOST_BYTES))
                return file.read().split(b"\n")
        except OSError:
            return []

    def _rewrite(self, entries: list[str]) -> None:
        with suppress(OSError):
            write_private(self._path, b"".join(map(_line, entries)).decode())


class DraftFile:
    """The composer's text, saved against crashes; the draft of a session has its own file in a folder beside."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, session: str = "") -> str:
        """Return the saved text, or an empty string."""
        try:
            with os.fdopen(open_regular(self._file(session), os.O_RDONLY), "rb") as file:
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""

    def save(self, text: str, session: str = "") -> None:
        """Save the text; write errors are ignored, so as not to disturb the user."""
        if not text:
            self.clear(session)
            return
        with suppress(OSError):
            write_private(self._file(session), text)

    def clear(self, session: str = "") -> None:
        """Delete the saved text."""
        with suppress(OSError):
            self._file(session).unlink(missing_ok=True)

    def _file(self, session: str) -> Path:
        """Return the draft's file, named by a digest of the session's path; a draft may outlive its session."""
        if not session:
            return self._path
        from hashlib import blake2b

        digest = blake2b(os.fsencode(Path(session).absolute()), digest_size=12).hexdigest()
        return self._path.parent / "drafts" / f"{digest}.txt"


def _line(text: str) -> bytes:
    return dump_json(text).encode() + b"\n"


def _prompts(lines: list[bytes]) -> list[str]:
    found = []
    for line in lines:
        with suppress(ValueError, RecursionError):
            value = json.loads(line)
            if isinstance(value, str):
                found.append(value)
    return found[-MOST_ENTRIES:]
