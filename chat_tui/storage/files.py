"""Files and folders for this user alone, from the moment they exist."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def ensure_private_folder(folder: Path) -> Path:
    """Make a folder and its missing parents, 0700 from the start whatever the umask; existing ones stay as they are."""
    for step in (*reversed(folder.parents), folder):
        if not step.exists():
            step.mkdir(mode=FOLDER_MODE, exist_ok=True)
    return folder


def open_private(path: Path, flags: int) -> int:
    """A descriptor of a file that is made 0600 if it is made; symbolic links are not followed.

    Raises:
        OSError: As ``os.open``.
    """
    ensure_private_folder(path.parent)
    return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)


def write_private(path: Path, text: str) -> None:
    """Replace a file's text as one step: readers see the old text or the new, also after a crash.

    Raises:
        OSError: The text could not be written; the old file is as it was.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = open_private(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def write_all(descriptor: int, data: bytes) -> int:
    """Write every byte; how many were written when the disk refuses the rest (an ``OSError`` is then the reason).

    Returns:
        ``len(data)``, or fewer when a write failed half-way.

    Raises:
        OSError: Nothing at all could be written.
    """
    done = 0
    while done < len(data):
        try:
            done += os.write(descriptor, data[done:])
        except OSError:
            if done:
                return done
            raise
    return done
