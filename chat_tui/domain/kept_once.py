"""Deduplicate attachment data in session files: later ``request`` records refer to data instead of repeating it.

An image in a message is sent with every later request. The session file contains it in the ``message`` record and in
the first request; in later ones the part has an empty string instead and a reference: ``"chat_tui_kept": {"message":
"m1", "part": 2}``, where ``part`` is the index in that message's content, from 0; the images of a reply count on from
there. Reading restores the data. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from chat_tui.domain.file_references import PLACES, FileReference, by_reference
from chat_tui.domain.json_values import Json, JsonObject, value_at, with_value
from chat_tui.domain.message_parts import parts_of, with_parts

MEMBER: Final = "chat_tui_kept"
"""The private member of such a part; it occurs only in session files."""
LEAST: Final = 1024
"""Minimum length of data to deduplicate, in characters."""


class Place(NamedTuple):
    """Where the data is stored."""

    message: str
    part: int


def data_in(message_id: str, message: Mapping[str, Json]) -> Iterator[tuple[str, Place]]:
    """Yield the data in a message, each with its location."""
    for number, part in enumerate(parts_of(message)):
        data = _data_of(part)
        if len(data) >= LEAST:
            yield data, Place(message_id, number)


def without_repeats(body: JsonObject, kept: Mapping[str, Place]) -> JsonObject:
    """Replace data that is stored elsewhere with references; the same object is returned if there is none.

    Args:
        body: The request body as sent.
        kept: Data to its location.
    """
    if not kept:
        return body

    def named(part: Json) -> Json:
        place = kept.get(_data_of(part))
        if place is None or not isinstance(part, dict):
            return part
        bare = with_value(part, PLACES[str(part["type"])], "")
        return {**bare, MEMBER: {"message": place.message, "part": place.part}}

    return _with_parts(body, named)


def with_repeats(body: JsonObject, message_of: Callable[[str], Mapping[str, Json] | None]) -> JsonObject:
    """Replace references with the data they refer to; the same object is returned if there is none.

    A part whose data is lost becomes a reference to a file that does not exist, so that it is shown and never sent
    empty.

    Args:
        body: The request body as read from a session file.
        message_of: Returns a message by its id.
    """

    def whole(part: Json) -> Json:
        if not isinstance(part, dict) or MEMBER not in part:
            return part
        name, number = value_at(part, (MEMBER, "message")), value_at(part, (MEMBER, "part"))
        bare = {member: value for member, value in part.items() if member != MEMBER}
        place = PLACES.get(str(part.get("type")))
        message = message_of(name) if isinstance(name, str) else None
        if place is None:
            return bare
        parts = parts_of(message) if message is not None else []
        if isinstance(number, int) and 0 <= number < len(parts):
            data = _data_of(parts[number])
            if data:
                return with_value(bare, place, data)
        lost = f"part {number} of message {name}, which is missing from this session"
        return by_reference(bare, FileReference(path=lost, sha256="", bytes=0, media=""))

    return _with_parts(body, whole)


def _data_of(part: Json) -> str:
    """Return the base64 or ``data:`` URL of a part; empty if the part contains no data."""
    place = PLACES.get(str(part.get("type"))) if isinstance(part, dict) else None
    data = value_at(part, place) if isinstance(part, dict) and place is not None else ""
    return data if isinstance(data, str) else ""


def _with_parts(body: JsonObject, change: Callable[[Json], Json]) -> JsonObject:
    """Return the body with each part of its messages changed; unchanged values are the same objects."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return body
    changed = [with_parts(message, change) for message in messages]
    same = all(new is old for new, old in zip(changed, messages, strict=True))
    return body if same else {**body, "messages": changed}
