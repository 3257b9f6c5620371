"""Undoes the compression of a body that was compressed although it was asked not to be."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

_PIECE_BYTES: Final = 256 * 1024
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


class CorruptBodyError(ValueError):
    """The compressed bytes are damaged or end too early."""


class PlainBody:
    """Bytes that are not compressed."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The same bytes."""
        yield data

    def end(self) -> None:
        """Nothing is ever missing."""


class InflatedBody:
    """gzip, zlib and raw deflate; comes out in pieces of at most 256 KiB, so that a bomb can be stopped."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the bytes decode to.

        Raises:
            CorruptBodyError: They cannot be decoded.
        """
        more = True
        while (data or more) and not self._inflate.eof:
            piece = self._decompress(data)
            self._begun = True
            data = self._inflate.unconsumed_tail
            more = len(piece) == _PIECE_BYTES
            if piece:
                yield piece

    def _decompress(self, data: bytes) -> bytes:
        try:
            return self._inflate.decompress(data, _PIECE_BYTES)
        except zlib.error as error:
            if self._begun:
                raise CorruptBodyError("its compression is damaged") from error
        try:
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._inflate.decompress(data, _PIECE_BYTES)
        except zlib.error as error:
            raise CorruptBodyError("its compression is damaged") from error

    def end(self) -> None:
        """The body is over.

        Raises:
            CorruptBodyError: It ended before the compressed data did.
        """
        if self._begun and not self._inflate.eof:
            raise CorruptBodyError("it ended before its compressed data did")


def body_decoder(content_encoding: str) -> PlainBody | InflatedBody | None:
    """The decoder for a Content-Encoding header; None for an encoding that is not known here."""
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    names = [name for name in names if name not in ("identity", "none")]
    if not names:
        return PlainBody()
    return InflatedBody() if names in (["gzip"], ["x-gzip"], ["deflate"]) else None
