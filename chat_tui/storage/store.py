"""The session store: creates, finds, opens and lists sessions."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chat_tui.disk.named import expanded
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.storage.given import given_path

if TYPE_CHECKING:
    from chat_tui.domain.session import Session, SessionSummary
    from chat_tui.storage.journal import FileJournal, UnkeptJournal

_SUFFIX: Final = ".jsonl"
_MOST_LISTED: Final = 5
_FEW: Final = 3
"""Up to this many files are read directly, since opening the index would take longer."""


class FileSessionStore:
    """Session files in one folder, and anywhere else by path.

    Args:
        data_dir: Sessions are in its folder ``sessions``, created with mode 0700 with the first session.
        now_s: Returns seconds since the epoch; also used by other writers of session files.
    """

    def __init__(self, data_dir: Path, *, now_s: Callable[[], float] = time.time) -> None:
        self._data_dir = data_dir
        self._folder = data_dir / "sessions"
        self.now_s = now_s

    def create(self, *, keep: bool = True, path: str | None = None) -> FileJournal | UnkeptJournal:
        """Create a session; its file is created by the first record, or never with ``keep=False``.

        Raises:
            ProblemError: ``path`` starts with the home folder of an unknown user.
        """
        from chat_tui.storage.journal import FileJournal, UnkeptJournal
        from chat_tui.storage.session_files import NewFile

        if not keep:
            return UnkeptJournal()
        given = given_path(path) if path else None
        return FileJournal(NewFile(self._folder, given, self.now_s), self.now_s)

    def find(self, name: str) -> str:
        """Return the file of a session given by path, id, unique id prefix, or title.

        Raises:
            ProblemError: Not exactly one session matches.
        """
        found = self.find_or_none(name)
        if found is None:
            hint = "List all sessions with: chat-tui sessions list"
            raise ProblemError(Problem(kind="session", what=f"There is no session {name!r}", hint=hint))
        return found

    def find_or_none(self, name: str) -> str | None:
        """Like ``find``, but return None when nothing matches.

        A name is treated as a path outside the sessions folder only if it contains a separator or ends in ``.jsonl``.

        Raises:
            ProblemError: Several sessions match.
        """
        if (os.sep in name or name.endswith(_SUFFIX)) and (found := _existing(name)):
            return found
        stem = name.removesuffix(_SUFFIX)
        names = self._names()
        by_id = [each for each in names if each == f"{stem}{_SUFFIX}"]
        by_id = by_id or [each for each in names if name and each.removesuffix(_SUFFIX).startswith(name)]
        ids = [self._folder / each for each in by_id]
        matching = ids if len(ids) == 1 else self._titled(name) or ids
        if len(matching) > 1:
            listed = ", ".join(path.stem for path in matching[:_MOST_LISTED])
            more = f" and {len(matching) - _MOST_LISTED} more" if len(matching) > _MOST_LISTED else ""
            raise ProblemError(
                Problem(kind="session", what=f"{name!r} matches several sessions", hint=f"Give one of: {listed}{more}.")
            )
        return str(matching[0]) if matching else None

    def load(self, path: str) -> Session:
        """Fold a session file.

        Raises:
            ProblemError: The file is missing, cannot be read, or is not a session.
        """
        from chat_tui.storage.reading import read_session

        return read_session(Path(path))

    def append_to(self, path: str) -> FileJournal:
        """Open for appending, after moving a torn last line aside.

        For a file that cannot be written, returns a journal whose ``problem`` says why and which keeps trying.

        Raises:
            ProblemError: The file is missing, cannot be read, is not a session, or was written by a newer version.
        """
        from chat_tui.storage.journal import FileJournal
        from chat_tui.storage.reading import refuse_foreign
        from chat_tui.storage.session_files import ExistingFile

        refuse_foreign(Path(path))
        journal = FileJournal(ExistingFile(Path(path), self.now_s), self.now_s)
        journal.open()
        return journal

    def recent(self, limit: int | None = None) -> list[SessionSummary]:
        """Return summaries, last modified first; only files within the limit and not in the index are opened."""
        from chat_tui.storage.library.folder import session_files
        from chat_tui.storage.library.peek import INDEX, fresh_surveys
        from chat_tui.storage.library.surveying import summary_of
        from chat_tui.storage.summaries import summary

        files = dict(islice(session_files(self._folder).items(), limit))
        known = fresh_surveys(self._data_dir / INDEX, files) if len(files) > _FEW else {}
        found: list[SessionSummary] = []
        for name, stamp in files.items():
            path, modified_s = f"{self._folder}{os.sep}{name}", stamp.modified_ns / 1e9
            if name in known:
                found.append(summary_of(path, known[name], modified_s=modified_s, size=stamp.size))
            else:
                found.append(summary(Path(path), modified_s))
        return found

    def _names(self) -> list[str]:
        """Return the names of the session files, last modified first."""
        from chat_tui.storage.library.folder import session_files

        return [*session_files(self._folder)]

    def _titled(self, name: str) -> list[Path]:
        return [Path(each.path) for each in self.recent() if each.title == name] if name else []


def _existing(name: str) -> str | None:
    try:
        path = expanded(name)
        return str(path) if path.exists() else None
    except (OSError, ValueError):
        return None
