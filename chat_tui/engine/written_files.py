"""Text files that a user names to be written."""

from __future__ import annotations

import os
from pathlib import Path

from chat_tui.disk.named import expanded
from chat_tui.disk.private import write_private
from chat_tui.domain.problems import Problem, ProblemError


def is_taken(name: str) -> bool:
    """Whether anything, even a dangling link, has that name; nothing has a name that cannot be one."""
    try:
        return os.path.lexists(expanded(name))
    except (OSError, ValueError):
        return False


def write_text(name: str, text: str | bytes, *, overwrite: bool = False) -> Path:
    """Write a text as one step, for this user alone (0600): the file is there whole, or as it was before.

    Args:
        name: Relative to the current directory; ``~`` is the user's home. Its folder must be there.
        text: Lone surrogates become question marks; bytes are written as they are.
        overwrite: Replace what has that name.

    Returns:
        The file.

    Raises:
        ProblemError: Names the file and why it was not written.
    """
    try:
        path = expanded(name)
        if is_taken(name) and not overwrite:
            raise ProblemError(Problem(kind="usage", what=f"{name} exists already", hint="Choose another name."))
        if path.is_dir():
            raise ProblemError(Problem(kind="usage", what=f"{name} is a folder"))
        if not path.parent.is_dir():
            raise ProblemError(Problem(kind="usage", what=f"There is no folder {path.parent}"))
        write_private(path, text)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ProblemError(Problem(kind="usage", what=f"Cannot write {name}", why=why)) from None
    return path
