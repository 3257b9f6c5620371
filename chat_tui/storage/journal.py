"""The journal: a session file opened for appending; every record is on disk before it takes effect."""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from chat_tui import __version__
from chat_tui.disk.private import sync_folder, write_all
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.records import session_record
from chat_tui.storage.lines import encode
from chat_tui.storage.session_files import ExistingFile, NewFile, lock, unlock


class FileJournal:
    """Appends records to a file with one ``write()`` each, holding a lock only for that time.

    A full or failing disk never raises: ``problem`` explains it, and unwritten records are queued until the next one. A
    partially written line is truncated, so that the file always ends with a complete line.

    Args:
        file: Opened when the first record is written.
        now_s: Returns seconds since the epoch, for the time of each record.
    """

    def __init__(self, file: NewFile | ExistingFile, now_s: Callable[[], float]) -> None:
        self._file = file
        self._now_s = now_s
        self._descriptor: int | None = None
        self._end = -1
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._write_problem: str | None = None
        self._sync_problem: str | None = None
        self._lost_problem: str | None = None
        self._new = isinstance(file, NewFile)

    @property
    def path(self) -> str | None:
        """Path of the file, which may not exist yet."""
        return str(self._file.path)

    @property
    def problem(self) -> str | None:
        """Why records are not being saved; None while they are. A record that is lost for good is never cleared."""
        return self._write_problem or self._sync_problem or self._lost_problem

    def open(self) -> None:
        """Open the file without a record, to find out whether it is writable."""
        self._write_waiting()

    def append(self, record: JsonObject) -> None:
        """Write one record with ``t`` added, after any queued ones."""
        now_s = self._now_s()
        try:
            self._waiting.append((now_s, encode(record, int(now_s * 1000))))
        except (TypeError, ValueError, RecursionError):
            self._lost_problem = "A value cannot be written as JSON, and is missing from the file"
            return
        self._write_waiting()

    def sync(self) -> None:
        """Flush written records to the disk (fsync)."""
        if self._descriptor is None:
            return
        try:
            _force(self._descriptor)
        except OSError as error:
            self._sync_problem = _reason(error)
            return
        self._sync_problem = None
        if self._new:
            self._new = False
            with suppress(OSError):
                sync_folder(self._file.path.parent)

    def close(self) -> None:
        """Write queued records, sync and close the file. A later record opens it again."""
        if self._waiting:
            self._write_waiting()
        self.sync()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write_waiting(self) -> None:
        try:
            descriptor = self._opened()
            locked = lock(descriptor)
            try:
                while self._waiting:
                    self._write(descriptor, *self._waiting[0], locked=locked)
                    self._waiting.popleft()
            finally:
                unlock(descriptor, locked=locked)
        except OSError as error:
            self._write_problem = _reason(error)
        else:
            self._write_problem = None

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = self._file.open()
            self._end = -1
            self._file = ExistingFile(self._file.path, self._now_s)
        return self._descriptor

    def _write(self, descriptor: int, now_s: float, line: bytes, *, locked: bool) -> None:
        """Append the line of a time; another program may have appended to the file or left a torn line meanwhile."""
        state = os.fstat(descriptor)
        if state.st_nlink == 0:
            raise FileNotFoundError(errno.ENOENT, "The file was deleted while it was open")
        end = state.st_size
        if end < self._end:
            self._lost_problem = "Another program shortened the file, and what it removed is missing from it"
        if end == 0:
            end = self._put(descriptor, self._opening_line(now_s), end, locked=locked)
        elif end != self._end and os.pread(descriptor, 1, end - 1) != b"\n":
            line = b"\n" + line
        self._end = self._put(descriptor, line, end, locked=locked)

    def _opening_line(self, now_s: float) -> bytes:
        """Return the session's line, no later than the record that follows it."""
        created = datetime.fromtimestamp(now_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        record = session_record(self._file.path.stem, created=created, app=f"chat-tui {__version__}")
        return encode(record, int(now_s * 1000))

    @staticmethod
    def _put(descriptor: int, line: bytes, end: int, *, locked: bool) -> int:
        try:
            write_all(descriptor, line)
        except OSError:
            if locked:
                with suppress(OSError):
                    os.ftruncate(descriptor, end)
            raise
        return end + len(line)


class UnkeptJournal:
    """Saves nothing: for a session that is not stored."""

    path: str | None = None
    problem: str | None = None

    def append(self, record: JsonObject) -> None:
        """Do nothing."""

    def sync(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def _force(descriptor: int) -> None:
    """Flush a file's data to the disk; macOS only has ``fsync``."""
    getattr(os, "fdatasync", os.fsync)(descriptor)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
