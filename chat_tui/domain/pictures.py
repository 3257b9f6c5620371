"""Images of messages as small pictures: where their data are, how large they are shown, their colours cell by cell."""

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
"""Taken where an image's head does not tell its size."""
_OPAQUE: Final = 128
"""Alpha from which on a pixel counts where there is no ground to blend it with."""


class ImageSource(Struct, frozen=True):
    """An image that is part of a message."""

    key: str
    """Names the message and the part's place in it."""
    part: JsonObject
    """In wire shape."""

    def __hash__(self) -> int:
        """By the name: the part may be megabytes."""
        return hash(self.key)


class Picture(Struct, frozen=True):
    """An image at the size it is shown at."""

    width: int
    """Pixels, one for each cell of a row; at least 1."""
    height: int
    """Pixels, two for each cell of a column; at least 1."""
    pixels: bytes
    """Red, green, blue, alpha of each pixel, row by row."""

    @property
    def rows(self) -> int:
        """Rows of cells it takes."""
        return rows_of(self.height)


class Cell(NamedTuple):
    """Cells side by side that look alike; a half without a colour lets the ground through."""

    upper: Rgb | None
    lower: Rgb | None
    columns: int


def image_source(part: Json, key: str) -> ImageSource | None:
    """The image that a part holds, or whose file it names; None for any other part, and for an address."""
    if not isinstance(part, dict):
        return None
    referred = part.get("type") == "image_url" and reference_of(part) is not None
    return ImageSource(key, part) if referred or _coded(part)[0] else None


def shown_images(parts: Sequence[Json], key: str) -> tuple[ImageSource | None, ...]:
    """For each part that has a line of its own in what is shown of a message: its image, None where it is none.

    Args:
        parts: Of a message's content; those that are text have no line.
        key: Names the message.
    """
    lines = [part for part in parts if not (isinstance(part, dict) and isinstance(part.get("text"), str))]
    return tuple(image_source(part, f"{key}/{place}") for place, part in enumerate(lines))


def data_of(source: ImageSource) -> str | FileReference:
    """The image's data as base64, in either alphabet, or the file that they are in."""
    reference = reference_of(source.part)
    if reference is not None:
        return reference
    text, start = _coded(source.part)
    return text[start:]


def announced_size(source: ImageSource) -> tuple[int, int] | None:
    """Width and height in pixels, as its head says; None where that is no head of an image.

    Only the head is decoded. An image whose size is further inside counts as a large one.
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
    """The size in pixels at which an image fits into a box of cells, its shape kept; never larger than it is.

    Args:
        width: Of the image, in pixels, at least 1.
        height: Likewise.
        columns: Of the box, one pixel each, at least 1.
        rows: Of the box, two pixels each, at least 1.

    Returns:
        Width and height, each at least 1.
    """
    share = min(columns / width, 2 * rows / height, 1.0)
    return max(1, min(columns, round(width * share))), max(1, min(2 * rows, round(height * share)))


def rows_of(height: int) -> int:
    """Rows of cells that so many pixels take."""
    return (height + 1) // 2


def cells(picture: Picture, row: int, ground: Rgb | None) -> Iterator[Cell]:
    """One row of cells of a picture, from the left; the lower half of the last one is ground where the height is odd.

    Args:
        picture: Whose row.
        row: From 0.
        ground: What shines through pixels that are not opaque; None: not known, and a pixel is there or not.
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
    """A text with base64 in it, and where that begins; an empty one where the part holds none."""
    for address in (value_at(part, ("image_url", "url")), part.get("image_url")):
        head = data_url(address) if isinstance(address, str) else None
        if isinstance(address, str) and head is not None and head.coded:
            return address, head.start
    written = part.get("b64_json")
    return (written, 0) if isinstance(written, str) else ("", 0)
