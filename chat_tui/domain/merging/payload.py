"""The data of one event: its end mark, its JSON object, the error it may tell of."""

from __future__ import annotations

import json
import math
from typing import NoReturn

from chat_tui.domain.json_values import Json, JsonObject, dump_json

_MAX_DEPTH = 200
"""Deeper values are refused: every later writer and walker may then recurse."""


def is_done(data: str) -> bool:
    """Whether the data of an event is the end mark of a stream, ``[DONE]``, white space around it aside."""
    return "[DONE]" in data[:64] and data.strip() == "[DONE]"


def is_json(text: str) -> bool:
    """Whether a text is whole JSON, so that an event without its blank line was not cut inside its data."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def parse_object(data: str) -> JsonObject | None:
    """The JSON object that ``data`` is; None for anything else (merge rule R27).

    Refused too: NaN and infinities, by name or by size (no JSON could be written of them), integers beyond the
    interpreter's limit of digits, and nesting deeper than 200 levels.
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
    """An error in the shape of an object: one is left as it is, anything else becomes its ``message``."""
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
