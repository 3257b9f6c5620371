"""Reads files that the user names on the command line or in a slash command."""

from __future__ import annotations

import stat
from typing import Final

from chat_tui.disk.named import expanded
from chat_tui.domain.problems import Problem, ProblemError

READ_LIMIT: Final = 16 * 1024 * 1024
"""Maximum size of a text in bytes; more than any service accepts."""
BYTES_LIMIT: Final = 512 * 1024 * 1024
"""Maximum size in bytes of a file with many conversations."""


def read_text(name: str) -> str:
    """Read a regular UTF-8 text file, with line endings normalised to newlines.

    Raises:
        ProblemError: The file cannot be read; names it and the reason.
    """
    try:
        text = read_bytes(name, READ_LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemError(Problem(kind="usage", what=f"{name} is not UTF-8 text")) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(name: str, limit: int = BYTES_LIMIT) -> bytes:
    """Read a regular file of at most ``limit`` bytes.

    Raises:
        ProblemError: The file cannot be read; names it and the reason.
    """
    if not name:
        raise ProblemError(Problem(kind="usage", what="No file name given", hint="Put it after the @."))
    try:
        path = expanded(name)
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise ProblemError(Problem(kind="usage", what=f"{name} is not a regular file"))
        if facts.st_size > limit:
            raise ProblemError(Problem(kind="usage", what=f"{name} is larger than {limit >> 20} MiB"))
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ProblemError(Problem(kind="usage", what=f"Cannot read {name}", why=why)) from None
