"""The command line that runs a tool's command under its guard."""

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


def guarded(program: str, argv: Sequence[str], *, report: int = -1, limit: int = _PAST) -> tuple[str, ...]:
    """What is to be started, as the leader of a session, in place of a command.

    Args:
        program: The file that is run.
        argv: Its words, its name first.
        report: A descriptor that is passed on: why the command could not be started is written there.
        limit: Bytes of output after which the command is ended; by default the output is not looked at.
    """
    facts = (str(os.getpid()), str(report), ",".join(ENVIRONMENT), str(limit))
    return (sys.executable, "-I", "-S", str(_GUARD), *facts, program, *argv)


def program_file(word: str, folder: str, path: str | None) -> str | None:
    """The file of a program: beside the definition where its name has a slash, else as ``PATH`` has it."""
    if "/" in word or os.sep in word:
        found = Path(folder, word)
        return str(found) if found.is_file() else None
    return shutil.which(word, path=path or os.defpath)
