"""Paths as a user names them, with ``~`` for a home folder."""

from __future__ import annotations

import errno
from pathlib import Path


def expanded(name: str) -> Path:
    """The path of a name in which ``~`` or ``~USER`` may stand for a home folder.

    Raises:
        OSError: There is no such user, or no home folder.
    """
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise FileNotFoundError(errno.ENOENT, "There is no such home folder", name) from None
