"""Convert a JSON Schema to strict mode: closed objects, every property required, optional ones nullable."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.json_values import Json, JsonObject, json_type
from chat_tui.domain.schema_lint import ALLOWED, BESIDE_A_REFERENCE, FORMATS, LISTS, MAPS, is_map, is_object, resolved

_OUTSIDE: Final = ("title", "description")
"""Keywords that stay outside when a schema is wrapped."""


def strict(schema: JsonObject) -> JsonObject:
    """Return a schema for strict mode, as far as it can be converted automatically; the input is not changed.

    Objects are closed and list every property as required; optional ones become nullable instead. ``oneOf`` becomes
    ``anyOf``; a reference with sibling keywords is wrapped; a root reference is replaced by its target. Keywords that
    strict mode does not support are removed, except those that define the shape: maps, ``allOf`` of several schemas, an
    untyped value, and a root that is not an object are left for the user to decide (``schema_lint.lint`` reports them).

    Raises:
        RecursionError: The schema is nested too deeply.
    """
    return _closed(_with_root(schema))


def _with_root(schema: JsonObject) -> JsonObject:
    """Replace a root reference by its target, repeatedly if that is a reference too."""
    seen: set[str] = set()
    while isinstance(reference := schema.get("$ref"), str) and reference not in seen and reference != "#":
        seen.add(reference)
        target = resolved(schema, reference)
        if not isinstance(target, dict):
            break
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**target, **rest}
    if "type" not in schema and is_object(schema) and "$ref" not in schema:
        return {"type": "object", **schema}
    return schema


def _closed(schema: Json) -> JsonObject:
    """Convert one schema and all its subschemas."""
    if not isinstance(schema, dict):
        return schema  # type: ignore[return-value]  # true and false are unchanged
    made = _inner(_permitted(_merged(schema)))
    if "$ref" in made and made.keys() - BESIDE_A_REFERENCE:
        return _wrapped(made)
    if "$ref" not in made and is_object(made):
        return _object(made)
    return _typed(made)


def _merged(schema: JsonObject) -> JsonObject:
    """Convert ``allOf`` with one schema, and ``oneOf``, to ``anyOf``."""
    made = dict(schema)
    every = made.get("allOf")
    if isinstance(every, list) and len(every) == 1 and not {"anyOf", "oneOf"} & made.keys():
        made["anyOf"] = every
        del made["allOf"]
    one = made.get("oneOf")
    if isinstance(one, list):
        if "anyOf" not in made:
            made = {"anyOf" if key == "oneOf" else key: value for key, value in made.items()}
        else:
            del made["oneOf"]
    return made


def _permitted(schema: JsonObject) -> JsonObject:
    kept = ALLOWED | {"allOf", "patternProperties"}
    made = {key: value for key, value in schema.items() if key in kept}
    stated = made.get("format")
    if not isinstance(stated, str) or stated not in FORMATS:
        made.pop("format", None)
    return made


def _inner(schema: JsonObject) -> JsonObject:
    made: JsonObject = {}
    for key, value in schema.items():
        if key in MAPS and isinstance(value, dict):
            made[key] = {name: _closed(item) for name, item in value.items()}
        elif key in LISTS and isinstance(value, list):
            made[key] = [_closed(item) for item in value]
        else:
            made[key] = _closed(value) if key == "items" else value
    return made


def _object(schema: JsonObject) -> JsonObject:
    members, listed = schema.get("properties"), schema.get("required")
    names = members if isinstance(members, dict) else {}
    needed = listed if isinstance(listed, list) else []
    made = {**schema, "properties": {n: item if n in needed else _nullable(item) for n, item in names.items()}}
    made["required"] = [*names]
    if not is_map(schema):
        made["additionalProperties"] = False
    return made if "type" in made else {"type": "object", **made}


def _typed(schema: JsonObject) -> JsonObject:
    """Add the type of the values of an enum or a constant."""
    if {"type", "anyOf", "allOf", "$ref"} & schema.keys():
        return schema
    values = schema["enum"] if isinstance(schema.get("enum"), list) else [schema["const"]] if "const" in schema else []
    kinds: list[Json] = []
    for value in values if isinstance(values, list) else []:
        kind = json_type(value)
        if kind not in kinds:
            kinds.append(kind)
    return {"type": kinds[0] if len(kinds) == 1 else kinds, **schema} if kinds else schema


def _nullable(schema: Json) -> Json:
    """Return the schema with null allowed as well."""
    if not isinstance(schema, dict) or not schema:
        return schema
    kind, either = schema.get("type"), schema.get("anyOf")
    if isinstance(either, list):
        has_null = any(isinstance(item, dict) and _takes_null(item) for item in either)
        return schema if has_null else {**schema, "anyOf": [*either, {"type": "null"}]}
    if "$ref" in schema or "const" in schema or "allOf" in schema:
        return _wrapped(schema, {"type": "null"})
    if kind is None or _takes_null(schema):
        return schema
    kinds: list[Json] = kind if isinstance(kind, list) else [kind]
    made: JsonObject = {**schema, "type": kinds if "null" in kinds else [*kinds, "null"]}
    values = schema.get("enum")
    if isinstance(values, list) and None not in values:
        made["enum"] = [*values, None]
    return made


def _takes_null(schema: JsonObject) -> bool:
    kind = schema.get("type")
    values = schema.get("enum")
    return "null" in (kind if isinstance(kind, list) else [kind]) and (not isinstance(values, list) or None in values)


def _wrapped(schema: JsonObject, *others: JsonObject) -> JsonObject:
    """Wrap a schema in ``anyOf`` with its title and description outside; siblings of a reference are dropped."""
    outside: JsonObject = {key: schema[key] for key in _OUTSIDE if key in schema}
    inside = {key: value for key, value in schema.items() if key not in _OUTSIDE}
    if "$ref" in inside:
        inside = {key: value for key, value in inside.items() if key in BESIDE_A_REFERENCE}
    return {**outside, "anyOf": [inside, *others]}
