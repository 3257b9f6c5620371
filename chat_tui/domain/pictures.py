"""Previews of images in messages: locate the data, compute the displayed size, convert pixels to cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from msgspec import Struct

from chat_tui.domain.data_urls import coded_size, data_url, decoded_head
from chat_tui.domain.file_references import FileReference, reference_of
from chat_tui.domain.json_values import Json, JsonObject, value_at
from chat_tui.domain.media import HEAD_BYTES, media_of

Rgb: TypeAlias = tuple[int, int, int]

_SIZE: Final = re.compile(r"(\d{1,6})×(\d{1,6})")
_UNKNOWN_SIZE: Final = (4096, 3072)
"""Assumed size if an image header does not contain it."""
_OPAQUE: Final = 128
"""Alpha from which a pixel is drawn if the background colour is unknown."""


class ImageSource(Struct, frozen=True):
    """An image that is part of a message."""

    key: str
    """Identifies the message and the part's position in it."""
    part: JsonObject
    """In wire format."""

    def __hash__(self) -> int:
        """Hash the key only, since the part may be megabytes."""
        return hash(self.key)


class Picture(Struct, frozen=True):
    """An image scaled to its displayed size."""

    width: int
    """In pixels, one per cell column; at least 1."""
    height: int
    """In pixels, two per cell row; at least 1."""
    pixels: bytes
    """RGBA bytes, row by row."""

    @property
    def rows(self) -> int:
        """Number of cell rows."""
        return rows_of(self.height)


class Cell(NamedTuple):
    """A run of identical cells; a half without a colour shows the background."""

    upper: Rgb | None
    lower: Rgb | None
    columns: int


def image_source(part: Json, key: str) -> ImageSource | None:
    """Return the image of a part, inline or by file reference; None for any other part and for URLs."""
    if not isinstance(part, dict):
        return None
    referred = part.get("type") == "image_url" and reference_of(part) is not None
    return ImageSource(key, part) if referred or _coded(part)[0] else None


def shown_images(parts: Sequence[Json], key: str) -> tuple[ImageSource | None, ...]:
    """Return the image, or None, for each part that has its own line in the displayed message.

    Args:
        parts: Content parts of a message; text parts have no line of their own.
        key: Identifies the message.
    """
    lines = [part for part in parts if not (isinstance(part, dict) and isinstance(part.get("text"), str))]
    return tuple(image_source(part, f"{key}/{place}") for place, part in enumerate(lines))


def data_of(source: ImageSource) -> str | FileReference:
    """Return the image data as base64 (in either alphabet), or the file that contains it."""
    reference = reference_of(source.part)
    if reference is not None:
        return reference
    text, start = _coded(source.part)
    return text[start:]


def announced_size(source: ImageSource) -> tuple[int, int] | None:
    """Return width and height in pixels from the image header; None if the data is not an image.

    Only the first bytes are decoded. An image whose size is stored further inside counts as large.
    """
    reference = reference_of(source.part)
    if reference is not None:
        told = _SIZE.search(reference.media)
        return (int(told[1]), int(told[2])) if told is not None else _UNKNOWN_SIZE
    text, start = _coded(source.part)
    head = decoded_head(text, start, HEAD_BYTES)
    media = media_of(head, coded_size(text, start)) if head is not None else None
    if media is None or media.modality != "image":
        return None
    return (media.width, media.height) if media.width and media.height else _UNKNOWN_SIZE


def fitted(width: int, height: int, columns: int, rows: int) -> tuple[int, int]:
    """Return the size in pixels at which an image fits into a box of cells; keeps the aspect ratio, never enlarges.

    Args:
        width: Width of the image in pixels, at least 1.
        height: Height of the image in pixels, at least 1.
        columns: Width of the box in cells of one pixel, at least 1.
        rows: Height of the box in cells of two pixels, at least 1.

    Returns:
        Width and height, each at least 1.
    """
    share = min(columns / width, 2 * rows / height, 1.0)
    return max(1, min(columns, round(width * share))), max(1, min(2 * rows, round(height * share)))


def rows_of(height: int) -> int:
    """Return the number of cell rows for a height in pixels."""
    return (height + 1) // 2


def cells(picture: Picture, row: int, ground: Rgb | None) -> Iterator[Cell]:
    """Yield the runs of one row of cells; with an odd height, the lower half of the last row is background.

    Args:
        picture: The scaled image.
        row: Index of the row, from 0.
        ground: Background colour to blend with; None: unknown, so pixels are drawn opaque or not at all.
    """
    width = picture.width
    upper = _line(picture, 2 * row, ground)
    lower = _line(picture, 2 * row + 1, ground) if 2 * row + 1 < picture.height else [None] * width
    start = 0
    for place in range(1, width + 1):
        if place == width or upper[place] != upper[start] or lower[place] != lower[start]:
            yield Cell(upper[start], lower[start], place - start)
            start = place


def _line(picture: Picture, line: int, ground: Rgb | None) -> list[Rgb | None]:
    first = 4 * line * picture.width
    quads = picture.pixels[first : first + 4 * picture.width]
    return [_blended(*quads[at : at + 4], ground=ground) for at in range(0, len(quads), 4)]


def _blended(red: int, green: int, blue: int, alpha: int, *, ground: Rgb | None) -> Rgb | None:
    if alpha == 255 or (ground is None and alpha >= _OPAQUE):
        return red, green, blue
    if ground is None or alpha == 0:
        return None
    back = 255 - alpha
    return (
        (red * alpha + ground[0] * back + 127) // 255,
        (green * alpha + ground[1] * back + 127) // 255,
        (blue * alpha + ground[2] * back + 127) // 255,
    )


def _coded(part: Mapping[str, Json]) -> tuple[str, int]:
    """Return a string that contains base64, and the offset of the base64; an empty one if the part contains none."""
    for address in (value_at(part, ("image_url", "url")), part.get("image_url")):
        head = data_url(address) if isinstance(address, str) else None
        if isinstance(address, str) and head is not None and head.coded:
            return address, head.start
    written = part.get("b64_json")
    return (written, 0) if isinstance(written, str) else ("", 0)
