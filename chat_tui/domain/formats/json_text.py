"""JSON that is safe to show and to cut into lines: what a terminal would obey is written as an escape."""

from __future__ import annotations

import re

from chat_tui.domain.json_values import Json, dump_json
from chat_tui.domain.literal import UNSAFE


def json_text(value: Json, *, indent: int | None = None) -> str:
    """JSON of exactly this value, but for lone surrogates, which become U+FFFD: not every reader takes them."""
    return UNSAFE.sub(_escaped, dump_json(value, indent=indent))


def _escaped(match: re.Match[str]) -> str:
    """A character, which can only stand within a string, as an escape."""
    units = match.group().encode("utf-16-be")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))
