"""Stores imported sessions atomically, and reads databases of other programs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chat_tui import __version__
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.records import session_record
from chat_tui.storage.given import given_path

if TYPE_CHECKING:
    from chat_tui.domain.json_values import JsonObject

_TRIES: Final = 100


class FileImports:
    """Writes sessions from records, and reads the rows of SQLite files.

    Args:
        data_dir: Sessions go to its folder ``sessions``, created with mode 0700 on first use.
        now_s: Returns seconds since the epoch.
    """

    def __init__(self, data_dir: Path, *, now_s: Callable[[], float] = time.time) -> None:
        self._folder = data_dir / "sessions"
        self._now_s = now_s

    def keep(
        self,
        records: Iterable[JsonObject],
        *,
        created_s: float | None = None,
        ended_s: float | None = None,
        path: str | None = None,
    ) -> str:
        """Write a new session of these records, after an opening record. The file is complete or does not exist.

        Args:
            records: A record's own ``t`` is used if it has one.
            created_s: When the conversation began; part of the file name.
            ended_s: When its last message was written; becomes the file's modification time, by which lists are sorted.
            path: The file to write instead of one in the sessions folder; must not exist.

        Returns:
            The path of the file.

        Raises:
            ProblemError: A write error, an existing file, or a record that cannot be serialised.
        """
        now_s = self._now_s()
        began = datetime.fromtimestamp(now_s if created_s is None else created_s, UTC)
        lines = _encoded(records, int(now_s * 1000))
        given = given_path(path) if path else None
        for _ in range(_TRIES):
            target = given or self._folder / f"{began:%Y%m%d-%H%M%S}-{os.urandom(2).hex()}.jsonl"
            try:
                _write_whole(target, _opening(target.stem, began, now_s) + lines, ended_s)
            except FileExistsError:
                if given is None:
                    continue
                raise ProblemError(Problem(kind="session", what=f"{path} already exists")) from None
            except OSError as error:
                why = error.strerror or type(error).__name__
                raise ProblemError(Problem(kind="session", what=f"Cannot write {target}", why=why)) from None
            return str(target)
        raise ProblemError(Problem(kind="session", what=f"No free file name in {self._folder}"))

    def tables(self, path: str, names: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:
        """Return the rows of those tables that a SQLite file has, in insertion order; the file is never written.

        Binary values are returned as base64.

        Raises:
            ProblemError: The file cannot be read or is not a database.
        """
        from chat_tui.storage.foreign_database import read_tables

        return read_tables(path, names)


def _opening(session: str, began: datetime, now_s: float) -> bytes:
    record = session_record(session, created=began.strftime("%Y-%m-%dT%H:%M:%SZ"), app=f"chat-tui {__version__}")
    return _encoded([record], int(now_s * 1000))


def _encoded(records: Iterable[JsonObject], now_ms: int) -> bytes:
    from chat_tui.storage.lines import encode

    try:
        return b"".join(encode(record, now_ms) for record in records)
    except (TypeError, ValueError, RecursionError):
        raise ProblemError(Problem(kind="session", what="A message cannot be written as JSON")) from None


def _write_whole(target: Path, data: bytes, modified_s: float | None) -> None:
    """Write a new file with mode 0600 atomically.

    Raises:
        OSError: ``FileExistsError`` if the path exists; no temporary file is left behind.
    """
    from chat_tui.disk.private import create_private, write_all

    temporary = target.with_name(f".{target.name}.{os.urandom(6).hex()}")
    descriptor = create_private(temporary, os.O_WRONLY)
    try:
        try:
            write_all(descriptor, data)
            if modified_s is not None:
                os.utime(descriptor, (modified_s, modified_s))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _name(temporary, target)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _name(temporary: Path, target: Path) -> None:
    """Give a file its final name, unless that is taken."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # the file system has no hard links
        if os.path.lexists(target):
            raise FileExistsError(None, "A file of this name already exists", str(target)) from None
        temporary.rename(target)
