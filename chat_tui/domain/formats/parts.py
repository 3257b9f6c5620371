"""Classify the content parts of a message that are not text: images, audio, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.message_parts import parts_of


class Part(Struct, frozen=True):
    """One content part that is not text."""

    kind: str
    """``image``, ``audio``, ``file``, or the type of an unknown part."""
    data: str = ""
    """A URL or ``data:`` URL for an image, base64 for audio, a ``data:`` URL for a file."""
    name: str = ""
    """The audio format, or the file name."""


def other_parts(message: Mapping[str, Json]) -> Iterator[Part]:
    """Yield the parts that are not text, in order, then the images of a reply."""
    for part in parts_of(message):
        if not isinstance(part, dict):
            yield Part("part")
        elif not isinstance(part.get("text"), str):
            yield _part(part)


def kind_of(part: Json) -> str:
    """Return ``image``, ``audio``, ``file``, or the type of an unknown part."""
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
