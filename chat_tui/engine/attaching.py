"""Turns a file or an address that the user names into a part of the next message."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from chat_tui.disk.named import expanded
from chat_tui.domain.attachments import (
    DETAILS,
    Attachment,
    address_attachment,
    file_attachment,
    is_address,
    media_words,
    size_words,
)
from chat_tui.domain.file_references import FileReference, by_reference
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.shortening import shortened
from chat_tui.engine.knowing import known_of

if TYPE_CHECKING:
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.engine.services import Services

Keep: TypeAlias = Literal["data", "reference"]

MOST_BYTES: Final = 20_000_000
"""Maximum size of one file: the services' limit."""
_FILE: Final = "file://"
_LONGEST_PASTE: Final = 8192
_LONGEST_NAME: Final = 256
"""Maximum length of a name in a problem; a data URL is no name."""
_MOST_PASTED: Final = 16
_PATHLIKE: Final = re.compile(r"""["']?(?:/|~/|\.{1,2}/|file://)""", re.IGNORECASE)


def attach(name: str, keep: Keep = "data") -> Attachment:
    """Attach a file, by path or ``file://`` address, or an image, by ``http`` or ``https`` address.

    Args:
        name: As typed by the user; ``~`` is the home folder.
        keep: What a session stores of the file: its data, or its path with a checksum. Text is always stored in full.

    Raises:
        ProblemError: The file cannot be attached; names it and the reason.
    """
    if is_address(name):
        return address_attachment(name)
    try:
        path = expanded(_local_path(name))
    except OSError as error:
        raise ProblemError(_unreadable(name, error)) from None
    data = _bytes_of(name, path)
    found = file_attachment(path.name, data)
    return _referred(found, path, data) if keep == "reference" and found.modality != "text" else found


def read_file(path: str) -> bytes:
    """Read a regular file of at most ``MOST_BYTES``.

    Raises:
        ProblemError: The file cannot be read; names it and the reason.
    """
    return _bytes_of(path, Path(path))


def name_and_detail(words: str) -> tuple[str, str]:
    """Parse the argument of ``/attach``: a name, quoted or not, and an optional image detail."""
    name, blank, last = words.strip().rpartition(" ")
    if blank and last in DETAILS:
        return _unquoted(name.strip()), last
    return _unquoted(words.strip()), ""


def pasted_names(text: str) -> tuple[str, ...]:
    """Return the paths in a pasted text, as terminals insert them for dropped files.

    They may be quoted, with escaped blanks, ``file://`` addresses, or several separated by white space. Apart from a
    single name with unquoted blanks, whether the files exist is not checked.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST_PASTE or not _PATHLIKE.match(text):
        return ()
    if "\n" not in text and _is_file(text):
        return (text,)
    try:
        names = shlex.split(text)
    except ValueError:
        return ()
    return tuple(names) if len(names) <= _MOST_PASTED and all(map(_PATHLIKE.match, names)) else ()


def attach_pasted(text: str, keep: Keep = "data") -> tuple[Attachment, ...]:
    """Attach a paste that consists only of names of images, audio files and PDFs; otherwise return nothing."""
    try:
        found = tuple(attach(name, keep) for name in pasted_names(text))
    except ProblemError:
        return ()
    return found if all(each.modality != "text" for each in found) else ()


def modality_notes(services: Services, settings: SessionSettings, attached: Iterable[Attachment]) -> list[str]:
    """Return a sentence for each kind of attachment that the model does not accept, by the model list or catalogue."""
    card, provider = known_of(services, settings).card, services.providers.get(settings.provider)
    listed = card.inputs if card is not None else ()
    inputs = listed or (provider.inputs if provider is not None else ())
    source = "the service's model list" if listed else "the catalogue"
    kinds = dict.fromkeys(each.modality for each in attached)
    return [
        f"{settings.model} accepts {', '.join(inputs)}, but not {kind}, according to {source}."
        for kind in kinds
        if inputs and kind not in ("text", *inputs)
    ]


def file_names(beginning: str, most: int = 200) -> Sequence[str]:
    """Complete a path: folders end in a slash, and hidden names are offered only after a typed dot."""
    folder, _, start = beginning.rpartition("/")
    shown = f"{folder}/" if "/" in beginning else ""
    try:
        with os.scandir(expanded(shown or ".")) as entries:
            found = sorted(
                f"{shown}{entry.name}{'/' if _is_folder(entry) else ''}"
                for entry in entries
                if entry.name.lower().startswith(start.lower()) and (start or not entry.name.startswith("."))
            )
    except (OSError, ValueError):
        return ()
    return found[:most]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder; False for a dangling or circular link."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _referred(found: Attachment, path: Path, data: bytes) -> Attachment:
    """Replace the data by a reference, unless the path is not valid Unicode."""
    place = str(path.absolute())
    if found.media is None or place != place.encode("utf-8", "replace").decode("utf-8"):
        return found
    reference = FileReference(
        path=place,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        media=media_words(found.media),
        mime="" if found.modality == "audio" else found.media.mime,
    )
    return replace(found, part=by_reference(found.part, reference))


def _is_file(name: str) -> bool:
    try:
        return expanded(_local_path(name)).is_file()
    except (OSError, ValueError, ProblemError):
        return False


def _local_path(name: str) -> str:
    """Return a path, also for a ``file://`` address on this machine."""
    if not name.lower().startswith(_FILE):
        return name
    parts = urlsplit(name)
    if parts.netloc.lower() not in ("", "localhost"):
        raise ProblemError(Problem(kind="usage", what=f"{name} is on another machine"))
    return unquote(parts.path)


def _unquoted(name: str) -> str:
    """Strip quotes or shell escapes from a name."""
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        return name[1:-1]
    if "\\" in name and not _is_file(name):
        with suppress(ValueError):
            words = shlex.split(name)
            return words[0] if len(words) == 1 else name
    return name


def _bytes_of(name: str, path: Path) -> bytes:
    """Read a regular file. It is opened without blocking on a pipe that has no writer."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise ProblemError(_unreadable(name, error)) from None
    try:
        facts = os.fstat(number)
        if stat.S_ISDIR(facts.st_mode):
            raise ProblemError(Problem(kind="usage", what=f"{name} is a folder"))
        if not stat.S_ISREG(facts.st_mode):
            raise ProblemError(Problem(kind="usage", what=f"{name} is not a regular file"))
        with open(number, "rb", closefd=False) as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ProblemError(_unreadable(name, error)) from None
    finally:
        os.close(number)
    if len(data) > MOST_BYTES:
        size = size_words(max(facts.st_size, len(data)))
        raise ProblemError(
            Problem(kind="usage", what=f"{name} is too large", why=f"{size}; the limit is {size_words(MOST_BYTES)}")
        )
    return data


def _unreadable(name: str, error: Exception) -> Problem:
    shown = shortened(name, _LONGEST_NAME)
    return Problem(kind="usage", what=f"Cannot read {shown}", why=getattr(error, "strerror", None) or str(error))
