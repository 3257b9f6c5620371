"""Decode the backslash escapes of a shell's ``$'…'`` quoting."""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<byte>[0-9a-fA-F]{1,2})|u(?P<short>[0-9a-fA-F]{1,4})|U(?P<long>[0-9a-fA-F]{1,8})"
    r"|c(?P<control>.)|(?P<letter>.))",
    re.DOTALL,
)
_LETTERS: Final = {"a": 7, "b": 8, "e": 27, "E": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_HIGHEST: Final = 0x10FFFF


def ansi_c(text: str) -> str:
    """Decode the text between ``$'`` and ``'``.

    Byte escapes are UTF-8; the two halves of a surrogate pair, as browsers write them, are joined; a NUL ends the
    text, as in bash.
    """
    pieces: list[bytes] = []
    at = 0
    for match in _ESCAPE.finditer(text):
        pieces += [_encoded(text[at : match.start()]), _decoded(match)]
        at = match.end()
    whole = b"".join([*pieces, _encoded(text[at:])]).partition(b"\0")[0]
    return _paired(whole.decode("utf-8", "surrogatepass" if _readable(whole) else "replace"))


def _decoded(match: re.Match[str]) -> bytes:
    octal, byte, short, long, control, letter = match.groups()
    if octal or byte:
        return bytes([int(octal, 8) & 0xFF if octal else int(byte, 16)])
    if short or long:
        code = int(short or long, 16)
        return _encoded(chr(code) if code <= _HIGHEST else "\ufffd")
    if control:
        return bytes([ord(control.upper()) & 0x1F]) if control.isascii() else _encoded(control)
    if letter in _LETTERS:
        return bytes([_LETTERS[letter]])
    return _encoded(letter if letter in "\\'\"?" else f"\\{letter}")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _readable(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _paired(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
