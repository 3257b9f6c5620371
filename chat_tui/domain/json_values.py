"""JSON types, parsing and serialising, and access to members of a request body by path."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, TypeAlias, Union

Json: TypeAlias = Union[bool, int, float, str, list["Json"], dict[str, "Json"], None]
JsonObject: TypeAlias = dict[str, Json]


class Unset(Enum):
    """The type of ``UNSET``, the absence of a value; ``None`` is a value (JSON null)."""

    UNSET = "unset"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset.UNSET


def value_at(body: Mapping[str, Json], path: Sequence[str]) -> Json | Unset:
    """Return the value at ``path``, or ``UNSET`` if a step is missing or not an object."""
    here: Json = dict(body) if not isinstance(body, dict) else body
    for step in path:
        if not isinstance(here, dict) or step not in here:
            return UNSET
        here = here[step]
    return here


def with_value(body: Mapping[str, Json], path: Sequence[str], value: Json) -> JsonObject:
    """Return a copy of ``body`` with ``value`` at ``path``; missing or non-object parents become objects."""
    first, *rest = path
    copy = dict(body)
    if not rest:
        copy[first] = value
        return copy
    inner = copy.get(first)
    copy[first] = with_value(inner if isinstance(inner, dict) else {}, rest, value)
    return copy


def without_value(body: Mapping[str, Json], path: Sequence[str]) -> JsonObject:
    """Return a copy of ``body`` without the member at ``path``; parents that become empty are removed too."""
    first, *rest = path
    if first not in body:
        return dict(body)
    copy = dict(body)
    inner = copy[first]
    if rest and isinstance(inner, dict):
        smaller = without_value(inner, rest)
        if smaller or not inner:
            copy[first] = smaller
            return copy
    if not rest or isinstance(inner, dict):
        del copy[first]
    return copy


def parse_json(text: str) -> Json:
    """Parse strict JSON: no NaN or Infinity, no number beyond the range of a double, limited nesting.

    Raises:
        ValueError: The text is not JSON; a ``json.JSONDecodeError`` (with line and column) if the position is known.
    """

    def refuse(word: str) -> Json:
        raise ValueError(f"{word} is not valid JSON")

    def finite(word: str) -> float:
        number = float(word)
        if math.isinf(number):
            raise ValueError(f"{word} is too large for a JSON number")
        return number

    try:
        value: Json = json.loads(text, parse_constant=refuse, parse_float=finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except ValueError as error:
        if str(error).startswith("Exceeds the limit"):
            raise ValueError("a whole number has too many digits") from None
        raise
    return value


def syntax_fault(error: json.JSONDecodeError) -> str:
    """Return what is wrong with JSON text, without the place; a trailing "at" of Python's message is left out."""
    return error.msg.removesuffix(" at").removesuffix(" starting")


def _finite_or_none(word: str) -> float | None:
    number = float(word)
    return number if math.isfinite(number) else None


LENIENT: Final = json.JSONDecoder(parse_float=_finite_or_none, parse_constant=lambda _: None)
"""Decoder for damaged or foreign files: numbers that are not valid JSON become null."""


def dump_json(value: Json, *, indent: int | None = None) -> str:
    """Serialise without escaping non-ASCII text; lone surrogates become U+FFFD, so that the result can be encoded."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _has_surrogate(text) else text


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def json_type(value: Json) -> str:
    """Return the JSON Schema type of a value: null, boolean, integer, number, string, array or object."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
