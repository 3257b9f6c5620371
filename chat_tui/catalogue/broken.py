"""Report faults in the packaged data as problems that name file and key, never as a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

from chat_tui.domain.problems import Problem, ProblemError


def refuse(what: str, where: str, key: str, fault: str) -> NoReturn:
    """Raise a problem about a fault in the data.

    Args:
        what: Which data: ``catalogue``, ``forms``.
        where: The file, and the table in it if known.
        key: The faulty key; empty: the table as a whole.
        fault: The fault in one clause.

    Raises:
        ProblemError: Always.
    """
    name = f", key {key}" if key else ""
    verb = "are" if what.endswith("s") else "is"
    raise ProblemError(
        Problem(
            kind="internal",
            what=f"The {what} {verb} damaged: {where}{name}",
            why=fault,
            hint="Reinstall chat-tui.",
        )
    )


def read_toml(what: str, file: Path, where: str) -> dict[str, Any]:
    """Parse a TOML file.

    Raises:
        ProblemError: The file is missing, or not TOML.
    """
    import tomllib  # not needed at start-up if the parsed tables are cached

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        refuse(what, where, "", error.strerror or "cannot be read")
    except ValueError as error:
        refuse(what, where, "", str(error))
