"""Where and why a value does not fit a JSON Schema, in words; nothing is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from chat_tui.domain.json_schema import schema_faults
from chat_tui.domain.json_values import Json, JsonObject, dump_json, json_type
from chat_tui.domain.places import Place
from chat_tui.domain.schema_lint import LISTS, MAPS, SINGLE

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MOST: Final = 50
"""Errors that are told of one value."""
_LONGEST: Final = 160
_NAMES: Final = 8
"""Values of an enum that are listed."""


class SchemaError(Struct, frozen=True):
    """One thing that does not fit."""

    place: Place
    """In the value; empty: the whole of it."""
    message: str
    """In one clause."""


def schema_errors(value: Json, schema: Json, most: int = MOST) -> list[SchemaError]:
    """What does not fit, in the order of the value's members; empty where all does.

    The draft is the one ``$schema`` names, else 2020-12. Formats (``date``, ``email`` …) count. Patterns that only
    another dialect of regular expressions can read are not checked. A schema that is none, or refers to what is not in
    it, is told as an error of the whole value: references are followed within it only.

    Args:
        value: To be judged.
        schema: An object or a boolean.
        most: Stop after so many.
    """
    return list(islice(_errors(value, schema), most))


def _errors(value: Json, schema: Json) -> Iterator[SchemaError]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as NoSchema
    from jsonschema.exceptions import UnknownType
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    if isinstance(schema, bool):
        schema = {} if schema else {"not": {}}
    if not isinstance(schema, dict):
        yield SchemaError((), "the schema cannot be used: it is no object")
        return
    try:
        schema = _in_our_dialect(schema)
        kind = validator_for(schema, default=Draft202012Validator)
        kind.check_schema(schema)
        checker = kind(schema, registry=Registry(), format_checker=kind.FORMAT_CHECKER)
        for error in checker.iter_errors(value):
            yield from _told(error)
    except NoSchema as error:
        yield SchemaError((), f"the schema cannot be used: {_short(error.message)}")
    except Unresolvable as error:
        yield SchemaError((), f"the schema refers to what is not in it: {_short(str(error.ref))}")
    except (UnknownType, RecursionError, re.error, ValueError, OverflowError) as error:
        yield SchemaError((), f"the schema cannot be used: {type(error).__name__}")


def _in_our_dialect(schema: JsonObject) -> JsonObject:
    """Without the patterns that cannot be read here; what is broken in any dialect stays, and is told."""
    made: JsonObject = {}
    for key, value in schema.items():
        if key in MAPS and isinstance(value, dict):
            made[key] = {name: _each(item) for name, item in value.items()}
        elif key in LISTS and isinstance(value, list):
            made[key] = [_each(item) for item in value]
        elif key in SINGLE:
            made[key] = _each(value)
        elif key != "pattern" or not isinstance(value, str) or _readable(value):
            made[key] = value
    return made


def _each(schema: Json) -> Json:
    return _in_our_dialect(schema) if isinstance(schema, dict) else schema


def _readable(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return bool(next(schema_faults({"pattern": pattern}), ""))
    except (RecursionError, OverflowError):
        return False
    return True


def _told(error: ValidationError) -> Iterator[SchemaError]:
    """An error in our words; of alternatives the one that came nearest."""
    place = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and error.validator_value is False:
        for name in _unexpected(error):
            yield SchemaError((*place, name), "is no property of the schema")
        return
    if error.validator in ("anyOf", "oneOf") and error.context:
        from jsonschema.exceptions import best_match

        leaf = best_match(iter([error]))
        if leaf is not None and leaf is not error and leaf.validator not in ("anyOf", "oneOf"):
            yield from (
                SchemaError(near.place, f"{near.message} (in the shape that is nearest)") for near in _told(leaf)
            )
            return
    words = _WORDS.get(str(error.validator))
    yield SchemaError(place, _short(words(error.validator_value, error.instance) if words else error.message))


def _unexpected(error: ValidationError) -> list[str]:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [
        name
        for name in (error.instance if isinstance(error.instance, dict) else ())
        if name not in known and not any(re.search(pattern, name) for pattern in patterns)
    ]


def _types(wanted: Any, value: Any) -> str:
    kinds = wanted if isinstance(wanted, list) else [wanted]
    return f"must be {' or '.join(map(_a, kinds))}, is {_a(json_type(value))}"


def _a(kind: str) -> str:
    return kind if kind == "null" else f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def _one_of(wanted: Any, value: Any) -> str:
    shown = ", ".join(map(_json, wanted[:_NAMES])) + (", …" if len(wanted) > _NAMES else "")
    return f"must be one of {shown}; is {_json(value)}"


def _missing(wanted: Any, value: Any) -> str:
    return f"lacks {', '.join(name for name in wanted if name not in value)}"


def _json(value: Any) -> str:
    return _short(dump_json(value), 60)


def _short(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


_WORDS: Final[Mapping[str, Callable[[Any, Any], str]]] = {
    "type": _types,
    "enum": _one_of,
    "required": _missing,
    "const": lambda wanted, value: f"must be {_json(wanted)}, is {_json(value)}",
    "minimum": lambda wanted, value: f"must be at least {wanted}, is {value}",
    "maximum": lambda wanted, value: f"must be at most {wanted}, is {value}",
    "exclusiveMinimum": lambda wanted, value: f"must be more than {wanted}, is {value}",
    "exclusiveMaximum": lambda wanted, value: f"must be less than {wanted}, is {value}",
    "multipleOf": lambda wanted, value: f"must be a multiple of {wanted}, is {value}",
    "minLength": lambda wanted, value: f"must have at least {wanted} characters, has {len(value)}",
    "maxLength": lambda wanted, value: f"must have at most {wanted} characters, has {len(value)}",
    "pattern": lambda wanted, value: f"must match {wanted}, is {_json(value)}",
    "format": lambda wanted, value: f"must be of the format {wanted}, is {_json(value)}",
    "minItems": lambda wanted, value: f"must have at least {wanted} entries, has {len(value)}",
    "maxItems": lambda wanted, value: f"must have at most {wanted} entries, has {len(value)}",
    "uniqueItems": lambda _, value: f"must have no entry twice, has {len(value)}",
    "minProperties": lambda wanted, value: f"must have at least {wanted} members, has {len(value)}",
    "maxProperties": lambda wanted, value: f"must have at most {wanted} members, has {len(value)}",
    "anyOf": lambda wanted, _: f"fits none of the {len(wanted)} shapes",
    "oneOf": lambda wanted, _: f"fits none, or more than one, of the {len(wanted)} shapes",
    "not": lambda _, value: f"must not be {_json(value)}",
}
