"""Data that later ``request`` records name in place of repeating them.

An image of a message goes out with every request after it. The file has it in the ``message`` record and in the first
request; in later ones the part has an empty text in its place and says where it is: ``"chat_tui_kept": {"message":
"m1", "part": 2}``, the part's place in that message's content, from 0. Reading puts the data back. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from chat_tui.domain.file_references import PLACES, FileReference, by_reference
from chat_tui.domain.json_values import Json, JsonObject, value_at, with_value

MEMBER: Final = "chat_tui_kept"
"""The private member of such a part; it is nowhere but in the file."""
LEAST: Final = 1024
"""Characters of data from which on they are not repeated."""


class Place(NamedTuple):
    """Where data are kept."""

    message: str
    part: int


def data_in(message_id: str, message: Mapping[str, Json]) -> Iterator[tuple[str, Place]]:
    """The data that a message holds, and where."""
    content = message.get("content")
    for number, part in enumerate(content if isinstance(content, list) else ()):
        data = _data_of(part)
        if len(data) >= LEAST:
            yield data, Place(message_id, number)


def without_repeats(body: JsonObject, kept: Mapping[str, Place]) -> JsonObject:
    """A body that names what is kept elsewhere; the same object where nothing is.

    Args:
        body: As it goes out.
        kept: Data to where they are.
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
    """A body with the data that it names; the same object where it names none.

    A part whose data are lost names a file that is not there, so that it is shown and never goes out empty.

    Args:
        body: As a file has it.
        message_of: A message by its id.
    """

    def whole(part: Json) -> Json:
        if not isinstance(part, dict) or MEMBER not in part:
            return part
        name, number = value_at(part, (MEMBER, "message")), value_at(part, (MEMBER, "part"))
        bare = {member: value for member, value in part.items() if member != MEMBER}
        place = PLACES.get(str(part.get("type")))
        message = message_of(name) if isinstance(name, str) else None
        content = message.get("content") if message is not None else None
        if place is None:
            return bare
        if isinstance(content, list) and isinstance(number, int) and 0 <= number < len(content):
            data = _data_of(content[number])
            if data:
                return with_value(bare, place, data)
        lost = f"part {number} of message {name}, which this session has lost"
        return by_reference(bare, FileReference(path=lost, sha256="", bytes=0, media=""))

    return _with_parts(body, whole)


def _data_of(part: Json) -> str:
    """The base64 or ``data:`` URL of a part; empty for a part without data of its own."""
    place = PLACES.get(str(part.get("type"))) if isinstance(part, dict) else None
    data = value_at(part, place) if isinstance(part, dict) and place is not None else ""
    return data if isinstance(data, str) else ""


def _with_parts(body: JsonObject, change: Callable[[Json], Json]) -> JsonObject:
    """The body with each part of its messages changed; what does not change is the same object."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return body
    changed = [_with_changed(message, change) for message in messages]
    same = all(new is old for new, old in zip(changed, messages, strict=True))
    return body if same else {**body, "messages": changed}


def _with_changed(message: Json, change: Callable[[Json], Json]) -> Json:
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(content, list):
        return message
    changed = [change(part) for part in content]
    same = all(new is old for new, old in zip(changed, content, strict=True))
    return message if same else {**message, "content": changed}
