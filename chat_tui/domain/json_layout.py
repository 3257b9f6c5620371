"""JSON in indented lines as it was written, whole or only begun: nothing is parsed, added or repaired. Pure."""

from __future__ import annotations

import re
from typing import Final

_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
_DEEPEST: Final = 12
"""Levels after which lines are not moved further to the right."""
LIMIT: Final = 8_000
"""Characters that are laid out."""


def indented(text: str) -> list[tuple[int, str]]:
    """Level and text of each line; only blanks between the pieces differ from what was written.

    Text that begins like no object or list is given line by line. Beyond ``LIMIT`` characters the last line tells how
    many more there are.
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
