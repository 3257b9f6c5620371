"""Writes files that the user names."""

from __future__ import annotations

import os
from pathlib import Path

from chat_tui.disk.named import expanded
from chat_tui.disk.private import write_private
from chat_tui.domain.problems import Problem, ProblemError


def is_taken(name: str) -> bool:
    """Whether a path exists, including as a dangling link; False for an invalid name."""
    try:
        return os.path.lexists(expanded(name))
    except (OSError, ValueError):
        return False


def write_text(name: str, text: str | bytes, *, overwrite: bool = False) -> Path:
    """Write a file atomically, readable by this user alone (0600): it has its new or its previous content.

    Args:
        name: Relative to the current directory; ``~`` is the user's home. Its folder must exist.
        text: Lone surrogates become question marks; bytes are written unchanged.
        overwrite: Replace an existing file.

    Returns:
        The path of the file.

    Raises:
        ProblemError: The file was not written; names it and the reason.
    """
    try:
        path = expanded(name)
        if is_taken(name) and not overwrite:
            raise ProblemError(Problem(kind="usage", what=f"{name} already exists", hint="Choose another name."))
        if path.is_dir():
            raise ProblemError(Problem(kind="usage", what=f"{name} is a folder"))
        if not path.parent.is_dir():
            raise ProblemError(Problem(kind="usage", what=f"The folder {path.parent} does not exist"))
        write_private(path, text)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ProblemError(Problem(kind="usage", what=f"Cannot write {name}", why=why)) from None
    return path
