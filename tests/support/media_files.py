"""Small real files to attach: images, audio and a PDF, built byte by byte."""

from __future__ import annotations

import struct
import zlib
from typing import Final


def png(width: int = 3, height: int = 2) -> bytes:
    """Return a red image."""
    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def wav(seconds: float = 0.5, rate: int = 8000) -> bytes:
    """Silence, one channel, 16 bits, with a chunk of notes before the sound."""
    sound = bytes(2 * round(seconds * rate))
    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
    chunks = ((b"fmt ", form), (b"LIST", b"odd"), (b"data", sound))
    body = b"WAVE" + b"".join(
        kind + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for kind, part in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg(width: int = 640, height: int = 480) -> bytes:
    """The segments of an image, with a long comment before the frame header; its picture is none."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    segments = ((0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"), (0xFE, b"\xff\xc0" * 300), (0xC0, frame))
    body = b"".join(b"\xff" + bytes([marker]) + struct.pack(">H", len(part) + 2) + part for marker, part in segments)
    return b"\xff\xd8" + body + b"\xff\xda\0\x02\x12\x34\xff\xd9"


def gif(width: int = 7, height: int = 5) -> bytes:
    """An image without colours."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b"\x3b"


def webp(form: str = "VP8X", width: int = 300, height: int = 200) -> bytes:
    """Return a file that consists of a header in one of the three forms."""
    if form == "VP8X":
        body = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif form == "VP8L":
        body = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + bytes(5)
    else:
        body = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    chunk = form.ljust(4).encode() + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def mp3(frames: int = 3) -> bytes:
    """Frames of 128 kbit/s at 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


PDF: Final = (
    b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
