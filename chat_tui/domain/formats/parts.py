"""What is in a message's content beside text: pictures, sound, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject


class Part(Struct, frozen=True):
    """One part of a content that is no text."""

    kind: str
    """``image``, ``audio``, ``file``, or the part's own word for what nobody here knows."""
    data: str = ""
    """An address or ``data:`` URL for a picture, base64 for sound, a ``data:`` URL for a file."""
    name: str = ""
    """The sound's format, the file's name."""


def other_parts(message: Mapping[str, Json]) -> Iterator[Part]:
    """The parts that are no text, in order."""
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        if not isinstance(part, dict):
            yield Part("part")
        elif not isinstance(part.get("text"), str):
            yield _part(part)


def kind_of(part: Json) -> str:
    """``image``, ``audio``, ``file``, or the part's own word for what nobody here knows."""
    return _part(part).kind if isinstance(part, dict) else "part"


def _part(part: JsonObject) -> Part:
    kind = part.get("type")
    image, sound, file = (_object(part.get(name)) for name in ("image_url", "input_audio", "file"))
    if image or isinstance(part.get("image_url"), str):
        return Part("image", _text(image.get("url")) or _text(part.get("image_url")))
    if sound:
        return Part("audio", _text(sound.get("data")), _text(sound.get("format")))
    if file:
        return Part("file", _text(file.get("file_data")), _text(file.get("filename")))
    return Part(_text(kind) or "part")


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
