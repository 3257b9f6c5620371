"""Turn files and URLs into message parts in wire format, and describe such parts. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from chat_tui.domain.counts import counted
from chat_tui.domain.data_urls import coded_size, data_url, decoded_head
from chat_tui.domain.file_references import reference_of
from chat_tui.domain.json_values import Json, JsonObject, Unset, value_at, with_value
from chat_tui.domain.literal import visible_line
from chat_tui.domain.media import HEAD_BYTES, Media, foreign_name, media_of
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.shortening import shortened

DETAILS: Final = ("auto", "low", "high", "original")
"""Image detail levels; only OpenRouter knows ``original``."""
_SUFFIXES: Final = {
    "png": "png",
    "jpg": "jpeg",
    "jpeg": "jpeg",
    "gif": "gif",
    "webp": "webp",
    "wav": "wav",
    "mp3": "mp3",
    "pdf": "pdf",
}
_ADDRESS: Final = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.IGNORECASE)
_LONGEST: Final = 60


class Attachment(Struct, frozen=True, kw_only=True):
    """One part to send with the next message."""

    name: str
    """The file name without its folder, or the URL; unsanitised, may contain any character."""
    part: JsonObject
    media: Media | None
    """None for a URL, since it is not fetched."""
    size: int = 0
    """In bytes."""
    notes: tuple[str, ...] = ()
    """Warnings, one sentence each: a misleading file extension, a truncated file."""

    @property
    def modality(self) -> str:
        """The input modality the model must support: image, audio, file or text."""
        return self.media.modality if self.media is not None else "image"

    def with_detail(self, detail: str) -> Attachment:
        """Return the image with another detail level.

        Raises:
            ProblemError: The attachment is not an image.
        """
        if self.modality != "image":
            raise ProblemError(
                Problem(kind="usage", what=f"{self.name} is not an image; only images have a detail level")
            )
        return replace(self, part=with_value(self.part, ("image_url", "detail"), detail))

    def words(self) -> str:
        """Name, kind, pixels or seconds, size: ``rain.png · png 640×480 · 12.0 KB``; safe to display."""
        told = [visible_line(_cut(self.name))]
        if self.media is None:
            told.append("image URL, not fetched")
        else:
            told += [media_words(self.media), size_words(self.size)]
        detail = value_at(self.part, ("image_url", "detail"))
        return " · ".join([*told, *([f"detail {detail}"] if isinstance(detail, str) else [])])


def file_attachment(name: str, data: bytes) -> Attachment:
    """Build a message part from a file; its type is detected from the content, not from the name.

    Args:
        name: The file name without its folder.
        data: The complete content.

    Raises:
        ProblemError: The file is empty or of a type that messages do not support.
    """
    media = media_of(data)
    if media is None:
        raise ProblemError(_untakeable(name, data))
    part = _part(name, data, media)
    return Attachment(name=name, part=part, media=media, size=len(data), notes=tuple(_doubts(name, media)))


def address_attachment(address: str) -> Attachment:
    """Build an image part from a URL; the service fetches it, chat-tui does not.

    Raises:
        ProblemError: The URL has an audio or document extension; only images can be sent by URL.
    """
    ending = _SUFFIXES.get(re.split(r"[?#]", address)[0].rsplit(".", 1)[-1].lower(), "")
    if ending in ("wav", "mp3", "pdf"):
        raise ProblemError(
            Problem(
                kind="usage",
                what=f"{address}: only images can be attached by URL",
                hint="Download it and attach the file.",
            )
        )
    return Attachment(name=address, part=_image_part(address), media=None)


def is_address(text: str) -> bool:
    """Return whether the text is an ``http`` or ``https`` URL without whitespace."""
    return _ADDRESS.fullmatch(text) is not None


def part_words(part: Mapping[str, Json]) -> str:
    """Describe an image, audio or file part: ``png 640×480, 12.0 KB``; empty for any other part.

    Only the first bytes of the data are decoded, so the cost does not depend on the size of the part.
    """
    reference = reference_of(dict(part))
    if reference is not None:
        return f"{reference.media}, {size_words(reference.bytes)}, in {_cut(reference.path, 2 * _LONGEST)}"
    url, data = value_at(part, ("image_url", "url")), value_at(part, ("input_audio", "data"))
    name, inline = value_at(part, ("file", "filename")), value_at(part, ("file", "file_data"))
    told = [_cut(name)] if isinstance(name, str) else []
    if isinstance(url, str):
        told += _url_words(url)
        detail = value_at(part, ("image_url", "detail"))
        told += [f"detail {detail}"] if isinstance(detail, str) else []
    elif isinstance(data, str):
        told += _base64_words(data, 0, str(_or_empty(value_at(part, ("input_audio", "format")))))
    elif isinstance(inline, str):
        told += _url_words(inline)
    else:
        return ""
    return ", ".join(told)


def media_words(media: Media) -> str:
    """Return the kind with pixels or seconds: ``png 640×480``, ``wav 3.2 s``."""
    if media.width is not None:
        return f"{media.kind} {media.width}×{media.height}"
    return f"{media.kind} {media.seconds:.1f} s" if media.seconds is not None else media.kind


def size_words(size: int) -> str:
    """Format a size in bytes: ``512 bytes``, ``12.0 KB``, ``3.4 MB``; powers of ten."""
    if size < 1000:
        return counted(size, "byte")
    return f"{size / 1000:.1f} KB" if size < 999_950 else f"{size / 1_000_000:.1f} MB"


def _part(name: str, data: bytes, media: Media) -> JsonObject:
    if media.modality == "text":
        return {"type": "text", "text": data.decode("utf-8")}
    coded = base64.b64encode(data).decode("ascii")
    if media.modality == "audio":
        return {"type": "input_audio", "input_audio": {"data": coded, "format": media.kind}}
    address = f"data:{media.mime};base64,{coded}"
    if media.modality == "image":
        return _image_part(address)
    return {"type": "file", "file": {"filename": _encodable(name), "file_data": address}}


def _image_part(address: str) -> JsonObject:
    return {"type": "image_url", "image_url": {"url": address}}


def _encodable(name: str) -> str:
    """Replace lone surrogates (from file names that are not UTF-8), which a request body cannot contain."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _untakeable(name: str, data: bytes) -> Problem:
    if not data:
        return Problem(kind="usage", what=f"{name} is empty")
    known = foreign_name(data)
    return Problem(
        kind="usage",
        what=f"{name} is {known}, which cannot be attached" if known else f"{name} cannot be attached: unknown format",
        hint="Images (PNG, JPEG, GIF, WebP), audio (WAV, MP3), PDF and UTF-8 text can be attached.",
    )


def _doubts(name: str, media: Media) -> Iterator[str]:
    stem, dot, ending = name.rpartition(".")
    meant = _SUFFIXES.get(ending.lower(), "") if stem and dot else ""
    if meant and meant != media.kind:
        yield f"{name} contains {media.kind} data and is sent as {media.kind}."
    if media.cut:
        yield f"{name} looks truncated. The service may refuse it."
    elif media.modality == "image" and media.width is None:
        yield f"{name}: cannot read its size in pixels. The service may refuse it."


def _url_words(url: str) -> list[str]:
    head = data_url(url)
    if head is None:
        return [_cut(url)]
    said = head.mime.rpartition("/")[2]
    return _base64_words(url, head.start, said) if head.coded else [said, size_words(len(head.data(url) or b""))]


def _base64_words(text: str, start: int, said: str) -> list[str]:
    """Kind and size of the base64 data that begins at ``start``; falls back to the declared kind ``said``."""
    size = coded_size(text, start)
    head = decoded_head(text, start, HEAD_BYTES)
    if head is None:
        return [said, "not base64"] if said else ["not base64"]
    media = media_of(head, size)
    told = media_words(media) if media is not None and media.kind != "text" else said
    return [*([told] if told else []), size_words(size)]


def _or_empty(value: Json | Unset) -> Json:
    return "" if isinstance(value, Unset) else value


def _cut(text: str, limit: int = _LONGEST) -> str:
    return shortened(text, limit)
