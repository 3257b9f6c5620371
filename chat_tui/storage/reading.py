"""Reads a session file in any condition: every readable record, and a notice about the rest."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from chat_tui.disk.private import NotAFileError, open_regular
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import SessionFold
from chat_tui.storage.lines import ANOTHER_RECORD, LONGEST_LINE, LONGEST_OPENING, decode

_OWN_EVENTS: Final = re.compile(rb'\{"type":"events","t":\d+,"exchange":"([\w.-]{1,100})","events":\[')
_OWN_REQUEST: Final = re.compile(
    rb'\{"type":"request","t":\d+,"exchange":"([\w.-]{1,100})","head":(?:"([\w.-]{1,100})"|null),"provider":'
)
"""Match the most frequent lines, as this program writes them; they are parsed lazily."""
_MOST_NAMED: Final = 8


def read_session(path: Path) -> Session:
    """Fold a session file. Unreadable parts are skipped and reported in the notices; an empty file is a new session.

    Raises:
        ProblemError: The file is missing, unreadable, not a regular file, or not a session.
    """
    source, fold = _Source(_opened(path)), SessionFold()
    try:
        damaged, torn = _fold_lines(source, fold)
    except OSError as error:  # for example a failing disk or an unmounted network folder
        raise ProblemError(cannot_open(path, error)) from None
    if not fold.readable and (damaged or torn):
        raise ProblemError(not_a_session(path))
    session = fold.session()
    notices = [*session.notices]
    if damaged:
        lines = "Line" if len(damaged) == 1 else "Lines"
        notices.append(
            f"{lines} {_ranges(damaged)} of {path.name} could not be read completely; everything else is shown, "
            "and the file is not changed."
        )
    if torn:
        notices.append(f"The last line of {path.name} was not completely written; everything before it is shown.")
    return replace(session, id=path.stem, notices=tuple(notices))


def refuse_foreign(path: Path) -> None:
    """Check that a file is a session (or empty) and that this version may append to it.

    Raises:
        ProblemError: It is not, or it cannot be read.
    """
    with os.fdopen(_opened(path), "rb") as file:
        line = file.readline(LONGEST_OPENING)
    if not line:
        return
    opening = SessionFold()
    for record in decode(line).records:
        opening.add(record)
    session = opening.session() if opening.readable else read_session(path)
    if session.read_only:
        raise ProblemError(Problem(kind="session", what=f"Cannot append to {path}", why=session.notices[0]))


def not_a_session(path: Path) -> Problem:
    """Return the problem of a file that contains no session record."""
    return Problem(
        kind="session",
        what=f"{path} is not a chat-tui session",
        hint="The file was not changed. List all sessions with: chat-tui sessions list",
    )


def cannot_open(path: Path, error: OSError) -> Problem:
    """Return the problem of a session file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return Problem(
            kind="session",
            what=f"There is no session file {path}",
            hint="List all sessions with: chat-tui sessions list",
        )
    hint = "A session is a regular file; give its path." if isinstance(error, NotAFileError) else ""
    return Problem(kind="session", what=f"Cannot open the session {path}", why=error.strerror or "", hint=hint)


class _Source:
    """The open file, kept open as long as records may still be read from it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __del__(self) -> None:
        os.close(self.descriptor)

    def record(self, place: int, length: int) -> JsonObject:
        """Return the record at an offset. An unreadable line is returned as an event's data, so that it is visible."""
        try:
            line = os.pread(self.descriptor, length, place)
        except OSError as error:
            line = f"This part of the session cannot be read now: {error.strerror}".encode()
        records = decode(line).records
        return records[0] if records else {"events": [[0.0, line.decode("utf-8", "replace")]]}


def _fold_lines(source: _Source, fold: SessionFold) -> tuple[list[int], bool]:
    """Fold every line; return the numbers of damaged ones, and whether the last was torn."""
    damaged: list[int] = []
    place, number, ended = 0, 0, True
    with os.fdopen(source.descriptor, "rb", closefd=False) as file:
        while line := file.readline(LONGEST_LINE):
            number += 1
            if not _fold_line(line, place, source, fold):
                damaged.append(number)
            place, ended = place + len(line), line.endswith(b"\n")
    torn = not ended and damaged[-1:] == [number]
    return (damaged[:-1] if torn else damaged), torn


def _fold_line(line: bytes, place: int, source: _Source, fold: SessionFold) -> bool:
    """Fold one line; return False if part of it was unreadable."""
    own = _OWN_EVENTS.match(line) or _OWN_REQUEST.match(line)
    if own and line.endswith(b"}\n") and line.find(ANOTHER_RECORD, own.end()) < 0 and b"\0" not in line:
        record = partial(source.record, place, len(line))
        if own.re is _OWN_EVENTS:
            fold.add_events(own[1].decode(), record)
        else:
            fold.add_request(own[1].decode(), own[2].decode() if own[2] else None, record)
        return True
    found = decode(line)
    accepted = [fold.add(record) for record in found.records]
    return found.whole and all(accepted)


def _opened(path: Path) -> int:
    try:
        return open_regular(path, os.O_RDONLY)
    except OSError as error:
        raise ProblemError(cannot_open(path, error)) from None


def _ranges(numbers: Sequence[int]) -> str:
    """Format numbers as ``2, 5-9, 12 and 3 more``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    named = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:_MOST_NAMED]]
    more = sum(last - first + 1 for first, last in runs[_MOST_NAMED:])
    return ", ".join(named) + (f" and {more} more" if more else "")
