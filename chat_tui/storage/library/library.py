"""The session library: searches sessions by words and filters, using an incrementally updated index."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from chat_tui.domain.library import Found, Progress
from chat_tui.domain.session_query import Order, SessionQuery, parse_query, sort_key
from chat_tui.domain.text_search import Excerpt, Term, excerpt
from chat_tui.storage.library.faults import BusyError, UnusableError
from chat_tui.storage.library.folder import session_files
from chat_tui.storage.library.keeping import SessionKeeping
from chat_tui.storage.library.peek import INDEX
from chat_tui.storage.library.surveying import UNREAD, Stamp, Surveyed, survey_file

if TYPE_CHECKING:
    from chat_tui.domain.session import SessionSummary
    from chat_tui.storage.library.memory_index import MemoryIndex
    from chat_tui.storage.library.sqlite_index import SqliteIndex
    from chat_tui.storage.store import FileSessionStore

_BATCH_S: Final = 0.2
_BATCH_CHARACTERS: Final = 4_000_000
_BATCH_FILES: Final = 500
_FIRST_BATCH_FILES: Final = 40
"""Small, so that the newest sessions appear at once."""
_ROUNDS: Final = 3
_BUSY: Final = "another program is writing the index; recent changes may be missing"


class FileLibrary(SessionKeeping):
    """The sessions of a data folder. May be called from any thread.

    Args:
        data_dir: Its folder ``sessions`` contains the sessions; index and trash lie beside it.
        store: Opens session files.
    """

    def __init__(self, data_dir: Path, store: FileSessionStore) -> None:
        super().__init__(data_dir, store)
        self._path = data_dir / INDEX
        self._index: SqliteIndex | MemoryIndex | None = None
        self._choosing = Lock()
        self._note = ""
        self._busy = ""
        self._sorted: dict[Order, tuple[Mapping[int, SessionSummary], list[int]]] = {}

    def refreshing(self) -> Iterator[Progress]:
        """Update the index from the folder, newest files first, yielding progress after each step."""
        self._busy = ""
        for round_ in range(_ROUNDS):
            try:
                stale = yield from self._refresh(again=round_ > 0)
            except UnusableError as error:
                self._keep_in_memory(str(error))
            except BusyError:
                self._busy = _BUSY
                return
            else:
                if not stale:
                    return

    def search(self, text: str, order: Order = "modified") -> Found:
        """Return the sessions that match a query, as of the last refresh."""
        query = parse_query(text)
        for _ in range(_ROUNDS):
            try:
                return self._search(query, order)
            except UnusableError as error:
                self._keep_in_memory(str(error))
            except BusyError:
                self._busy = _BUSY
        return Found(notes=self._notes(query))

    def excerpts(self, paths: Sequence[str], text: str) -> dict[str, Excerpt]:
        """Return where the query's words occur in the given sessions; sessions without a match are omitted."""
        terms = parse_query(text).terms
        if not terms or not self._folder.is_dir():
            return {}
        found: dict[str, Excerpt] = {}
        try:
            wanted = {*paths}
            for number, card in self._used().cards().items():
                if card.path in wanted and (piece := self._excerpt(number, terms)) is not None:
                    found[card.path] = piece
        except (UnusableError, BusyError):
            return found
        return found

    def close(self) -> None:
        """Close the index."""
        if self._index is not None:
            self._index.close()

    def _refresh(self, *, again: bool) -> Generator[Progress, None, int]:
        """Run one round; return how many files had to be read."""
        files = session_files(self._folder)
        if not files and self._index is None and not self._path.exists():
            return 0
        index = self._used()
        stamps = index.stamps()
        stale = [name for name, stamp in files.items() if _is_stale(stamps.get(name), stamp, again=again)]
        index.drop(stamps.keys() - files.keys())
        done = 0
        while done < len(stale):
            yield Progress(done, len(stale))
            most = _BATCH_FILES if done else _FIRST_BATCH_FILES
            batch = self._read(stale[done : done + most], stamps, files)
            index.put(batch, stamps)
            done += len(batch)
        if stale:
            yield Progress(done, len(stale))
        return len(stale)

    def _read(self, names: Sequence[str], before: Mapping[str, Stamp], files: Mapping[str, Stamp]) -> list[Surveyed]:
        """Read the next files, up to the size of one step."""
        known = self._used().known(name for name in names if name in before)
        begin_s, characters, batch = time.monotonic(), 0, []
        for name in names:
            stamp, survey = known.get(name, (UNREAD, None))
            found = survey_file(self._folder / name, survey, same_file=stamp.inode == files[name].inode)
            batch.append(found)
            characters += sum(map(len, found.texts))
            if characters > _BATCH_CHARACTERS or time.monotonic() - begin_s > _BATCH_S:
                break
        return batch

    def _search(self, query: SessionQuery, order: Order) -> Found:
        if not self._folder.is_dir():
            return Found(notes=self._notes(query))
        index = self._used()
        cards = index.cards()
        numbers: Sequence[int] = self._in_order(cards, order)
        if query.terms:
            matching = index.matching(query.terms)
            numbers = [number for number in numbers if number in matching]
        fitting = [cards[number] for number in numbers]
        if query.filters:
            fitting = [card for card in fitting if query.allows(card)]
        put_away = "archived" in query.flags
        shown = [card for card in fitting if card.archived == put_away]
        return Found(
            sessions=shown,
            total=len(cards),
            archived=0 if put_away else len(fitting) - len(shown),
            notes=self._notes(query),
        )

    def _in_order(self, cards: Mapping[int, SessionSummary], order: Order) -> list[int]:
        kept = self._sorted.get(order)
        if kept is None or kept[0] is not cards:
            key = sort_key(order)
            kept = self._sorted[order] = cards, sorted(cards, key=lambda number: key(cards[number]))
        return kept[1]

    def _excerpt(self, number: int, terms: Sequence[Term]) -> Excerpt | None:
        found = (excerpt(text, terms) for text in self._used().texts(number))
        return next((each for each in found if each is not None), None)

    def _used(self) -> SqliteIndex | MemoryIndex:
        """Return the index, on disk if possible."""
        with self._choosing:
            if self._index is None:
                self._index = self._on_disk() or self._in_memory()
            return self._index

    def _on_disk(self) -> SqliteIndex | None:
        try:
            from chat_tui.storage.library.database import full_text_is_missing
            from chat_tui.storage.library.sqlite_index import SqliteIndex
        except ImportError:
            why = "this Python has no sqlite3"
        else:
            why = full_text_is_missing()
        if why:
            self._note = _slow(why)
            return None
        return SqliteIndex(self._path, self._folder)

    def _in_memory(self) -> MemoryIndex:
        from chat_tui.storage.library.memory_index import MemoryIndex

        return MemoryIndex(self._folder)

    def _keep_in_memory(self, why: str) -> None:
        """Continue with an index in memory."""
        with self._choosing:
            self._note = _slow(why)
            self._index = self._in_memory()

    def _notes(self, query: SessionQuery) -> tuple[str, ...]:
        return tuple(note for note in (*query.notes, self._note, self._busy) if note)


def _is_stale(known: Stamp | None, now: Stamp, *, again: bool) -> bool:
    """Whether a file has to be read. An unreadable file is tried once per refresh."""
    return known != now and not (again and known == UNREAD)


def _slow(why: str) -> str:
    return f"no index on disk ({why}): every run reads all sessions again"
