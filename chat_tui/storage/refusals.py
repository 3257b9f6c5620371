"""Stores the parameters that services refused, in one small file."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeAlias

from chat_tui.disk.private import create_private, open_regular, write_private
from chat_tui.domain.json_values import Json, dump_json, parse_json
from chat_tui.domain.knowledge import Refusal
from chat_tui.storage.session_files import lock, unlock

MOST: Final = 2_000
"""Maximum number of stored refusals; the oldest are dropped first."""
_MOST_BYTES: Final = 8 << 20

_Key: TypeAlias = tuple[str, str, str]
_Table: TypeAlias = dict[_Key, Refusal]
_Change: TypeAlias = Callable[[_Table], None]


class FileRefusals:
    """Refusals by base URL and model. Changes made by other processes are merged.

    An unreadable file counts as empty. If the file cannot be written, changes last until the program ends.
    """

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / "refusals.json"
        self._lock_path = state_dir / "refusals.lock"
        self._stamp: tuple[int, int, int] | None = None
        self._table: _Table = {}
        self._unwritten: list[_Change] = []

    def of(self, base_url: str, model: str) -> Mapping[str, Refusal]:
        """Return the refusals by wire name."""
        self._refresh()
        return {
            name: refusal for (url, owner, name), refusal in self._table.items() if (url, owner) == (base_url, model)
        }

    def remember(self, base_url: str, model: str, refusal: Refusal) -> None:
        """Store a refusal, replacing an older one for the same parameter."""
        key = (base_url, model, refusal.name)

        def put(table: _Table) -> None:
            table.pop(key, None)
            table[key] = refusal
            for oldest in list(table)[: max(0, len(table) - MOST)]:
                del table[oldest]

        self._change(put)

    def forget(self, base_url: str, model: str, names: Collection[str]) -> None:
        """Remove the refusals of these parameters, after a request with them succeeded."""
        gone = [(base_url, model, name) for name in names if name in self.of(base_url, model)]

        def drop(table: _Table) -> None:
            for key in gone:
                table.pop(key, None)

        if gone:
            self._change(drop)

    def _change(self, change: _Change) -> None:
        """Apply a change to the file's current contents, under a lock, and write it back."""
        self._unwritten.append(change)
        with self._locked():
            self._refresh(anew=True)
            with suppress(OSError):
                write_private(self._path, _text(self._table))
                self._unwritten.clear()
                self._stamp = self._seen()

    def _refresh(self, *, anew: bool = False) -> None:
        """Read the file if it has changed; unwritten changes are applied on top."""
        stamp = self._seen()
        if not anew and stamp == self._stamp:
            return
        self._stamp, self._table = stamp, self._read()
        for change in self._unwritten:
            change(self._table)

    def _seen(self) -> tuple[int, int, int] | None:
        try:
            state = self._path.stat()
        except OSError:
            return None
        return state.st_ino, state.st_mtime_ns, state.st_size

    def _read(self) -> _Table:
        try:
            with os.fdopen(open_regular(self._path, os.O_RDONLY), "rb") as file:
                kept = parse_json(file.read(_MOST_BYTES).decode())
        except (OSError, ValueError):
            return {}
        entries = kept.get("refusals") if isinstance(kept, dict) else None
        found = map(_read_entry, entries[-MOST:] if isinstance(entries, list) else ())
        return dict(each for each in found if each is not None)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            descriptor = self._opened()
        except OSError:
            yield
            return
        try:
            locked = lock(descriptor)
            try:
                yield
            finally:
                unlock(descriptor, locked=locked)
        finally:
            os.close(descriptor)

    def _opened(self) -> int:
        try:
            return create_private(self._lock_path, os.O_RDWR)
        except FileExistsError:
            return open_regular(self._lock_path, os.O_RDWR)


def _read_entry(entry: Json) -> tuple[_Key, Refusal] | None:
    """Parse one entry of the file; None if it is damaged."""
    match entry:
        case {
            "base_url": str() as url,
            "model": str() as model,
            "name": str() as name,
            "status": int() as status,
            "words": str() as words,
            "at_ms": int() as at_ms,
        }:
            return (url, model, name), Refusal(name=name, status=status, words=words, at_ms=at_ms)
    return None


def _text(table: _Table) -> str:
    """Serialise the table, oldest first."""
    entries: list[Json] = [
        {
            "base_url": url,
            "model": model,
            "name": name,
            "status": refusal.status,
            "words": refusal.words,
            "at_ms": refusal.at_ms,
        }
        for (url, model, name), refusal in table.items()
    ]
    return dump_json({"refusals": entries}, indent=1) + "\n"
