"""Surveys session files; of a file that has grown, only the appended part is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from chat_tui.disk.private import open_regular
from chat_tui.domain.session import SessionSummary
from chat_tui.storage.library.survey import Survey, texts_of
from chat_tui.storage.lines import LONGEST_LINE, decode
from chat_tui.storage.session_files import SUFFIX

_CHECKED: Final = 128
_LONGEST_REPLY: Final = 1 << 22
_LARGEST: Final = (1 << 63) - 1


class Stamp(NamedTuple):
    """Identifies a version of a file: equal as long as the file is unchanged."""

    size: int
    modified_ns: int
    inode: int


UNREAD: Final = Stamp(-1, -1, -1)
"""Stamp of an unreadable file; no file has it, so that reading is tried again."""


class Surveyed(Struct, frozen=True, kw_only=True):
    """The result of reading a session file."""

    name: str
    """File name in the sessions folder."""
    stamp: Stamp
    survey: Survey
    texts: tuple[str, ...] = ()
    """The texts read now."""
    cut_text: str = ""
    """Text of unfinished replies."""
    grown: bool = False
    """Whether ``texts`` continue those read before; otherwise they are complete."""


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino & _LARGEST)


def survey_file(path: Path, before: Survey | None = None, *, same_file: bool = False, texts: bool = True) -> Surveyed:
    """Read a session file, or only the part appended to it.

    Args:
        path: The file.
        before: The previous survey of the file.
        same_file: Whether the file has the same inode as the one surveyed in ``before``.
        texts: Whether to collect the texts too.
    """
    try:
        descriptor = open_regular(path, os.O_RDONLY)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Surveyed(name=path.name, stamp=UNREAD, survey=Survey(problem=why))
    with os.fdopen(descriptor, "rb") as file:
        try:
            status = os.fstat(descriptor)
            grown = before is not None and same_file and _goes_on(descriptor, before, status.st_size)
            survey = msgspec.structs.replace(before, running=_copy(before)) if before and grown else Survey()
            file.seek(survey.read_to)
            found: list[str] = []
            while line := file.readline(LONGEST_LINE):
                if not line.endswith(b"\n") and not decode(line).whole:
                    survey.lines += 1
                    break
                found += survey.take(line, survey.read_to)
                survey.read_to += len(line)
            survey.check = _end_before(descriptor, survey.read_to)
            cut_text = _cut_text(descriptor, survey) if texts else ""
        except OSError as error:
            return Surveyed(name=path.name, stamp=UNREAD, survey=Survey(problem=error.strerror or "an error"))
    return Surveyed(
        name=path.name,
        stamp=stamp_of(status),
        survey=survey,
        texts=tuple(found) if texts else (),
        cut_text=cut_text,
        grown=grown,
    )


def summary_of(path: str, survey: Survey, *, modified_s: float, size: int) -> SessionSummary:
    """Return the summary of a session for lists."""
    title = survey.shown_title
    return SessionSummary(
        id=os.path.basename(path).removesuffix(SUFFIX),  # noqa: PTH119 - ten times as fast, and there may be thousands
        path=path,
        title=title,
        created=survey.created,
        modified_s=modified_s,
        provider=survey.provider,
        model=survey.model,
        messages=survey.messages,
        tags=survey.labels.tags,
        starred=survey.labels.starred,
        archived=survey.labels.archived,
        cut=survey.truncated or bool(survey.running),
        tokens=survey.tokens,
        cost=survey.cost,
        size=size,
        problem=title[1:-1] if survey.problem or not survey.telling else "",
    )


def _copy(survey: Survey) -> dict[str, list[tuple[int, int]]]:
    return {exchange: [*places] for exchange, places in survey.running.items()}


def _goes_on(descriptor: int, before: Survey, size: int) -> bool:
    """Whether the part of the file read before is unchanged."""
    return 0 < before.read_to <= size and _end_before(descriptor, before.read_to) == before.check


def _end_before(descriptor: int, place: int) -> bytes:
    begin = max(0, place - _CHECKED)
    return os.pread(descriptor, place - begin, begin)


def _cut_text(descriptor: int, survey: Survey) -> str:
    """Return the text of unfinished replies, from their events."""
    if not any(survey.running.values()):
        return ""
    from chat_tui.domain.session_fold import SessionFold

    fold, read = SessionFold(), 0
    for exchange, places in survey.running.items():
        for place, length in places:
            read += length
            if read > _LONGEST_REPLY:
                break
            for record in decode(os.pread(descriptor, length, place)).records:
                if record.get("type") == "events" and record.get("exchange") == exchange:
                    fold.add(record)
    nodes = fold.session().conversation.nodes.values()
    return "\n".join(text for node in nodes for text in texts_of(node.message))
