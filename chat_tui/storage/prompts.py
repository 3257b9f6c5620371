"""What was typed: the prompts that were sent, and the draft that was not."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Final

from chat_tui.domain.json_values import dump_json
from chat_tui.storage.files import open_private, write_all, write_private

LIMIT: Final = 1_000


class PromptHistoryFile:
    """Prompts as JSON strings, one a line, oldest first. A file that cannot be used counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: list[str] | None = None

    def entries(self) -> list[str]:
        """At most the last thousand prompts."""
        if self._entries is None:
            self._entries = self._read()[-LIMIT:]
        return self._entries

    def append(self, text: str) -> None:
        """Remember a prompt, unless it repeats the last one."""
        known = self.entries()
        if known and known[-1] == text:
            return
        known.append(text)
        with contextlib.suppress(OSError):
            descriptor = open_private(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            try:
                write_all(descriptor, dump_json(text).encode() + b"\n")
            finally:
                os.close(descriptor)
        if len(known) > 2 * LIMIT:
            del known[:-LIMIT]
            with contextlib.suppress(OSError):
                write_private(self._path, "".join(f"{dump_json(entry)}\n" for entry in known))

    def _read(self) -> list[str]:
        try:
            lines = self._path.read_bytes().splitlines()
        except OSError:
            return []
        found = []
        for line in lines:
            with contextlib.suppress(ValueError, RecursionError):
                value = json.loads(line)
                if isinstance(value, str):
                    found.append(value)
        return found


class DraftFile:
    """The text in the composer, kept over a crash."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> str:
        """The kept text, or an empty one."""
        try:
            return self._path.read_text("utf-8", "replace")
        except OSError:
            return ""

    def save(self, text: str) -> None:
        """Keep the text; a disk that refuses is no reason to disturb the user."""
        if not text:
            self.clear()
            return
        with contextlib.suppress(OSError):
            write_private(self._path, text)

    def clear(self) -> None:
        """Forget it."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
