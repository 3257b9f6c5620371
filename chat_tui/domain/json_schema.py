"""Validate JSON Schemas themselves: the keywords of draft 2020-12 must have values of the right types."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from chat_tui.domain.json_values import Json, json_type
from chat_tui.domain.places import Place, place_words

TYPES: Final = ("object", "array", "string", "number", "integer", "boolean", "null")
_SCHEMA: Final = ("additionalProperties", "items", "contains", "propertyNames", "not", "if", "then", "else")
_MORE_SCHEMA: Final = ("unevaluatedProperties", "unevaluatedItems", "additionalItems", "contentSchema")
_SCHEMA_MAPS: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_SCHEMA_LISTS: Final = ("anyOf", "oneOf", "allOf", "prefixItems")
_COUNTS: Final = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_NUMBERS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_TEXTS: Final = ("$schema", "$id", "$ref", "$anchor", "$comment", "title", "description", "format", "pattern")
_FLAGS: Final = ("uniqueItems", "deprecated", "readOnly", "writeOnly")
Fault: TypeAlias = tuple[Place, str]


def schema_faults(value: Json) -> Iterator[str]:
    """Yield the faults of a JSON Schema, each prefixed with its path: ``properties.city.type: must be …``.

    Unknown keywords are allowed, as the standard requires; references are not followed.
    """
    for place, fault in _of_schema(value, ()):
        yield f"{place_words(place)}: {fault}" if place else fault


def _of_schema(value: Json, place: Place) -> Iterator[Fault]:
    if isinstance(value, bool):
        return
    if not isinstance(value, dict):
        yield place, f"a JSON Schema must be an object, not {_a(value)}"
        return
    for key, item in value.items():
        check = _KEYWORDS.get(key)
        if check is not None:
            yield from check(item, (*place, key))
    required, members = value.get("required"), value.get("properties")
    if isinstance(required, list) and isinstance(members, dict):
        for name in required:
            if isinstance(name, str) and name not in members and value.get("additionalProperties") is False:
                yield (*place, "required"), f"{name} is not one of the properties"


def _a(value: Json) -> str:
    kind = json_type(value)
    return "null" if kind == "null" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _of_type(value: Json, place: Place) -> Iterator[Fault]:
    words = value if isinstance(value, list) else [value]
    if not words or not all(isinstance(word, str) and word in TYPES for word in words):
        yield place, f"must be one of {', '.join(TYPES)}, or a list of them"


def _of_map(value: Json, place: Place) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield place, f"must be an object of schemas, not {_a(value)}"
        return
    for key, item in value.items():
        yield from _of_schema(item, (*place, key))


def _of_list(value: Json, place: Place) -> Iterator[Fault]:
    if not isinstance(value, list) or not value:
        yield place, "must be a non-empty list of schemas"
        return
    for index, item in enumerate(value):
        yield from _of_schema(item, (*place, index))


def _of_items(value: Json, place: Place) -> Iterator[Fault]:
    yield from _of_list(value, place) if isinstance(value, list) else _of_schema(value, place)


def _of_names(value: Json, place: Place) -> Iterator[Fault]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        yield place, "must be a list of strings"


def _of_enum(value: Json, place: Place) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield place, f"must be a list, not {_a(value)}"


def _of_count(value: Json, place: Place) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        yield place, "must be a whole number, 0 or more"


def _of_number(value: Json, place: Place) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield place, f"must be a number, not {_a(value)}"


def _of_text(value: Json, place: Place) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield place, f"must be a string, not {_a(value)}"
    elif place[-1] == "pattern" and (fault := _pattern_fault(value)):
        yield place, f"is not a valid regular expression: {fault}"


def _of_flag(value: Json, place: Place) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield place, "must be true or false"


def _pattern_fault(pattern: str) -> str:
    """Return faults that exist in any regex dialect: an unterminated class or group."""
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error) if "unterminated" in str(error) or "missing )" in str(error) else ""
    except RecursionError:
        return ""
    return ""


_KEYWORDS: Final[Mapping[str, Callable[[Json, Place], Iterator[Fault]]]] = {
    "type": _of_type,
    "required": _of_names,
    "enum": _of_enum,
    "items": _of_items,
    **dict.fromkeys((*_SCHEMA[:1], *_SCHEMA[2:], *_MORE_SCHEMA), _of_schema),
    **dict.fromkeys(_SCHEMA_MAPS, _of_map),
    **dict.fromkeys(_SCHEMA_LISTS, _of_list),
    **dict.fromkeys(_COUNTS, _of_count),
    **dict.fromkeys(_NUMBERS, _of_number),
    **dict.fromkeys(_TEXTS, _of_text),
    **dict.fromkeys(_FLAGS, _of_flag),
}
