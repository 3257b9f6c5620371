"""Builds the command line that runs a tool's command under its guard."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chat_tui.domain.tool_definitions import ENVIRONMENT

_GUARD: Final = Path(__file__).with_name("guard.py")
_PAST: Final = -1
START: Final = b"\n"
"""What the guard waits for on its line before it starts the command."""

GIVEN_UP: Final = 0
"""Permissions of the file that receives standard error, at which the guard kills everything."""


def guarded(program: str, argv: Sequence[str], *, line: int = -1, limit: int = _PAST) -> tuple[str, ...]:
    """Return the command line to start, as a session leader, in place of a command.

    Args:
        program: The file to run.
        argv: Its arguments, starting with its name.
        line: An inherited socket: ``START`` comes in, the reason goes out if the command cannot be started.
        limit: Bytes of output after which the command is killed; by default output bypasses the guard.
    """
    facts = (str(os.getpid()), str(line), ",".join(ENVIRONMENT), str(limit))
    return (sys.executable, "-I", "-S", str(_GUARD), *facts, program, *argv)


def program_file(word: str, folder: str, path: str | None) -> str | None:
    """Resolve a program: relative to the definition's folder if its name contains a slash, else in ``PATH``."""
    if "/" in word:
        found = Path(folder, word)
        return str(found) if found.is_file() else None
    return shutil.which(word, path=path or os.defpath)
