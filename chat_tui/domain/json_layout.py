"""Indent JSON text for display, complete or partial, without parsing, adding or repairing anything. Pure."""

from __future__ import annotations

import re
from typing import Final

_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
_DEEPEST: Final = 12
"""Maximum indentation level."""
LIMIT: Final = 8_000
"""Maximum number of characters that are laid out."""


def indented(text: str) -> list[tuple[int, str]]:
    """Return indentation level and text of each line; only the whitespace between tokens differs from the input.

    Text that does not start like an object or array is split into its own lines. If it is longer than ``LIMIT``, the
    last line gives the number of remaining characters.
    """
    rest = len(text) - LIMIT
    shown = text[:LIMIT]
    lines = _laid_out(shown) if shown.lstrip()[:1] in ("{", "[") else [(0, line) for line in shown.splitlines()]
    return [*lines, (0, f"… {rest:,} more characters")] if rest > 0 else lines


def _laid_out(text: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    line, depth, level, last = "", 0, 0, ""

    def ended() -> None:
        nonlocal line, level
        if line:
            lines.append((min(level, _DEEPEST), line))
        line, level = "", depth

    for match in _PIECE.finditer(text):
        piece = match.group()
        if piece in "}]":
            depth = max(0, depth - 1)
            if last not in "{[" or not last:
                ended()
        elif last in ("{", "[", ","):
            ended()
        elif last == ":" or (line and piece not in ",:{["):
            line += " "
        if not line:
            level = depth
        line += piece
        depth += piece in "{["
        last = piece if piece in "{}[],:" else "word"
    ended()
    return lines
