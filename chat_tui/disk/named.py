"""Expand ``~`` in paths supplied by the user."""

from __future__ import annotations

import errno
from pathlib import Path


def expanded(name: str) -> Path:
    """Return a path with a leading ``~`` or ``~USER`` expanded to the home folder.

    Raises:
        OSError: There is no such user, or no home folder.
    """
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise FileNotFoundError(errno.ENOENT, "No such home folder", name) from None
