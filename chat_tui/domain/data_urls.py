"""Decode base64 and ``data:`` URLs leniently, in the forms that services actually send. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import unquote_to_bytes

from msgspec import Struct

_DATA_URL: Final = re.compile(r"data:([^,;]{0,100})((?:;[^,;]{0,100}){0,5}),", re.IGNORECASE)
_HEAD: Final = 700
"""The data of a URL must start within this many characters."""
_OTHER_LETTERS: Final = str.maketrans("-_", "+/")


class DataUrl(Struct, frozen=True):
    """The header of a ``data:`` URL."""

    mime: str
    """The declared media type in lower case; may be empty or arbitrary."""
    start: int
    """Offset of the data."""
    coded: bool
    """Whether the data is base64 instead of percent-encoded."""

    def data(self, url: str) -> bytes | None:
        """Decode the data of the URL that this header belongs to; None if it is not valid base64."""
        rest = url[self.start :]
        return decoded(rest) if self.coded else unquote_to_bytes(rest)


def data_url(url: str) -> DataUrl | None:
    """Parse the header of a ``data:`` URL; None for any other text."""
    head = _DATA_URL.match(url[:_HEAD])
    if head is None:
        return None
    coded = head[2].lower().rpartition(";")[2].strip() == "base64"
    return DataUrl(head[1].strip().lower(), head.end(), coded)


def decoded(text: str) -> bytes | None:
    """Decode base64 in either alphabet, with or without padding, with whitespace inside; None for anything else."""
    bare = _bare(text)
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def decoded_head(text: str, start: int, most: int) -> bytes | None:
    """Decode the first bytes of the base64 that begins at ``start``; the cost does not depend on the text's length.

    Args:
        text: Contains the base64.
        start: Offset of the base64.
        most: Maximum number of bytes to return; a multiple of three.
    """
    bare = _bare(text[start : start + most // 3 * 4])
    return decoded(bare[: len(bare) // 4 * 4] if len(text) - start > most // 3 * 4 else bare)


def coded_size(text: str, start: int) -> int:
    """Return the approximate number of bytes that the base64 at ``start`` decodes to; exact without whitespace."""
    return max(0, (len(text) - start - text[-2:].count("=")) * 3 // 4)


def _bare(text: str) -> str:
    if not text.isascii():
        return text
    return "".join(text.split()).rstrip("=").translate(_OTHER_LETTERS)
