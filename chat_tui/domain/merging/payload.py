"""Parse the data of one event: the end marker, a JSON object, or an error."""

from __future__ import annotations

import json
import math
from typing import NoReturn

from chat_tui.domain.json_values import Json, JsonObject, dump_json

_MAX_DEPTH = 200
"""Maximum nesting of accepted values, so that later code may recurse."""


def is_done(data: str) -> bool:
    """Return whether the data is the end marker of a stream, ``[DONE]``, ignoring surrounding whitespace."""
    return "[DONE]" in data[:64] and data.strip() == "[DONE]"


def is_json(text: str) -> bool:
    """Return whether a text is complete JSON, so that an event without its blank line has complete data."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def parse_object(data: str) -> JsonObject | None:
    """Parse ``data`` as a JSON object; None for anything else (merge rule R27).

    Also rejected are NaN and infinities, by name or by magnitude (they cannot be serialised as JSON), integers beyond
    the interpreter's digit limit, and nesting deeper than 200 levels.
    """
    try:
        value: Json = _DECODER.decode(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    if data.count("{") + data.count("[") > _MAX_DEPTH and _too_deep(value):
        return None
    return value


def as_error(value: Json) -> JsonObject:
    """Convert an error to an object: objects are unchanged, any other value becomes the ``message``."""
    if isinstance(value, dict):
        return value
    return {"message": value if isinstance(value, str) else dump_json(value)}


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _finite(word: str) -> float:
    number = float(word)
    if math.isinf(number):
        raise ValueError(word)
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def _too_deep(value: Json) -> bool:
    level: list[Json] = [value]
    for _ in range(_MAX_DEPTH):
        below: list[Json] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        level = below
    return True
