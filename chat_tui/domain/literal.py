"""Escape untrusted text for display: characters that control a terminal or hide text become visible marks."""

from __future__ import annotations

import re

UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
"""Matches a character that controls the terminal or hides others; newline and tab are allowed."""


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\u27e8U+{code:04X}\u27e9"


def visible(text: str) -> str:
    """Replace every control, bidi control, tag character and lone surrogate with a visible mark.

    Newline and tab are unchanged; CR LF becomes a newline. Stateless per code point, so that a sequence split across
    two calls cannot slip through. For display only: what is saved or sent keeps the exact text.
    """
    return UNSAFE.sub(_mark, text.replace("\r\n", "\n"))


def visible_line(text: str) -> str:
    """Like ``visible``, for one line: newlines and tabs become marks too."""
    return visible(text).replace("\n", "\u240a").replace("\t", "\u2409")
