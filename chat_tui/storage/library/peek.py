"""Reads from the session index without writing to it or waiting for a lock."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from chat_tui.storage.library.survey import Survey
from chat_tui.storage.library.surveying import Stamp

INDEX: Final = "sessions.index"
"""Name of the index file in the data folder."""


def fresh_surveys(index: Path, files: Mapping[str, Stamp]) -> dict[str, Survey]:
    """Return the surveys of files unchanged since they were indexed; empty if the index is unusable.

    Args:
        index: The index file.
        files: File names and current stamps.
    """
    if not index.is_file():
        return {}
    import sqlite3

    import msgspec

    from chat_tui.storage.library.database import VERSION

    decoder = msgspec.msgpack.Decoder(Survey)
    sql = "SELECT name, size, modified_ns, inode, survey FROM sessions WHERE name IN (SELECT value FROM json_each(?))"
    try:
        with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=rw", uri=True, timeout=0.2)) as db:
            if db.execute("PRAGMA user_version").fetchone() != (VERSION,):
                return {}
            rows = db.execute(sql, (msgspec.json.encode([*files]).decode(),))
            return {name: decoder.decode(survey) for name, *stamp, survey in rows if Stamp(*stamp) == files.get(name)}
    except (sqlite3.Error, msgspec.DecodeError, ValueError, TypeError):
        return {}
