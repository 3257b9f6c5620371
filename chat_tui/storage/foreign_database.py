"""Reads another program's SQLite file without writing to it or creating files beside it."""

from __future__ import annotations

import os
import shutil
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from chat_tui.disk.named import expanded
from chat_tui.disk.private import open_regular
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    import sqlite3

_LOG: Final = "-wal"


def read_tables(name: str, names: Sequence[str]) -> dict[str, list[JsonObject]]:
    """Return the rows of those tables that exist, in insertion order; of a damaged table, the readable ones.

    Raises:
        ProblemError: The file cannot be opened or is not a database.
    """
    import sqlite3

    try:
        with _steady(expanded(name).resolve()) as (steady, ours), closing(_opened(steady, ours=ours)) as database:
            there = {str(table) for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            return {table: [*_rows(database, table)] for table in names if table in there}
    except (sqlite3.Error, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ProblemError(Problem(kind="usage", what=f"Cannot read the database {name}", why=why)) from None


@contextmanager
def _steady(path: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the file and False, or, if it has a write-ahead log, a copy of both and True."""
    os.close(open_regular(path, os.O_RDONLY))
    log = path.with_name(path.name + _LOG)
    if not (log.is_file() and log.stat().st_size):
        yield path, False
        return
    with TemporaryDirectory(prefix="chat-tui-") as folder:
        copy = Path(folder) / "database"
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name(copy.name + _LOG))
        yield copy, True


def _opened(path: Path, *, ours: bool) -> sqlite3.Connection:
    import sqlite3

    options = "mode=rw" if ours else "mode=ro&immutable=1"
    database = sqlite3.connect(f"file:{quote(os.fsencode(path))}?{options}", uri=True)
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    database.row_factory = sqlite3.Row
    return database


def _rows(database: sqlite3.Connection, name: str) -> Iterator[JsonObject]:
    import sqlite3

    try:
        for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - a name of ours
            yield {column: _json(row[column]) for column in row.keys()}  # noqa: SIM118 - a row is no mapping
    except sqlite3.Error:
        return


def _json(value: object) -> Json:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value if isinstance(value, (str, int, float)) else None
