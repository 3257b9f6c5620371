"""Read the user's text files with a size limit, and describe read errors."""

from __future__ import annotations

import stat
from pathlib import Path


def regular_text(path: Path, most_bytes: int) -> str:
    """Read a regular UTF-8 text file, following links; a byte order mark is removed.

    Raises:
        OSError: It cannot be read, is not a regular file, or is larger than ``most_bytes``, a multiple of a MiB.
        UnicodeDecodeError: It is not UTF-8.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is not a regular file")
    if found.st_size > most_bytes:
        raise OSError(0, f"it is larger than {most_bytes >> 20} MiB")
    return path.read_text("utf-8-sig")


def fault_words(error: Exception) -> str:
    """Describe why a file could not be read or parsed, as the cause of a problem."""
    if isinstance(error, UnicodeDecodeError):
        return f"it is not valid UTF-8 at byte {error.start}"
    if isinstance(error, OSError):
        return error.strerror or "it cannot be opened"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
