"""Infer a JSON Schema from an example: the narrowest simple schema that the example is valid against."""

from __future__ import annotations

from collections.abc import Sequence

from chat_tui.domain.json_values import Json, JsonObject, json_type

_SCALARS = ("string", "number", "integer", "boolean", "null")


def schema_from_example(value: Json) -> JsonObject:
    """Infer the schema of a value: its types, its members, and which members are always present.

    All items of a list share one schema: a member that some of them lack is not required, and values of several types
    may have any of these types. What the example does not show (the items of an empty list) is unrestricted.

    Raises:
        ValueError: The value is nested too deeply.
    """
    try:
        return _of_all([value])
    except RecursionError:
        raise ValueError("the example is nested too deeply") from None


def _of_all(values: Sequence[Json]) -> JsonObject:
    """Infer one schema that all of these values are valid against."""
    by_kind: dict[str, list[Json]] = {}
    for value in values:
        by_kind.setdefault(json_type(value), []).append(value)
    if "number" in by_kind:
        by_kind.pop("integer", None)
    kinds: list[Json] = [kind for kind in by_kind if kind in _SCALARS]
    scalars: list[Json] = [{"type": kinds[0] if len(kinds) == 1 else kinds}] if kinds else []
    shapes = [_of_objects(by_kind["object"])] if "object" in by_kind else []
    shapes += [_of_lists(by_kind["array"])] if "array" in by_kind else []
    found: list[Json] = [*shapes, *scalars]
    if not found:
        return {}
    only = found[0]
    return only if len(found) == 1 and isinstance(only, dict) else {"anyOf": found}


def _of_objects(values: Sequence[Json]) -> JsonObject:
    objects = [value for value in values if isinstance(value, dict)]
    names = list(dict.fromkeys(name for each in objects for name in each))
    return {
        "type": "object",
        "properties": {name: _of_all([each[name] for each in objects if name in each]) for name in names},
        "required": [name for name in names if all(name in each for each in objects)],
        "additionalProperties": False,
    }


def _of_lists(values: Sequence[Json]) -> JsonObject:
    return {"type": "array", "items": _of_all([item for value in values if isinstance(value, list) for item in value])}
