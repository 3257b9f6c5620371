"""Check replies against the JSON Schemas of their request: the output format's and the called tools'."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.domain.json_values import Json, JsonObject, parse_json, value_at
from chat_tui.domain.places import place_words


def schema_of(body: Mapping[str, Json]) -> JsonObject | None:
    """Return the schema that a request sets for the content; None if there is none."""
    for path in (("response_format", "json_schema", "schema"), ("response_format", "schema")):
        schema = value_at(body, path)
        if isinstance(schema, dict):
            return schema
    return None


def tool_schemas(body: Mapping[str, Json]) -> dict[str, JsonObject]:
    """Return the parameter schema of each function, by function name."""
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
    """Return why a text is invalid against a schema, in one clause with the path; empty if it is valid.

    References are resolved within the schema only: nothing is ever fetched.
    """
    try:
        value = parse_json(text)
    except ValueError as error:
        return f"it is not valid JSON: {error}"
    from chat_tui.domain.schema_errors import schema_errors

    first = next(iter(schema_errors(value, schema, 1)), None)
    if first is None:
        return ""
    return f"{place_words(first.place)}: {first.message}" if first.place else first.message
