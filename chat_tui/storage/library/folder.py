"""Lists the session files of a folder with their stamps, newest first."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from chat_tui.storage.library.surveying import Stamp, stamp_of
from chat_tui.storage.session_files import SUFFIX


def session_files(folder: Path) -> dict[str, Stamp]:
    """Return a folder's regular files with a session's suffix, last modified first; empty if it does not exist."""
    found: list[tuple[str, Stamp]] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False):
                    found.append((entry.name, stamp_of(entry.stat(follow_symlinks=False))))
    found.sort(key=lambda each: (each[1].modified_ns, each[0]), reverse=True)
    return dict(found)
