"""Reading a session file in any state: every readable record, and a notice for what was not."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import SessionFold
from chat_tui.storage.files import open_private

_OWN_EVENTS: Final = re.compile(rb'\{"type":"events","t":\d+,"exchange":"([^"\\]{1,64})",')
"""How this program writes the lines that are most of a file: they are parsed only when their reply is looked at."""
_NAMED_LINES: Final = 5


def read_session(path: Path) -> Session:
    """Fold a session file; lines that are no records are passed over and told in the session's notices.

    Raises:
        ProblemError: Not there, not readable, no plain file, or no session.
    """
    fold, bad = SessionFold(), _BadLines()
    with os.fdopen(_opened(path), "rb") as file:
        for number, line in enumerate(file, 1):
            whole = line.endswith(b"\n")
            _take(line.strip(b"\r\n\0 \t\xef\xbb\xbf"), number, whole, fold, bad)
    if not fold.readable:
        raise ProblemError(
            Problem(kind="session", what=f"{path} is no chat-tui session", hint="The file was not touched.")
        )
    session = fold.session()
    notices = (*session.notices, *bad.notices())
    return _with(session, path, notices)


def _with(session: Session, path: Path, notices: tuple[str, ...]) -> Session:
    from dataclasses import replace

    return replace(session, id=session.id or path.stem, notices=notices)


class _BadLines:
    """Lines that could not be read."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.torn = False

    def notices(self) -> tuple[str, ...]:
        found = []
        if self.numbers:
            named = ", ".join(map(str, self.numbers[:_NAMED_LINES]))
            more = f" and {len(self.numbers) - _NAMED_LINES} more" if len(self.numbers) > _NAMED_LINES else ""
            lines = "line" if len(self.numbers) == 1 else "lines"
            found.append(f"The session file has damage in {lines} {named}{more}; everything else is shown.")
        if self.torn:
            found.append("The last line of the session file was cut off; everything before it is shown.")
        return tuple(found)


def _take(line: bytes, number: int, whole: bool, fold: SessionFold, bad: _BadLines) -> None:
    if not line:
        return
    events = _OWN_EVENTS.match(line)
    if events is not None and line.endswith(b"}") and whole and b"}{" not in line[-4:]:
        fold.add_events(events[1].decode("utf-8", "replace"), partial(_events_of, line))
        return
    accepted = [fold.add(record) for record in _records(line)]
    if not accepted or not all(accepted):
        if whole:
            bad.numbers.append(number)
        else:
            bad.torn = True


def _events_of(line: bytes) -> JsonObject:
    return next(_records(line), {})


def _records(line: bytes) -> Iterator[JsonObject]:
    """The objects on a line: usually one; several where two writes were glued; none of a damaged rest."""
    text = line.decode("utf-8", "replace").replace("\0", "")
    decoder, place = json.JSONDecoder(), 0
    while 0 <= place < len(text):
        try:
            value, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            place = text.find("{", place + 1)
            yield {}
            continue
        yield value if isinstance(value, dict) else {}
        place = end + len(text[end:]) - len(text[end:].lstrip())


def cut_torn_tail(path: Path, aside: Path) -> None:
    """Before the first append: a last line without an end, or that is no JSON, is copied aside and cut off.

    Raises:
        ProblemError: The file cannot be opened for writing.
    """
    with os.fdopen(_opened(path, os.O_RDWR), "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        begin = _last_line_begin(file.fileno(), size)
        file.seek(begin)
        tail = file.read()
        if not tail or (tail.endswith(b"\n") and _is_json(tail)):
            return
        if _is_json(tail):
            file.write(b"\n")
            return
        with os.fdopen(open_private(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as kept:
            kept.write(tail)
        file.truncate(begin)


def _last_line_begin(descriptor: int, size: int) -> int:
    """Where the last line begins; a newline at the very end belongs to it."""
    step, end = 1 << 16, max(0, size - 1)
    while end > 0:
        begin = max(0, end - step)
        place = os.pread(descriptor, end - begin, begin).rfind(b"\n")
        if place >= 0:
            return begin + place + 1
        end = begin
    return 0


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.strip(b"\r\n\0 \t\xef\xbb\xbf")), dict)
    except (ValueError, RecursionError):
        return False


def _opened(path: Path, flags: int = os.O_RDONLY) -> int:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            what = f"{path} is a link, a folder or a device, not a session file"
            raise ProblemError(Problem(kind="session", what=what, hint="It was not opened."))
        return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        hint = "See: chat-tui sessions"
        raise ProblemError(Problem(kind="session", what=f"There is no session {path}", hint=hint)) from None
    except OSError as error:
        raise ProblemError(
            Problem(kind="session", what=f"Cannot open the session {path}", why=error.strerror or "")
        ) from None
