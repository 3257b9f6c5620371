"""Create and replace files and folders that only the user can access, from the moment they exist."""

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
    """The path is not a regular file; ``strerror`` says what it is."""


def ensure_private_folder(folder: Path) -> None:
    """Create a folder and its missing parents with mode 0700, whatever the umask; existing ones are unchanged.

    Raises:
        OSError: It cannot be created, or the path is not a folder.
    """
    for step in (*reversed(folder.parents), folder):
        if not step.exists():
            step.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def create_private(path: Path, flags: int) -> int:
    """Create a file with mode 0600 and return its descriptor. A missing folder is created.

    Args:
        path: Must not exist.
        flags: ``os.O_WRONLY`` or ``os.O_RDWR``, with ``os.O_APPEND`` as needed.

    Raises:
        OSError: ``FileExistsError`` if the path exists, even as a dangling link.
    """
    ensure_private_folder(path.parent)
    return os.open(path, flags | os.O_CREAT | os.O_EXCL | _SAFE, FILE_MODE)


def open_regular(path: Path, flags: int) -> int:
    """Open an existing regular file and return its descriptor; never blocks on a named pipe, never follows a link.

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
    """Replace a file's content atomically: readers see the old or the new text, even after a crash. Its mode is 0600.

    Raises:
        OSError: The text could not be written; the old file is unchanged.
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
    """Write every byte, with a single ``write()`` unless the system accepts less at once.

    Raises:
        OSError: Some of the bytes may have been written.
    """
    written = os.write(descriptor, data)
    while written < len(data):
        written += os.write(descriptor, memoryview(data)[written:])


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk, so that a new file survives a power loss.

    Raises:
        OSError: The file system does not support it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_irregular(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "not a regular file")
        raise NotAFileError(errno.EINVAL, f"It is {kind}", str(path))
