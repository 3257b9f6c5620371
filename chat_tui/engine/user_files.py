"""Text files that a user names: on the command line or in a slash command."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

from chat_tui.domain.problems import Problem, ProblemError

READ_LIMIT: Final = 16 * 1024 * 1024
"""Bytes; more than any service takes."""


def read_text(name: str) -> str:
    """The text of a regular file.

    Raises:
        ProblemError: Names the file and why it cannot be read.
    """
    path = Path(name).expanduser()
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise ProblemError(Problem(kind="usage", what=f"{name} is not a regular file"))
        if facts.st_size > READ_LIMIT:
            raise ProblemError(Problem(kind="usage", what=f"{name} is larger than 16 MiB"))
        return path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise ProblemError(Problem(kind="usage", what=f"{name} is not UTF-8 text")) from None
        why = getattr(error, "strerror", None) or str(error)
        raise ProblemError(Problem(kind="usage", what=f"Cannot read {name}", why=why)) from None


BYTES_LIMIT: Final = 512 * 1024 * 1024
"""Bytes of a file that holds many conversations."""


def read_bytes(name: str) -> bytes:
    """What is in a regular file.

    Raises:
        ProblemError: Names the file and why it cannot be read.
    """
    try:
        path = Path(name).expanduser()
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise ProblemError(Problem(kind="usage", what=f"{name} is not a regular file"))
        if facts.st_size > BYTES_LIMIT:
            raise ProblemError(Problem(kind="usage", what=f"{name} is larger than 512 MiB"))
        return path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ProblemError(Problem(kind="usage", what=f"Cannot read {name}", why=why)) from None
