"""Opens the file of a journal: creates it, or reopens it after repairing its end."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from chat_tui.disk.private import create_private, open_regular
from chat_tui.storage.tail import mend_tail

SUFFIX: Final = ".jsonl"
_FLAGS: Final = os.O_RDWR | os.O_APPEND
_TRIES: Final = 100


class NewFile:
    """A file to be created exclusively.

    Args:
        folder: The folder in which a name is generated.
        path: The path, if the user gave one.
        now_s: Returns seconds since the epoch, for the generated name.
    """

    def __init__(self, folder: Path, path: Path | None, now_s: Callable[[], float]) -> None:
        self._folder = folder
        self._own_name = path is None
        self._now_s = now_s
        self.path = path or self._another_path()

    def open(self) -> int:
        """Create the file and return a descriptor for reading and appending; a taken generated name is replaced.

        Raises:
            OSError: The file cannot be created.
        """
        for _ in range(_TRIES):
            try:
                return create_private(self.path, _FLAGS)
            except FileExistsError:
                if not self._own_name:
                    raise
                self.path = self._another_path()
        raise FileExistsError(None, "No free file name", str(self._folder))

    def _another_path(self) -> Path:
        moment = datetime.fromtimestamp(self._now_s(), UTC)
        return self._folder / f"{moment:%Y%m%d-%H%M%S}-{os.urandom(2).hex()}{SUFFIX}"


class ExistingFile:
    """An existing session file."""

    def __init__(self, path: Path, now_s: Callable[[], float]) -> None:
        self.path = path
        self._now_s = now_s

    def open(self) -> int:
        """Return a descriptor for reading and appending, after moving a torn last line aside.

        Raises:
            OSError: The file cannot be opened or repaired.
        """
        descriptor = open_regular(self.path, _FLAGS)
        try:
            locked = lock(descriptor)
            try:
                mend_tail(descriptor, self.path, self._now_s())
            finally:
                unlock(descriptor, locked=locked)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor


def lock(descriptor: int) -> bool:
    """Acquire an exclusive lock on a file, waiting for it; return False if the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        return False
    return True


def unlock(descriptor: int, *, locked: bool) -> None:
    """Release the lock, if it was acquired."""
    if locked:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
