"""How the file of a journal comes to be: made new, or opened again with its end mended."""

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
    """A file that nothing else may have made.

    Args:
        folder: Where it gets a name of its own.
        path: Its path, where the user gave one.
        now_s: Seconds since the epoch; they are in the name.
    """

    def __init__(self, folder: Path, path: Path | None, now_s: Callable[[], float]) -> None:
        self._folder = folder
        self._own_name = path is None
        self._now_s = now_s
        self.path = path or self._another_path()

    def open(self) -> int:
        """A descriptor for reading and appending. A name of our own that is taken is replaced by another.

        Raises:
            OSError: It cannot be made.
        """
        for _ in range(_TRIES):
            try:
                return create_private(self.path, _FLAGS)
            except FileExistsError:
                if not self._own_name:
                    raise
                self.path = self._another_path()
        raise FileExistsError(None, "Every name is taken", str(self._folder))

    def _another_path(self) -> Path:
        moment = datetime.fromtimestamp(self._now_s(), UTC)
        return self._folder / f"{moment:%Y%m%d-%H%M%S}-{os.urandom(2).hex()}{SUFFIX}"


class ExistingFile:
    """A session file that is there."""

    def __init__(self, path: Path, now_s: Callable[[], float]) -> None:
        self.path = path
        self._now_s = now_s

    def open(self) -> int:
        """A descriptor for reading and appending; a torn last line has been moved aside.

        Raises:
            OSError: It cannot be opened or mended.
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
    """Wait for, and take, the lock on a file; False where its file system has none."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        return False
    return True


def unlock(descriptor: int, *, locked: bool) -> None:
    """Give the lock back, if it was taken."""
    if locked:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
