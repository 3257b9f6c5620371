"""Parts that name a file in place of its data: what a session keeps of an attachment by reference. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject, with_value

MEMBER: Final = "chat_tui_file"
"""The private member of such a part; it never goes out."""
PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "image_url": ("image_url", "url"),
    "input_audio": ("input_audio", "data"),
    "file": ("file", "file_data"),
}
"""Where a part of each type has its data."""


class FileReference(Struct, frozen=True, kw_only=True):
    """Which file, and what was in it."""

    path: str
    """Absolute."""
    sha256: str
    """Of its bytes, in hexadecimal."""
    bytes: int
    media: str
    """What it is, for reading: ``png 640×480``."""
    mime: str = ""
    """Of what goes as a data URL; empty for bare base64."""


def by_reference(part: JsonObject, reference: FileReference) -> JsonObject:
    """A part without its data: these are read from the file when it is sent."""
    members: JsonObject = {
        "path": reference.path,
        "sha256": reference.sha256,
        "bytes": reference.bytes,
        "media": reference.media,
        "mime": reference.mime,
    }
    place = PLACES[str(part["type"])]
    return {**with_value(part, place, ""), MEMBER: members}


def reference_of(part: Json) -> FileReference | None:
    """What a part refers to; None for one that holds its data itself, or whose reference is no whole one."""
    members = part.get(MEMBER) if isinstance(part, dict) else None
    if not isinstance(members, dict):
        return None
    path, digest, size = members.get("path"), members.get("sha256"), members.get("bytes")
    media, mime = members.get("media"), members.get("mime")
    if not isinstance(path, str) or not isinstance(digest, str) or not isinstance(size, int):
        return None
    return FileReference(
        path=path,
        sha256=digest,
        bytes=size,
        media=media if isinstance(media, str) else "",
        mime=mime if isinstance(mime, str) else "",
    )


def refers(body: JsonObject) -> bool:
    """Whether any part of the body's messages names a file."""
    return any(isinstance(part, dict) and MEMBER in part for content in _contents(body) for part in content)


def with_data(body: JsonObject, data_of: Callable[[FileReference], str]) -> JsonObject:
    """The body with the data of every file in its place; the same object where none is named.

    Args:
        body: A request's.
        data_of: Base64 of a file, checked.
    """
    messages = body.get("messages")
    if not isinstance(messages, list) or not refers(body):
        return body
    return {**body, "messages": [_message_with_data(message, data_of) for message in messages]}


def _message_with_data(message: Json, data_of: Callable[[FileReference], str]) -> Json:
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(content, list):
        return message
    return {**message, "content": [_part_with_data(part, data_of) for part in content]}


def _part_with_data(part: Json, data_of: Callable[[FileReference], str]) -> Json:
    if not isinstance(part, dict) or MEMBER not in part:
        return part
    reference, place = reference_of(part), PLACES.get(str(part.get("type")))
    bare = {name: value for name, value in part.items() if name != MEMBER}
    if reference is None or place is None:
        return bare
    prefix = f"data:{reference.mime};base64," if reference.mime else ""
    return with_value(bare, place, prefix + data_of(reference))


def _contents(body: JsonObject) -> list[list[Json]]:
    messages = body.get("messages")
    found = (
        [message.get("content") for message in messages if isinstance(message, dict)]
        if isinstance(messages, list)
        else []
    )
    return [content for content in found if isinstance(content, list)]
