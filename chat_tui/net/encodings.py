"""Decompresses bodies that a service compressed although the request asked for identity encoding."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

_PIECE_BYTES: Final = 256 * 1024
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_GZIP: Final = b"\x1f\x8b"


class CorruptBodyError(ValueError):
    """The compressed bytes are damaged or end too early."""


class PlainBody:
    """Pass-through for uncompressed bytes."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the bytes unchanged."""
        yield data

    def end(self) -> None:
        """Do nothing: an uncompressed body cannot be incomplete."""


class InflatedBody:
    """Decodes gzip, zlib and raw deflate in pieces of at most 256 KiB, so that a decompression bomb can be stopped.

    Gzip data may consist of several members, one after the other (RFC 1952); anything else after its end is ignored.
    """

    def __init__(self) -> None:
        self._start = b""
        self._inflate: zlib._Decompress | None = None
        self._complete = False  # whether a member has been read to its end
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decompressed bytes.

        Raises:
            CorruptBodyError: The bytes cannot be decompressed.
        """
        while data and not self._over:
            data, self._start = self._start + data, b""
            if self._inflate is None and not self._begin(data):
                return
            yield from self._inflated(data)
            data = b""
            if self._inflate is not None and self._inflate.eof:
                data, self._inflate, self._complete = self._inflate.unused_data, None, True

    def end(self) -> None:
        """Finish the body.

        Raises:
            CorruptBodyError: The body ended before the compressed data did.
        """
        if self._inflate is not None or (self._start and not self._complete):
            raise CorruptBodyError("its compressed data is incomplete")

    def _begin(self, data: bytes) -> bool:
        """Begin a member; False if more bytes are needed or none follows."""
        if len(data) < 2:
            self._start = data
        elif self._complete and not data.startswith(_GZIP):
            self._over = True
        else:
            self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB if _has_header(data) else -zlib.MAX_WBITS)
        return self._inflate is not None

    def _inflated(self, data: bytes) -> Iterator[bytes]:
        more = True
        while self._inflate is not None and (data or more) and not self._inflate.eof:
            before = self._inflate.copy()
            try:
                piece = self._inflate.decompress(data, _PIECE_BYTES)
            except zlib.error as error:
                yield _sound_part(before, data)
                raise CorruptBodyError("its compressed data is damaged") from error
            data = self._inflate.unconsumed_tail
            more = len(piece) == _PIECE_BYTES
            if piece:
                yield piece


def _sound_part(inflate: zlib._Decompress, data: bytes) -> bytes:
    """Return the output of damaged data up to the damage."""
    sound = b""
    try:
        for at in range(len(data)):
            sound += inflate.decompress(data[at : at + 1])
    except zlib.error:
        pass
    return sound


def _has_header(start: bytes) -> bool:
    """Whether two bytes start gzip or zlib data (RFC 1952, RFC 1950); raw deflate has no header."""
    return start.startswith(_GZIP) or (start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0)


def body_decoder(content_encoding: str) -> PlainBody | InflatedBody | None:
    """Return the decoder for a Content-Encoding header; None for an unsupported encoding."""
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    names = [name for name in names if name not in ("identity", "none")]
    if not names:
        return PlainBody()
    return InflatedBody() if names in (["gzip"], ["x-gzip"], ["deflate"]) else None
