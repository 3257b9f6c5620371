"""Files and folders for this user alone, from the moment they exist."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
_SAFE: Final = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_KINDS: Final = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotAFileError(OSError):
    """What stands there is no regular file; ``strerror`` says what it is."""


def ensure_private_folder(folder: Path) -> None:
    """Make a folder and its missing parents, 0700 from the start whatever the umask; existing ones stay as they are.

    Raises:
        OSError: It cannot be made, or something else has its name.
    """
    for step in (*reversed(folder.parents), folder):
        if not step.exists():
            step.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def create_private(path: Path, flags: int) -> int:
    """A descriptor of a new file, 0600. Its folder is made where it is missing.

    Args:
        path: Nothing may have that name.
        flags: ``os.O_WRONLY`` or ``os.O_RDWR``, with ``os.O_APPEND`` as needed.

    Raises:
        OSError: ``FileExistsError`` where anything, even a dangling link, has that name.
    """
    ensure_private_folder(path.parent)
    return os.open(path, flags | os.O_CREAT | os.O_EXCL | _SAFE, FILE_MODE)


def open_regular(path: Path, flags: int) -> int:
    """A descriptor of an existing regular file; never waits for a named pipe, never follows a link.

    Raises:
        NotAFileError: It is a folder, link, pipe, socket or device.
        OSError: It is missing, or may not be opened that way.
    """
    _refuse_irregular(path, path.lstat().st_mode)
    descriptor = os.open(path, flags | _SAFE)
    try:
        _refuse_irregular(path, os.fstat(descriptor).st_mode)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def write_private(path: Path, text: str | bytes) -> None:
    """Replace a file's text as one step: readers see the old text or the new, also after a crash. Its mode is 0600.

    Raises:
        OSError: The text could not be written; the old file is as it was.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    descriptor = create_private(temporary, os.O_WRONLY)
    try:
        try:
            write_all(descriptor, text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte, with one ``write()`` unless the system takes less at once.

    Raises:
        OSError: Some of the bytes may have been written.
    """
    written = os.write(descriptor, data)
    while written < len(data):
        written += os.write(descriptor, memoryview(data)[written:])


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to the disk, so that a new file is found after a power loss.

    Raises:
        OSError: Not every file system can.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_irregular(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "no regular file")
        raise NotAFileError(errno.EINVAL, f"It is {kind}", str(path))
