"""Whether a reply fits the JSON Schema its request gave, in the output format and in the tools it calls."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.domain.json_values import Json, JsonObject, parse_json, value_at
from chat_tui.domain.places import place_words


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
    from chat_tui.domain.schema_errors import schema_errors

    first = next(iter(schema_errors(value, schema, 1)), None)
    if first is None:
        return ""
    return f"{place_words(first.place)}: {first.message}" if first.place else first.message
