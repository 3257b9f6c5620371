"""Encodes and decodes the packets of a workbench process: one letter, four bytes of length (big-endian), the payload.

A ``D`` packet holds terminal input or output, an ``M`` packet a JSON object about the terminal, such as its size. The
process writes the line ``__GANGLION__`` before its first packet.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any, Final

DATA: Final = b"D"
META: Final = b"M"
_READY: Final = b"__GANGLION__\n"
_LINES: Final = 100
"""Maximum number of lines read while looking for the ready line."""
_LARGEST: Final = 64 * 1024 * 1024


def data(text: str) -> bytes:
    """Encode terminal input; a lone surrogate becomes a question mark."""
    return _packet(DATA, text.encode("utf-8", "replace"))


def size(width: int, height: int) -> bytes:
    """Encode the terminal's size in cells."""
    return meta("resize", width=width, height=height)


def meta(kind: str, **members: int) -> bytes:
    """Encode another terminal event."""
    return _packet(META, json.dumps({"type": kind, **members}).encode())


async def packets(stream: asyncio.StreamReader) -> AsyncGenerator[tuple[bytes, bytes], None]:
    """Yield letter and payload of each packet, until the stream ends (even within a packet) or one is too large."""
    try:
        for _ in range(_LINES):
            if await stream.readline() == _READY:
                break
        while True:
            letter = await stream.readexactly(1)
            length = int.from_bytes(await stream.readexactly(4), "big")
            if length > _LARGEST:
                return
            yield letter, await stream.readexactly(length)
    except (asyncio.IncompleteReadError, ValueError, OSError):
        return


def address_to_open(payload: bytes) -> str | None:
    """Return the URL that an ``M`` packet's payload asks to open; None if it asks for something else."""
    told = _object(payload)
    url = told.get("url")
    return url if told.get("type") == "open_url" and isinstance(url, str) else None


def _object(payload: bytes) -> dict[str, Any]:
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _packet(letter: bytes, payload: bytes) -> bytes:
    return b"%s%s%s" % (letter, len(payload).to_bytes(4, "big"), payload)
