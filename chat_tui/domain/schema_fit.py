"""Whether a reply fits the JSON Schema its request gave, in the output format and in the tools it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject, parse_json, value_at

_LONGEST: Final = 160


def schema_of(body: Mapping[str, Json]) -> JsonObject | None:
    """The schema a request asks the content to fit; None where it asks for none."""
    for path in (("response_format", "json_schema", "schema"), ("response_format", "schema")):
        schema = value_at(body, path)
        if isinstance(schema, dict):
            return schema
    return None


def tool_schemas(body: Mapping[str, Json]) -> dict[str, JsonObject]:
    """The schema of each function's arguments, by the function's name."""
    tools = body.get("tools")
    found: dict[str, JsonObject] = {}
    for tool in tools if isinstance(tools, list) else []:
        function = tool.get("function") if isinstance(tool, dict) else None
        name, schema = (
            (function.get("name"), function.get("parameters")) if isinstance(function, dict) else (None, None)
        )
        if isinstance(name, str) and isinstance(schema, dict):
            found[name] = schema
    return found


def misfit(text: str, schema: JsonObject) -> str:
    """Why a text does not fit a schema, in one clause with the place; empty where it does.

    References are followed within the schema only: nothing is ever fetched.
    """
    try:
        value = parse_json(text)
    except ValueError as error:
        return f"it is no JSON: {error}"
    return next(_faults(value, schema), "")


def _faults(value: Json, schema: JsonObject) -> Iterator[str]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError, UnknownType, best_match
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        kind = validator_for(schema, default=Draft202012Validator)
        kind.check_schema(schema)
        fault = best_match(kind(schema, registry=Registry()).iter_errors(value))
    except SchemaError as error:
        yield f"the schema is none: {error.message}"
    except Unresolvable as error:
        yield f"the schema refers to what is not in it: {error.ref}"
    except (UnknownType, RecursionError, re.error) as error:
        yield f"the schema cannot be used: {type(error).__name__}"
    else:
        if fault is not None:
            place = fault.json_path.removeprefix("$").removeprefix(".")
            yield f"{place}: {_short(fault.message)}" if place else _short(fault.message)


def _short(message: str) -> str:
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"
