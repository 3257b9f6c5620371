"""Repairs the end of a session file after a crash: a torn last line is copied aside and truncated."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from chat_tui.disk.private import create_private, write_all
from chat_tui.storage.lines import decode

_BLOCK: Final = 1 << 16
_MOST_READ: Final = 1 << 28


def mend_tail(descriptor: int, path: Path, now_s: float) -> Path | None:
    """Prepare the end of a file for the next record.

    A last line without a readable record is copied to ``NAME.torn-TIME`` beside the file and truncated. One with a
    record but without a newline gets the newline.

    Args:
        descriptor: Open for reading and appending, and locked.
        path: The path of the same file.
        now_s: Seconds since the epoch.

    Returns:
        The path of the copy, or None.

    Raises:
        OSError: Nothing was truncated.
    """
    size = os.fstat(descriptor).st_size
    start = _line_start(descriptor, size)
    if start == size:
        return None
    if size - start <= _MOST_READ:
        line = os.pread(descriptor, size - start, start)
        found = decode(line)
        if found.records or (found.whole and line.endswith(b"\n")):
            if not line.endswith(b"\n"):
                write_all(descriptor, b"\n")
            return None
    copy = _copied(descriptor, start, size, path, now_s)
    os.ftruncate(descriptor, start)
    return copy


def _line_start(descriptor: int, size: int) -> int:
    """Return the offset at which the last line begins, whether or not it ends in a newline."""
    end = max(0, size - 1)
    while end > 0:
        begin = max(0, end - _BLOCK)
        newline = os.pread(descriptor, end - begin, begin).rfind(b"\n")
        if newline >= 0:
            return begin + newline + 1
        end = begin
    return 0


def _copied(descriptor: int, start: int, size: int, path: Path, now_s: float) -> Path:
    stamp = datetime.fromtimestamp(now_s, UTC).strftime("%Y%m%d-%H%M%S")
    copy, number = path.with_name(f"{path.name}.torn-{stamp}"), 1
    while os.path.lexists(copy):
        number += 1
        copy = path.with_name(f"{path.name}.torn-{stamp}-{number}")
    target = create_private(copy, os.O_WRONLY)
    try:
        for place in range(start, size, _BLOCK):
            write_all(target, os.pread(descriptor, min(_BLOCK, size - place), place))
        os.fsync(target)
    except OSError:
        copy.unlink(missing_ok=True)
        raise
    finally:
        os.close(target)
    return copy
