"""Resolves the path that a user gives for a session file."""

from __future__ import annotations

from pathlib import Path

from chat_tui.disk.named import expanded
from chat_tui.domain.problems import Problem, ProblemError


def given_path(name: str) -> Path:
    """Return the path of a session file to be written, with ``~`` expanded.

    Raises:
        ProblemError: The path starts with the home folder of an unknown user.
    """
    try:
        return expanded(name)
    except OSError as error:
        raise ProblemError(Problem(kind="session", what=f"Cannot write {name}", why=error.strerror or "")) from None
