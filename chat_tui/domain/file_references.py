"""Attachments stored by reference: message parts that name a file instead of containing its data. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject, value_at, with_value
from chat_tui.domain.message_parts import parts_of, with_parts

MEMBER: Final = "chat_tui_file"
"""The private member of such a part; it is never sent."""
PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "image_url": ("image_url", "url"),
    "input_audio": ("input_audio", "data"),
    "file": ("file", "file_data"),
}
"""Path of the data within a part, by part type."""
_DIGEST: Final = "sha256:"


class FileReference(Struct, frozen=True, kw_only=True):
    """Identifies a file and its content."""

    path: str
    """Absolute path."""
    sha256: str
    """SHA-256 of the content, in hexadecimal."""
    bytes: int
    media: str
    """Description for display: ``png 640×480``."""
    mime: str = ""
    """Media type if the data is sent as a data URL; empty for bare base64."""


def by_reference(part: JsonObject, reference: FileReference) -> JsonObject:
    """Return a part with a file reference instead of its data, which is read from the file when it is sent."""
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
    """Return the file a part refers to; None if it contains its data itself, or the reference is malformed."""
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
    """Return whether any part of the body's messages refers to a file."""
    messages = body.get("messages")
    held = [message for message in messages if isinstance(message, dict)] if isinstance(messages, list) else []
    return any(isinstance(part, dict) and MEMBER in part for message in held for part in parts_of(message))


def with_data(body: JsonObject, data_of: Callable[[FileReference], str]) -> JsonObject:
    """Return the body with every file reference replaced by its data; the same object if there is none.

    Args:
        body: A request body.
        data_of: Returns the file's content as base64, after verifying it.
    """
    messages = body.get("messages")
    if not isinstance(messages, list) or not refers(body):
        return body
    return {
        **body,
        "messages": [with_parts(message, lambda part: _part_with_data(part, data_of)) for message in messages],
    }


def with_digests(body: JsonObject) -> JsonObject:
    """Return the body with a digest for the data of each part, so that a reference equals its file's data."""
    body = with_data(body, lambda reference: _DIGEST + reference.sha256)
    messages = body.get("messages")
    return (
        {**body, "messages": [with_parts(each, _digested) for each in messages]} if isinstance(messages, list) else body
    )


def _digested(part: Json) -> Json:
    from base64 import b64decode
    from hashlib import sha256

    place = PLACES.get(str(part.get("type"))) if isinstance(part, dict) else None
    data = value_at(part, place) if isinstance(part, dict) and place is not None else None
    if not isinstance(part, dict) or place is None or not isinstance(data, str):
        return part
    head, comma, coded = data.rpartition(",")
    if comma and not (head.startswith("data:") and head.endswith(";base64")):
        return part
    try:
        digest = sha256(b64decode(coded, validate=True)).hexdigest()
    except ValueError:
        return part
    return with_value(part, place, f"{head}{comma}{_DIGEST}{digest}") if coded else part


def _part_with_data(part: Json, data_of: Callable[[FileReference], str]) -> Json:
    if not isinstance(part, dict) or MEMBER not in part:
        return part
    reference, place = reference_of(part), PLACES.get(str(part.get("type")))
    bare = {name: value for name, value in part.items() if name != MEMBER}
    if reference is None or place is None:
        return bare
    prefix = f"data:{reference.mime};base64," if reference.mime else ""
    return with_value(bare, place, prefix + data_of(reference))
