"""The index on disk: facts, texts and words of each session (SQLite with FTS5)."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec

from chat_tui.domain.session import SessionSummary
from chat_tui.domain.text_search import Term, spaced
from chat_tui.storage.library.database import Database
from chat_tui.storage.library.survey import Survey
from chat_tui.storage.library.surveying import Stamp, Surveyed, summary_of

_SEGMENT_BITS: Final = 12
_TITLE: Final = 0
_CUT: Final = (1 << _SEGMENT_BITS) - 1
_LONGEST_SEGMENT: Final = 1 << 17
"""In characters. Text that is appended extends the last segment while that is shorter."""
_MATCH: Final = "SELECT rowid FROM words WHERE words MATCH ?"
_COMPRESSION: Final = 1
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Survey)


class SqliteIndex:
    """Safe for concurrent threads and processes: readers do not wait for a writer.

    Args:
        path: The index file, a cache that can be rebuilt from the sessions.
        folder: The sessions folder.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self._folder = folder
        self._reader, self._writer = Database(path), Database(path)
        self._reading, self._writing = Lock(), Lock()
        self._cards: dict[int, SessionSummary] = {}
        self._seen = (0, -1)

    def stamps(self) -> dict[str, Stamp]:
        """Return the stamps of the indexed sessions by file name, as of when they were read."""
        with self._writing:
            rows = self._writer.run(
                lambda db: db.execute("SELECT name, size, modified_ns, inode FROM sessions").fetchall()
            )
        return {name: Stamp(*stamp) for name, *stamp in rows}

    def known(self, names: Iterable[str]) -> dict[str, tuple[Stamp, Survey]]:
        """Return stamps and surveys of some sessions."""
        wanted = msgspec.json.encode([*names]).decode()
        sql = (
            "SELECT name, size, modified_ns, inode, survey FROM sessions WHERE name IN (SELECT value FROM json_each(?))"
        )
        with self._writing:
            return self._writer.run(
                lambda db: {
                    name: (Stamp(*stamp), _DECODER.decode(survey))
                    for name, *stamp, survey in db.execute(sql, (wanted,))
                }
            )

    def put(self, sessions: Sequence[Surveyed], before: Mapping[str, Stamp]) -> None:
        """Add or update sessions that were read.

        Args:
            sessions: The sessions, without duplicates.
            before: The stamps the reads were based on; a session whose stamp has changed was updated by another program
                and is skipped.
        """
        with self._writing:
            self._writer.run(lambda db: _put_all(db, sessions, before))

    def drop(self, names: Iterable[str]) -> None:
        """Remove sessions."""
        gone = [*names]
        if gone:
            with self._writing:
                self._writer.run(lambda db: _drop_all(db, gone))

    def cards(self) -> Mapping[int, SessionSummary]:
        """Return summaries by session number. A new object whenever one of them changed."""
        with self._reading:
            return self._reader.run(self._cards_now)

    def matching(self, terms: Sequence[Term]) -> set[int]:
        """Return the numbers of the sessions whose title, tags or text contain every term."""
        with self._reading:
            return self._reader.run(lambda db: _matching(db, terms))

    def texts(self, number: int) -> list[str]:
        """Return the texts of a session, one per segment, without its title."""
        with self._reading:
            return self._reader.run(lambda db: [text for _, text in _segments(db, number, _TITLE + 1)])

    def close(self) -> None:
        """Close the database."""
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()

    def _cards_now(self, db: sqlite3.Connection) -> Mapping[int, SessionSummary]:
        db.execute("BEGIN")
        changed, dropped = db.execute("SELECT changed, dropped FROM counters").fetchone()
        seen_changed, seen_dropped = self._seen
        if (changed, dropped) != self._seen:
            fresh = dropped != seen_dropped or changed < seen_changed
            cards = {} if fresh else dict(self._cards)
            sql = "SELECT id, name, size, modified_ns, survey FROM sessions WHERE change > ?"
            for number, name, size, modified_ns, survey in db.execute(sql, (-1 if fresh else seen_changed,)):
                cards[number] = summary_of(
                    str(self._folder / name),
                    _DECODER.decode(survey),
                    modified_s=modified_ns / 1e9,
                    size=size,
                )
            self._cards, self._seen = cards, (changed, dropped)
        db.execute("COMMIT")
        return self._cards


def _put_all(db: sqlite3.Connection, sessions: Sequence[Surveyed], before: Mapping[str, Stamp]) -> None:
    db.execute("BEGIN IMMEDIATE")
    db.execute("UPDATE counters SET changed = changed + 1")
    (change,) = db.execute("SELECT changed FROM counters").fetchone()
    for session in sessions:
        row = db.execute(
            "SELECT id, size, modified_ns, inode, segments FROM sessions WHERE name = ?", (session.name,)
        ).fetchone()
        if (Stamp(*row[1:4]) if row else None) == before.get(session.name):
            _put(db, session, change, row[0] if row else None, row[4] if row else 0)
    db.execute("COMMIT")


def _put(db: sqlite3.Connection, session: Surveyed, change: int, number: int | None, segments: int) -> None:
    values = (*session.stamp, change, _ENCODER.encode(session.survey))
    if number is None:
        sql = "INSERT INTO sessions(size, modified_ns, inode, change, survey, segments, name) VALUES(?,?,?,?,?,0,?)"
        number = db.execute(sql, (*values, session.name)).lastrowid or 0
        segments = 0
    else:
        sql = "UPDATE sessions SET size = ?, modified_ns = ?, inode = ?, change = ?, survey = ? WHERE id = ?"
        db.execute(sql, (*values, number))
    if not session.grown:
        _take_out(db, number, _TITLE, _CUT)
        segments = 0
    _replace(db, number, _TITLE, "\n".join([session.survey.shown_title, *session.survey.labels.tags]))
    _replace(db, number, _CUT, session.cut_text)
    segments = _add_text(db, number, segments, "\n".join(session.texts))
    db.execute("UPDATE sessions SET segments = ? WHERE id = ?", (segments, number))


def _add_text(db: sqlite3.Connection, number: int, segments: int, text: str) -> int:
    """Append to a session's text and return the new number of segments. Text beyond the last segment is dropped."""
    if text and segments:
        last = "".join(last for _, last in _segments(db, number, segments, segments))
        if len(last) + len(text) <= _LONGEST_SEGMENT:
            _take_out(db, number, segments, segments)
            text, segments = f"{last}\n{text}", segments - 1
    place = 0
    while place < len(text) and segments + 1 < _CUT:
        end = place + _LONGEST_SEGMENT
        if end < len(text):
            end = max(text.rfind("\n", place, end), text.rfind(" ", place, end)) + 1 or end
        segments += 1
        _insert(db, number, segments, text[place:end])
        place = end
    return segments


def _replace(db: sqlite3.Connection, number: int, segment: int, text: str) -> None:
    before = "".join(old for _, old in _segments(db, number, segment, segment))
    if before != text:
        _take_out(db, number, segment, segment)
        if text:
            _insert(db, number, segment, text)


def _insert(db: sqlite3.Connection, number: int, segment: int, text: str) -> None:
    place, data = number << _SEGMENT_BITS | segment, text.encode("utf-8", "replace")
    db.execute("INSERT INTO texts(id, text) VALUES(?, ?)", (place, zlib.compress(data, _COMPRESSION)))
    db.execute("INSERT INTO words(rowid, text) VALUES(?, ?)", (place, _words(data.decode())))


def _take_out(db: sqlite3.Connection, number: int, first: int, last: int) -> None:
    """Delete segments. FTS5 needs the original text to delete its words."""
    for place, text in [*_segments(db, number, first, last)]:
        db.execute("INSERT INTO words(words, rowid, text) VALUES('delete', ?, ?)", (place, _words(text)))
        db.execute("DELETE FROM texts WHERE id = ?", (place,))


def _segments(db: sqlite3.Connection, number: int, first: int, last: int = _CUT) -> Iterator[tuple[int, str]]:
    """Yield id and text of a range of a session's segments."""
    begin = number << _SEGMENT_BITS
    for place, data in db.execute(
        "SELECT id, text FROM texts WHERE id BETWEEN ? AND ? ORDER BY id", (begin | first, begin | last)
    ):
        try:
            yield place, zlib.decompress(data).decode()
        except zlib.error as error:
            raise ValueError(str(error)) from None


def _words(text: str) -> str:
    return spaced(text).replace("\0", " ")


def _drop_all(db: sqlite3.Connection, names: Sequence[str]) -> None:
    db.execute("BEGIN IMMEDIATE")
    for name in names:
        row = db.execute("SELECT id FROM sessions WHERE name = ?", (name,)).fetchone()
        if row:
            _take_out(db, row[0], _TITLE, _CUT)
            db.execute("DELETE FROM sessions WHERE id = ?", row)
    db.execute("UPDATE counters SET dropped = dropped + 1")
    db.execute("COMMIT")


def _matching(db: sqlite3.Connection, terms: Sequence[Term]) -> set[int]:
    found: set[int] | None = None
    for term in terms:
        words = f'"{" ".join(term.tokens)}"{"*" if term.prefix else ""}'
        numbers = {place >> _SEGMENT_BITS for (place,) in db.execute(_MATCH, (words,))}
        found = numbers if found is None else found & numbers
    return found or set()
