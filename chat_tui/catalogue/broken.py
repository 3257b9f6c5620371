"""Broken data that comes with the program: named by file and key, never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

from chat_tui.domain.problems import Problem, ProblemError


def refuse(what: str, where: str, key: str, fault: str) -> NoReturn:
    """Raise the problem of one fault in the data.

    Args:
        what: Whose data: ``catalogue``, ``forms``.
        where: The file, and the table in it where that is known.
        key: The key at fault; empty: the table as a whole.
        fault: In a clause.

    Raises:
        ProblemError: Always.
    """
    name = f", key {key}" if key else ""
    verb = "are" if what.endswith("s") else "is"
    raise ProblemError(
        Problem(
            kind="internal",
            what=f"The {what} {verb} broken: {where}{name}",
            why=fault,
            hint="Install chat-tui again.",
        )
    )


def read_toml(what: str, file: Path, where: str) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        ProblemError: It is missing, or not TOML.
    """
    import tomllib  # a start that finds the parsed tables does without

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        refuse(what, where, "", error.strerror or "cannot be read")
    except ValueError as error:
        refuse(what, where, "", str(error))
