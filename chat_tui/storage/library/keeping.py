"""Operations on stored sessions: rename, label, copy, move to the trash and restore."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chat_tui import __version__
from chat_tui.disk.private import create_private, open_regular
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.records import label_record, session_record, title_record
from chat_tui.storage.library.folder import session_files
from chat_tui.storage.session_files import SUFFIX, NewFile, lock, unlock

if TYPE_CHECKING:
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.domain.session import SessionSummary
    from chat_tui.storage.store import FileSessionStore

_MOST_LISTED: Final = 5


class SessionKeeping:
    """Changes session files only by appending; files are moved, never deleted, and never overwrite another.

    Args:
        data_dir: Its folder ``sessions`` contains the sessions, its folder ``trash`` the deleted ones.
        store: Opens session files.
    """

    def __init__(self, data_dir: Path, store: FileSessionStore) -> None:
        self._folder = data_dir / "sessions"
        self._trash = data_dir / "trash"
        self._store = store

    def rename(self, path: str, title: str) -> None:
        """Set a session's title.

        Raises:
            ProblemError: The file cannot be appended to.
        """
        self._append(path, title_record(title))

    def label(
        self,
        path: str,
        *,
        tags: Sequence[str] | None = None,
        starred: bool | None = None,
        archived: bool | None = None,
    ) -> None:
        """Change the labels of a session; None leaves one unchanged.

        Raises:
            ProblemError: The file cannot be appended to.
        """
        self._append(path, label_record(tags=tags, starred=starred, archived=archived))

    def delete(self, path: str) -> str:
        """Move a session to the trash and return its new path. A program that has it open continues to write there.

        Raises:
            ProblemError: The session is not in the sessions folder, or cannot be moved.
        """
        source = Path(path)
        if source.parent.absolute() != self._folder.absolute():
            raise ProblemError(
                Problem(
                    kind="session",
                    what=f"{path} is not in the sessions folder",
                    hint="Only sessions in that folder can be moved to the trash; delete other files yourself.",
                )
            )
        return str(_moved(source, self._trash, "delete"))

    def restore(self, name: str) -> str:
        """Restore a session from the trash by id, id prefix, title or path; return its new path.

        Raises:
            ProblemError: Not exactly one session matches, its path is taken, or it cannot be moved.
        """
        source = self._in_trash(name)
        target = self._folder / source.name
        if os.path.lexists(target):
            raise ProblemError(
                Problem(kind="session", what=f"Cannot restore {source.stem}", why=f"{target} already exists")
            )
        return str(_moved(source, self._folder, "restore"))

    def trashed(self) -> list[SessionSummary]:
        """Return the sessions in the trash, last modified first."""
        from chat_tui.storage.summaries import summary

        found = session_files(self._trash)
        return [summary(self._trash / name, stamp.modified_ns / 1e9) for name, stamp in found.items()]

    def duplicate(self, path: str) -> str:
        """Copy a session under a new id and return the copy's path. The contents are otherwise the same, line by line.

        Raises:
            ProblemError: The file cannot be read, is not a session, or the copy cannot be written.
        """
        self._store.load(path)
        try:
            return str(self._copied(Path(path)))
        except OSError as error:
            raise ProblemError(
                Problem(kind="session", what=f"Cannot copy {path}", why=error.strerror or type(error).__name__)
            ) from None

    def _append(self, path: str, record: JsonObject) -> None:
        """Append a record, preserving the modification time: lists are sorted by the time of the last message."""
        journal = self._store.append_to(path)
        modified_ns = _modified_ns(path)
        if journal.problem is None:
            journal.append(record)
        problem = journal.problem
        journal.close()
        if modified_ns is not None:
            with suppress(OSError):
                os.utime(path, ns=(modified_ns, modified_ns), follow_symlinks=False)
        if problem is not None:
            raise ProblemError(Problem(kind="session", what=f"Cannot write to {path}", why=problem))

    def _in_trash(self, name: str) -> Path:
        if os.sep in name and Path(name).parent.absolute() == self._trash.absolute():
            name = Path(name).name
        stem = name.removesuffix(SUFFIX)
        found = [*session_files(self._trash)]
        matching = [each for each in found if each == f"{stem}{SUFFIX}"]
        matching = matching or [each for each in found if stem and each.startswith(stem)]
        if len(matching) != 1:
            titled = [Path(each.path).name for each in self.trashed() if name and each.title == name]
            matching = titled or matching
        if len(matching) == 1:
            return self._trash / matching[0]
        if not matching:
            hint = "List the trash with: chat-tui sessions list --trash"
            raise ProblemError(Problem(kind="session", what=f"There is no session {name!r} in the trash", hint=hint))
        listed = ", ".join(each.removesuffix(SUFFIX) for each in matching[:_MOST_LISTED])
        raise ProblemError(
            Problem(
                kind="session", what=f"{name!r} matches several sessions in the trash", hint=f"Give one of: {listed}."
            )
        )

    def _copied(self, source: Path) -> Path:
        """Copy a session with a new opening line and otherwise unchanged bytes, as a consistent snapshot."""
        from chat_tui.storage.lines import LONGEST_OPENING

        file = NewFile(self._folder, None, self._store.now_s)
        original = open_regular(source, os.O_RDONLY)
        try:
            descriptor = file.open()
            with os.fdopen(descriptor, "wb") as copy, os.fdopen(original, "rb", closefd=False) as whole:
                locked = lock(original)
                try:
                    first = whole.readline(LONGEST_OPENING)
                    copy.write(self._opening(file.path.stem, first))
                    shutil.copyfileobj(whole, copy, 1 << 20)
                finally:
                    unlock(original, locked=locked)
                copy.flush()
                os.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                file.path.unlink()
            raise
        finally:
            os.close(original)
        return file.path

    def _opening(self, session_id: str, first: bytes) -> bytes:
        """Return the opening line of a copy; it replaces the original's, or precedes a line that is not an opening."""
        from chat_tui.storage.lines import decode, encode

        now_s = self._store.now_s()
        created = datetime.fromtimestamp(now_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        opening = session_record(session_id, created=created, app=f"chat-tui {__version__}")
        found = decode(first)
        ours = found.whole and bool(found.records) and found.records[0].get("type") == "session"
        if ours and first.endswith(b"\n"):
            original = {name: value for name, value in found.records[0].items() if name != "t"}
            opening = {**original, "id": session_id, "created": created, "copy_of": original.get("id")}
            first = b""
        return encode(opening, int(now_s * 1000)) + first


def _modified_ns(path: str) -> int | None:
    try:
        return os.lstat(path).st_mtime_ns
    except OSError:
        return None


def _moved(source: Path, folder: Path, what: str) -> Path:
    """Move a file into a folder, numbering its name if that is taken."""
    stem, number = source.stem, 1
    target = folder / source.name
    try:
        os.close(open_regular(source, os.O_RDONLY))
        while True:
            try:
                os.close(create_private(target, os.O_WRONLY))
                break
            except FileExistsError:
                number += 1
                target = folder / f"{stem}-{number}{SUFFIX}"
        try:
            source.replace(target)
        except OSError as error:
            target.unlink()
            if error.errno == errno.ENOENT:
                raise FileNotFoundError(errno.ENOENT, "The file no longer exists") from None
            raise
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ProblemError(Problem(kind="session", what=f"Cannot {what} {source}", why=why)) from None
    return target
