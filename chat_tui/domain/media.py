"""Detect file types from content: images, audio, PDF and text, with pixels or seconds from their headers. Pure."""

from __future__ import annotations

import struct
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Modality: TypeAlias = Literal["image", "audio", "file", "text"]

HEAD_BYTES: Final = 48 * 1024
"""Enough bytes to detect a file's type; a multiple of three, so that their base64 has no padding."""
_MOST_STEPS: Final = 4096
"""Maximum number of chunks or segments to read, as a limit for malicious files."""
_TAIL: Final = 2048
"""Number of bytes at the end of a file in which an end marker must occur."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers of frame headers."""
_MP3_RATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_MP3_RATES_LOW: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_FOREIGN: Final = (
    (b"BM", "a BMP image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"OggS", "Ogg audio"),
    (b"fLaC", "FLAC audio"),
    (b"FORM", "AIFF audio"),
    (b"RF64", "a WAV file of more than 4 GiB"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)
_BRANDS: Final = {b"heic": "a HEIC image", b"heix": "a HEIC image", b"mif1": "a HEIF image", b"avif": "an AVIF image"}


class Media(Struct, frozen=True, kw_only=True):
    """The type of a file."""

    kind: str
    """png, jpeg, gif, webp, wav, mp3, pdf or text."""
    mime: str
    modality: Modality
    width: int | None = None
    """In pixels; None for a file that is not an image, or if the header does not contain it."""
    height: int | None = None
    seconds: float | None = None
    """Duration of audio, if the headers give it; for an MP3 without a frame count, estimated from its first frame."""
    cut: bool = False
    """Whether it is shorter than its header declares; never set if only the first bytes were examined."""


def media_of(data: bytes, size: int | None = None) -> Media | None:
    """Detect the type of a file; None if no message part supports it.

    Args:
        data: The file, or at least its first bytes.
        size: Size of the whole file if ``data`` is only its beginning; truncation is not checked then.
    """
    whole, size = size is None, len(data) if size is None else size
    image = _image_of(data, size, whole=whole)
    if image is not None:
        return image
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return _wav(data, size, whole=whole)
    if data[:3] == b"ID3" or _mp3_frame(data):
        return Media(kind="mp3", mime="audio/mpeg", modality="audio", seconds=_mp3_seconds(data, size))
    if b"%PDF-" in data[:1024]:
        cut = whole and b"%%EOF" not in data[-_TAIL:]
        return Media(kind="pdf", mime="application/pdf", modality="file", cut=cut)
    return Media(kind="text", mime="text/plain", modality="text") if _is_text(data, whole=whole) else None


def foreign_name(data: bytes) -> str:
    """Return what an unsupported file is, by its first bytes: ``a TIFF image``; empty if unknown."""
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "an MP4 video or audio file")
    return next((words for magic, words in _FOREIGN if data.startswith(magic)), "")


def _image_of(data: bytes, size: int, *, whole: bool) -> Media | None:
    if data.startswith(_PNG):
        return _image("png", _png_size(data), cut=whole and b"IEND\xaeB`\x82" not in data[-_TAIL:])
    if data.startswith(b"\xff\xd8\xff"):
        return _image("jpeg", _jpeg_size(data), cut=whole and b"\xff\xd9" not in data[-_TAIL:])
    if data[:6] in (b"GIF87a", b"GIF89a"):
        pixels = struct.unpack_from("<HH", data, 6) if len(data) >= 10 else None
        return _image("gif", pixels, cut=whole and not data[-_TAIL:].rstrip(b"\0").endswith(b"\x3b"))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        announced = struct.unpack_from("<I", data, 4)[0] + 8
        return _image("webp", _webp_size(data), cut=whole and announced > size)
    return None


def _image(kind: str, pixels: tuple[int, int] | None, *, cut: bool) -> Media:
    width, height = pixels if pixels is not None and min(pixels) > 0 else (None, None)
    return Media(
        kind=kind,
        mime=f"image/{kind}",
        modality="image",
        width=width,
        height=height,
        cut=cut,
    )


def _png_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return struct.unpack_from(">II", data, 16)


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Read the size from the first frame header; earlier segments are skipped."""
    at = 2
    for _ in range(_MOST_STEPS):
        if at + 9 > len(data) or data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        elif marker in (0xD9, 0xDA):
            return None
        else:
            length: int = struct.unpack_from(">H", data, at + 2)[0]
            at += 2 if marker == 0x01 or 0xD0 <= marker <= 0xD8 else 2 + length
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Read the size from any of the three variants: lossy, lossless, and extended."""
    form = data[12:16]
    if len(data) < 30:
        return None
    if form == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    return None


def _wav(data: bytes, size: int, *, whole: bool) -> Media:
    """Read the duration of the audio present; a header written while streaming does not declare the length."""
    at, rate = 12, 0
    for _ in range(_MOST_STEPS):
        if at + 8 > len(data):
            break
        length: int = struct.unpack_from("<I", data, at + 4)[0]
        if data[at : at + 4] == b"fmt " and at + 20 <= len(data):
            rate = struct.unpack_from("<I", data, at + 16)[0]
        elif data[at : at + 4] == b"data":
            there = max(0, size - at - 8)
            unknown = length in (0, 0xFFFFFFFF) and there > 0
            seconds = (there if unknown else min(length, there)) / rate if rate else None
            return _sound(seconds, cut=whole and not unknown and length > there)
        at += 8 + length + length % 2
    return _sound(None, cut=whole)


def _sound(seconds: float | None, *, cut: bool) -> Media:
    return Media(kind="wav", mime="audio/wav", modality="audio", seconds=seconds, cut=cut)


def _mp3_frame(data: bytes) -> bool:
    """Return whether the data starts with an MPEG layer III frame, followed by another one if there is more data."""
    length = _frame_length(data)
    if not length:
        return False
    return len(data) < length + 4 or _frame_length(data[length : length + 4]) > 0


def _mp3_seconds(data: bytes, size: int) -> float | None:
    """Read the frame count that encoders store in the first frame; without it, assume all frames are like the first."""
    start = 0
    if data[:3] == b"ID3" and len(data) >= 10:
        start = 10 + sum((each & 0x7F) << shift for each, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    length = _frame_length(data[start : start + 4])
    if not length:
        return None
    head = data[start : start + 200]
    version = head[1] >> 3 & 3
    samples, hertz = (1152 if version == 3 else 576), _hertz(head)
    for mark in (b"Xing", b"Info"):
        at = head.find(mark, 4)
        if 0 < at <= len(head) - 12 and head[at + 7] & 1:
            return int.from_bytes(head[at + 8 : at + 12], "big") * samples / hertz
    return (size - start) / length * samples / hertz


def _hertz(head: bytes) -> int:
    """Return the sample rate of a frame in Hz."""
    return (44100, 48000, 32000)[head[2] >> 2 & 3] >> {3: 0, 2: 1, 0: 2}[head[1] >> 3 & 3]


def _frame_length(head: bytes) -> int:
    """Return the length of the frame at the start of the data in bytes; 0 if there is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or head[1] >> 1 & 3 != 1:
        return 0
    version, index, sampling = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    kilobits = (_MP3_RATES if version == 3 else _MP3_RATES_LOW)[index]
    if version == 1 or sampling == 3 or not kilobits:
        return 0
    return (144 if version == 3 else 72) * kilobits * 1000 // _hertz(head) + (head[2] >> 1 & 1)


def _is_text(data: bytes, *, whole: bool) -> bool:
    """Return whether it is UTF-8 without binary control characters; a partial file may end within a character."""
    try:
        text = data.decode("utf-8") if whole else data[: max(0, len(data) - 3)].decode("utf-8", "ignore")
    except UnicodeDecodeError:
        return False
    return bool(data) and not any(ord(character) < 32 and character not in "\t\n\r\f\x1b\b" for character in text)
