"""The index's database file: opened, or recreated if it is missing, of another version, or corrupt."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from chat_tui.disk.private import create_private
from chat_tui.storage.library.faults import BusyError, UnusableError

VERSION: Final = 1
"""Schema version. An index of any other version is recreated."""
_APPLICATION: Final = 0x63687469
_BUSY_S: Final = 1.5
"""How long to wait for another program before saying so."""
_BROKEN: Final = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA})
_TABLES: Final = f"""
    BEGIN IMMEDIATE;
    CREATE TABLE sessions(
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL, change INTEGER NOT NULL, segments INTEGER NOT NULL, survey BLOB NOT NULL
    );
    CREATE INDEX changes ON sessions(change);
    CREATE TABLE texts(id INTEGER PRIMARY KEY, text BLOB NOT NULL);
    CREATE TABLE counters(changed INTEGER NOT NULL, dropped INTEGER NOT NULL);
    INSERT INTO counters VALUES(0, 0);
    CREATE VIRTUAL TABLE words USING fts5(
        text, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2", prefix='1'
    );
    PRAGMA application_id={_APPLICATION};
    PRAGMA user_version={VERSION};
    COMMIT;
"""
Result = TypeVar("Result")


class Database:
    """One lazily opened connection. Not to be used by two threads at once.

    Args:
        path: The database file; its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)

    def __del__(self) -> None:
        self.close()

    def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run ``work``; if the file turns out to be corrupt, run it again on a new, empty one.

        Raises:
            UnusableError: No database can be created here.
            BusyError: The database is locked; the work can be retried later.
        """
        try:
            return self._tried(work)
        except sqlite3.DatabaseError as error:
            _refuse_outside_faults(error)
        except (msgspec.DecodeError, ValueError, TypeError):
            pass
        except OSError as error:
            raise UnusableError(error.strerror or type(error).__name__) from None
        self.remove()
        try:
            return self._tried(work)
        except (sqlite3.DatabaseError, OSError) as error:
            raise UnusableError(str(error)) from None

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def remove(self) -> None:
        """Delete the file, so that it is recreated.

        Raises:
            UnusableError: The file cannot be deleted.
        """
        self.close()
        for suffix in ("", "-wal", "-shm"):
            try:
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
            except OSError as error:
                raise UnusableError(error.strerror or type(error).__name__) from None

    def _tried(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            return work(self._opened())
        except BaseException:
            if self._connection is not None and self._connection.in_transaction:
                with suppress(sqlite3.Error):
                    self._connection.rollback()
            raise

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and self._replaced():
            self.close()
        if self._connection is None:
            try:
                with suppress(FileExistsError):
                    os.close(create_private(self.path, os.O_RDWR))
            except OSError as error:
                raise UnusableError(error.strerror or type(error).__name__) from None
            self._connection = _connected(self.path)
            status = self.path.stat()
            self._file = (status.st_dev, status.st_ino)
        return self._connection

    def _replaced(self) -> bool:
        """Whether the file was deleted, or recreated by another program."""
        try:
            status = self.path.stat()
        except OSError:
            return True
        return (status.st_dev, status.st_ino) != self._file


def full_text_is_missing() -> str:
    """Return why this Python lacks full-text search; empty if it has it."""
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    except sqlite3.Error:
        return "this Python's SQLite has no FTS5"
    return ""


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA journal_size_limit=1048576")
        if not tables:
            _make_tables(connection)
        elif version != VERSION:
            raise sqlite3.DatabaseError("made by another version")  # noqa: TRY301 - handled as a broken file is
    except BaseException:
        connection.close()
        raise
    return connection


def _make_tables(connection: sqlite3.Connection) -> None:
    try:
        connection.executescript(_TABLES)
    except sqlite3.OperationalError:
        connection.rollback()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            raise


def _refuse_outside_faults(error: sqlite3.DatabaseError) -> None:
    """Raise for errors that a new file would not fix.

    Raises:
        UnusableError: Disk full, permission denied, or no file.
        BusyError: Another program is writing.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise BusyError(str(error)) from None
    if code not in _BROKEN:
        raise UnusableError(str(error)) from None
