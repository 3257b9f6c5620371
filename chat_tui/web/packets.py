"""The packets between a workbench process and whoever stands for its terminal: a letter, four bytes of size, a payload.

``D`` is what a terminal would get or send, ``M`` a JSON object that concerns the terminal. Before its first packet the
process writes a line that says so.
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
"""How many others may come before it."""
_LARGEST: Final = 64 * 1024 * 1024


def data(text: str) -> bytes:
    """What was typed, as a packet; half of a character becomes a question mark."""
    return _packet(DATA, text.encode("utf-8", "replace"))


def size(width: int, height: int) -> bytes:
    """The terminal's size in cells, as a packet."""
    return meta("resize", width=width, height=height)


def meta(kind: str, **members: int) -> bytes:
    """Something else that happened to the terminal, as a packet."""
    return _packet(META, json.dumps({"type": kind, **members}).encode())


async def packets(stream: asyncio.StreamReader) -> AsyncGenerator[tuple[bytes, bytes], None]:
    """Letter and payload of every packet; the end of the stream ends it, wherever that is."""
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
    """The address that the workbench wants opened, of an ``M`` packet's payload; None where it wants another thing."""
    told = _object(payload)
    url = told.get("url")
    return url if told.get("type") == "open_url" and isinstance(url, str) else None


def _object(payload: bytes) -> dict[str, Any]:
    try:
        told = json.loads(payload)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _packet(letter: bytes, payload: bytes) -> bytes:
    return b"%s%s%s" % (letter, len(payload).to_bytes(4, "big"), payload)
