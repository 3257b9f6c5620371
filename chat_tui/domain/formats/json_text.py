"""Serialise JSON that is safe to display: control and invisible characters are written as escapes."""

from __future__ import annotations

import re

from chat_tui.domain.json_values import Json, dump_json
from chat_tui.domain.literal import UNSAFE


def json_text(value: Json, *, indent: int | None = None) -> str:
    """Serialise a value exactly, except for lone surrogates, which become U+FFFD since some parsers reject them."""
    return UNSAFE.sub(_escaped, dump_json(value, indent=indent))


def _escaped(match: re.Match[str]) -> str:
    """Escape a character; such characters occur only within strings."""
    units = match.group().encode("utf-16-be")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))
