"""Data within a text: base64 and ``data:`` URLs as services write them, not only as the standard has them. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import unquote_to_bytes

from msgspec import Struct

_DATA_URL: Final = re.compile(r"data:([^,;]{0,100})((?:;[^,;]{0,100}){0,5}),", re.IGNORECASE)
_HEAD: Final = 700
"""Characters in which the data of a URL have to begin."""
_OTHER_LETTERS: Final = str.maketrans("-_", "+/")


class DataUrl(Struct, frozen=True):
    """The head of a ``data:`` URL."""

    mime: str
    """What its data are said to be, in lower case; may be empty or anything."""
    start: int
    """Where the data begin."""
    coded: bool
    """They are base64, not percent-encoded."""

    def data(self, url: str) -> bytes | None:
        """The data of the URL this is the head of; None where they are not what they are said to be."""
        rest = url[self.start :]
        return decoded(rest) if self.coded else unquote_to_bytes(rest)


def data_url(url: str) -> DataUrl | None:
    """The head of a ``data:`` URL; None for any other text."""
    head = _DATA_URL.match(url[:_HEAD])
    if head is None:
        return None
    coded = head[2].lower().rpartition(";")[2].strip() == "base64"
    return DataUrl(head[1].strip().lower(), head.end(), coded)


def decoded(text: str) -> bytes | None:
    """Base64 with or without its padding, with blanks between, in either alphabet; None for anything else."""
    bare = _bare(text)
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def decoded_head(text: str, start: int, most: int) -> bytes | None:
    """The first bytes of base64 that begins at ``start``; costs the same for a text of any length.

    Args:
        text: Holds it.
        start: Where in it.
        most: Bytes that are wanted, at most; a multiple of three.
    """
    bare = _bare(text[start : start + most // 3 * 4])
    return decoded(bare[: len(bare) // 4 * 4] if len(text) - start > most // 3 * 4 else bare)


def coded_size(text: str, start: int) -> int:
    """About how many bytes the base64 that begins at ``start`` holds; exact where no blanks are in it."""
    return max(0, (len(text) - start - text[-2:].count("=")) * 3 // 4)


def _bare(text: str) -> str:
    if not text.isascii():
        return text
    return "".join(text.split()).rstrip("=").translate(_OTHER_LETTERS)
