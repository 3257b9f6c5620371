"""The journal: one session file, open for appending; every record is on disk before it is acted upon."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

from chat_tui import __version__
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.records import session_record
from chat_tui.storage.files import open_private, write_all


class FileJournal:
    """Appends records to a file, one ``write()`` each, under a lock that lasts no longer than that.

    A disk that is full or fails never raises: ``problem`` says why, and the records wait in memory until there is room.

    Args:
        path: The file; made with the first record unless ``exists``.
        exists: The file is a session already and gets no opening line.
        session_id: For the opening line; the file's stem by default.
    """

    def __init__(self, path: Path, *, exists: bool = False, session_id: str = "") -> None:
        self._path = path
        self._descriptor: int | None = None
        self._exists = exists
        self._id = session_id or path.stem
        self._waiting: list[bytes] = []
        self._problem: str | None = None

    @property
    def path(self) -> str | None:
        """Where the file is or will be."""
        return str(self._path)

    @property
    def problem(self) -> str | None:
        """Why records are not being saved, or None while they are."""
        return self._problem

    def append(self, record: JsonObject) -> None:
        """Write one record, with ``t`` added; what could not be written before goes first."""
        if not self._exists and not self._waiting:
            created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            self._waiting.append(_line(session_record(self._id, created=created, app=f"chat-tui {__version__}")))
        self._waiting.append(_line(record))
        try:
            self._write_waiting()
        except OSError as error:
            self._problem = error.strerror or type(error).__name__

    def sync(self) -> None:
        """Force what was written to the disk."""
        if self._descriptor is not None:
            try:
                os.fdatasync(self._descriptor)
            except OSError as error:
                self._problem = error.strerror or type(error).__name__

    def close(self) -> None:
        """Try once more what could not be written, sync, and release the file."""
        if self._waiting and self._exists:
            try:
                self._write_waiting()
            except OSError as error:
                self._problem = error.strerror or type(error).__name__
        self.sync()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write_waiting(self) -> None:
        descriptor = self._opened()
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            while self._waiting:
                line = self._waiting[0]
                written = write_all(descriptor, line)
                if written < len(line):
                    os.ftruncate(descriptor, os.fstat(descriptor).st_size - written)
                    raise OSError(None, "no room on the disk")
                self._waiting.pop(0)
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        self._problem = None

    def _opened(self) -> int:
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_APPEND | (0 if self._exists else os.O_CREAT | os.O_EXCL)
            self._descriptor = open_private(self._path, flags)
            self._exists = True
        return self._descriptor


class UnkeptJournal:
    """Keeps nothing: for a session that is not to be saved."""

    path: str | None = None
    problem: str | None = None

    def append(self, record: JsonObject) -> None:
        """Nothing."""

    def sync(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def new_file_name(now_s: float | None = None) -> str:
    """``YYYYMMDD-HHMMSS-xxxx.jsonl`` in UTC."""
    moment = datetime.fromtimestamp(time.time() if now_s is None else now_s, UTC)
    return f"{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}.jsonl"


def _line(record: JsonObject) -> bytes:
    timed = {"type": record["type"], "t": time.time_ns() // 1_000_000, **record}
    return dump_json(timed).encode() + b"\n"
