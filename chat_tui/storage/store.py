"""The sessions on this machine: made, found by name, opened, listed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from chat_tui.domain.conversation import text_of
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import Session, SessionSummary, first_words
from chat_tui.storage.journal import FileJournal, UnkeptJournal, new_file_name
from chat_tui.storage.reading import cut_torn_tail, read_session

_HEAD_BYTES: Final = 1 << 16
"""How much of each end of a file a summary may look at."""


class FileSessionStore:
    """Session files in one folder, and anywhere else by path.

    Args:
        data_dir: Its folder ``sessions`` holds them; made, 0700, with the first session.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "sessions"

    def create(self, *, keep: bool = True, path: str | None = None) -> FileJournal | UnkeptJournal:
        """A new session; nothing is on disk before the first record. ``keep=False``: never."""
        if not keep:
            return UnkeptJournal()
        return FileJournal(Path(path).expanduser() if path else self._folder / new_file_name())

    def find(self, name: str) -> str:
        """The file of a session given by path, id (or the beginning of one), or title.

        Raises:
            ProblemError: None or several match.
        """
        found = self.find_or_none(name)
        if found is None:
            hint = "See: chat-tui sessions"
            raise ProblemError(Problem(kind="session", what=f"There is no session {name!r}", hint=hint))
        return found

    def find_or_none(self, name: str) -> str | None:
        """Like ``find``, but None when nothing has that name.

        Raises:
            ProblemError: Several match.
        """
        if os.sep in name or name.endswith(".jsonl"):
            given = Path(name).expanduser()
            if given.exists():
                return str(given)
            name = given.name.removesuffix(".jsonl") if os.sep not in name else name
        files = list(self._newest_first())
        by_id = [path for path in files if path.stem == name] or [path for path in files if path.stem.startswith(name)]
        matching = by_id or [path for path in files if self._summary(path).title == name]
        if len(matching) > 1:
            listed = ", ".join(path.stem for path in matching[:5])
            raise ProblemError(
                Problem(kind="session", what=f"{name!r} names several sessions", hint=f"One of: {listed}.")
            )
        return str(matching[0]) if matching else None

    def load(self, path: str) -> Session:
        """Fold a session file.

        Raises:
            ProblemError: It is missing, cannot be read, or is no session.
        """
        return read_session(Path(path))

    def append_to(self, path: str) -> FileJournal:
        """Open for appending; a torn last line is moved aside first.

        Raises:
            ProblemError: The file cannot be written.
        """
        file = Path(path)
        moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        cut_torn_tail(file, file.with_name(f"{file.name}.torn-{moment}"))
        return FileJournal(file, exists=True)

    def recent(self, limit: int | None = None) -> list[SessionSummary]:
        """Newest first; only the files that are listed are opened, and only their ends are read."""
        return [self._summary(path) for path, _ in zip(self._newest_first(), range(limit or 1_000_000), strict=False)]

    def _newest_first(self) -> Iterator[Path]:
        found: list[tuple[float, str]] = []
        with suppress(OSError), os.scandir(self._folder) as entries:
            files = (entry for entry in entries if entry.name.endswith(".jsonl"))
            found.extend((file.stat().st_mtime, file.path) for file in files if file.is_file(follow_symlinks=False))
        return (Path(path) for _, path in sorted(found, reverse=True))

    def _summary(self, path: Path) -> SessionSummary:
        try:
            size, modified_s = path.stat().st_size, path.stat().st_mtime
            with path.open("rb") as file:
                data = file.read(_HEAD_BYTES)
                if size > _HEAD_BYTES:
                    file.seek(max(_HEAD_BYTES, size - _HEAD_BYTES))
                    data += b"\n" + file.read()
        except OSError as error:
            return _summary_of(path, [], 0.0, f"[cannot be read: {error.strerror}]")
        return _summary_of(path, list(_records(data)), modified_s, "[no session]")


def _records(data: bytes) -> Iterator[dict[str, Any]]:
    for line in data.splitlines():
        if line.startswith((b'{"type":"events"', b'{"type": "events"')):
            continue
        with suppress(ValueError, RecursionError):
            value = json.loads(line)
            if isinstance(value, dict):
                yield value


def _summary_of(path: Path, records: list[dict[str, Any]], modified_s: float, otherwise: str) -> SessionSummary:
    settings = _last(records, "settings")
    messages = [record["message"] for record in records if record.get("type") == "message"]
    spoken = next((each for each in messages if isinstance(each, dict) and each.get("role") == "user"), None)
    title = _last(records, "title").get("title")
    words = first_words(text_of(spoken)) if spoken is not None else ""
    return SessionSummary(
        id=path.stem,
        path=str(path),
        title=str(title) if title else words or ("" if records else otherwise),
        created=str(records[0].get("created", "")) if records else "",
        modified_s=modified_s,
        provider=str(settings.get("provider", "")),
        model=str(settings.get("model", "")),
        messages=len(messages),
    )


def _last(records: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next((record for record in reversed(records) if record.get("type") == kind), {})
