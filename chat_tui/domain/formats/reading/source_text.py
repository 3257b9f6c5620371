"""Decode files of unknown encoding: UTF-8 or UTF-16, with or without a BOM, tolerating NULs and invalid bytes."""

from __future__ import annotations

from typing import Final

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SAMPLE: Final = 4096


def text_of_bytes(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text and a note about invalid bytes, which become U+FFFD. Leading and trailing NULs are stripped."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", _guessed(data)))
    content = data[len(mark) :]
    try:
        text, notes = content.decode(encoding), ()
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")
        name = "UTF-8" if encoding == "utf-8" else "UTF-16"
        return text.strip("\0"), (
            f"Some of the file is not valid {name}; unreadable characters were replaced with \ufffd.",
        )
    return text.strip("\0"), notes


def _guessed(data: bytes) -> str:
    """Detect UTF-16 without a BOM: every second byte of ASCII text is NUL."""
    sample = data[:_SAMPLE]
    if len(sample) < 4 or sample.count(0) * 3 < len(sample):
        return "utf-8"
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd * 10 >= len(sample) * 4 and even * 10 < len(sample):
        return "utf-16-le"
    return "utf-16-be" if even * 10 >= len(sample) * 4 and odd * 10 < len(sample) else "utf-8"
