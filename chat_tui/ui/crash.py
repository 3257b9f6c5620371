"""Crash reports: a private file with the traceback's locations, never with values."""

from __future__ import annotations

import os
import platform
import re
import sys
import traceback
from pathlib import Path
from typing import Final

from chat_tui import __version__
from chat_tui.domain.literal import visible

_KEY_LIKE: Final = re.compile(r"[A-Za-z0-9_\-+=]{16,}")
_MESSAGE_LIMIT: Final = 300


def report(error: BaseException) -> str:
    """Return the text of a crash file: versions, then each error of the chain with its stack frames.

    It contains no local variables, and anything in a message that could be a key is masked.
    """
    lines = [
        f"chat-tui {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        "",
    ]
    for link in _chain(error):
        lines += [entry.rstrip("\n") for entry in traceback.format_tb(link.__traceback__)]
        lines += [f"{type(link).__module__}.{type(link).__qualname__}: {_harmless(str(link))}", ""]
    return "\n".join(lines)


def write_report(error: BaseException, folder: Path | None, stamp: str) -> Path | None:
    """Write the crash file with mode 0600 into ``folder``; return None without a folder or if it cannot be written."""
    if folder is None:
        return None
    path = folder / f"crash-{stamp}-{os.getpid()}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(report(error))
    except OSError:
        return None
    return path


def sentence(session: str | None, file: Path | None) -> str:
    """Return the line printed after the terminal is restored."""
    saved = f"the session is saved in {session}" if session else "no session file had been created"
    details = f"crash details are in {file}" if file else "no crash file could be written"
    return visible(f"chat-tui: ended by an internal error; {saved}; {details}")


def tell(text: str) -> None:
    """Print a line on standard error; a closed terminal is ignored."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    here: BaseException | None = error
    while here is not None and here not in links:
        links.append(here)
        here = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
    return links[::-1]


def _harmless(message: str) -> str:
    return _KEY_LIKE.sub("***", visible(message[:_MESSAGE_LIMIT]))
