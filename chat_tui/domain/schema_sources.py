"""Create an output format from a file: a JSON Schema, an example, or a Python class."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_schema import TYPES, schema_faults
from chat_tui.domain.json_values import Json, JsonObject, parse_json
from chat_tui.domain.schema_lint import lint
from chat_tui.domain.strict_schema import strict

_KEYS: Final = frozenset(("$schema", "$ref", "$defs", "definitions", "properties", "anyOf", "oneOf", "allOf"))
_NAME_LIMIT: Final = 64
_CLASS: Final = re.compile(r"(?P<file>.+\.pyi?):(?P<name>[^\W\d]\w*)\Z", re.IGNORECASE)


class MadeFormat(Struct, frozen=True):
    """An output format, and how it was made."""

    value: JsonObject
    told: str
    """One sentence for the user."""
    doubtful: bool = False
    """Whether it could not be made strict; the sentence says why."""


def file_and_class(word: str) -> tuple[str, str]:
    """Split ``models.py:Invoice`` into file and class; the class is empty if none is given."""
    found = _CLASS.match(word)
    return (found["file"], found["name"]) if found is not None else (word, "")


def format_from_file(file: str, text: str, class_name: str = "") -> MadeFormat:
    """Create the output format that a file specifies.

    A JSON Schema (also a named one, or a whole output format) is used unchanged. An example or a Python class is
    converted to a schema, which is strict if strict mode supports it.

    Args:
        file: The file name; ``.py`` marks Python.
        text: The file's content.
        class_name: The Python class; empty: the last one that no other class refers to.

    Raises:
        ValueError: The file is none of these; the message is for the user.
    """
    if file.lower().endswith((".py", ".pyi")):
        from chat_tui.domain.python_models import schema_from_python

        name, schema = schema_from_python(text, class_name)
        return _made(name, schema, f"from the class {name}")
    value = parse_json(text)
    if isinstance(value, dict) and value.get("type") == "json_schema" and isinstance(value.get("json_schema"), dict):
        return MadeFormat(value, "Using the output format from the file")
    if isinstance(value, dict) and isinstance(value.get("name"), str) and isinstance(value.get("schema"), dict):
        return MadeFormat(_format(value), f"Using the schema {value['name']} from the file")
    if is_schema(value) and isinstance(value, dict):
        title = value.get("title")
        name = schema_name(title if isinstance(title, str) and title else _stem(file))
        fault = next(schema_faults(value), "")
        doubt = f", which is not a valid JSON Schema: {fault}" if fault else ""
        return MadeFormat(_format({"name": name, "schema": value}), f"Using the schema from the file{doubt}")
    from chat_tui.domain.schema_from_example import schema_from_example

    return _made(_stem(file), schema_from_example(value), "from the example")


def is_schema(value: Json) -> bool:
    """Return whether a value is meant as a JSON Schema, even a faulty one, instead of as an example value."""
    if not isinstance(value, dict):
        return False
    if "$schema" in value or _is_typed(value) or _has_typed_properties(value):
        return True
    return bool(_KEYS & value.keys()) and not next(schema_faults(value), "")


def _is_typed(value: Json) -> bool:
    kind = value.get("type") if isinstance(value, dict) else None
    kinds = kind if isinstance(kind, list) else [kind]
    return bool(kinds) and all(each in TYPES for each in kinds)


def _has_typed_properties(value: JsonObject) -> bool:
    members = value.get("properties")
    return isinstance(members, dict) and any(map(_is_typed, members.values()))


def schema_name(words: str) -> str:
    """Convert text to a schema name: at most 64 letters, digits, _ and -."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", words)[:_NAME_LIMIT] or "schema"


def _stem(file: str) -> str:
    return schema_name(re.split(r"[/\\]", file)[-1].rsplit(".", 1)[0])


def _made(name: str, schema: JsonObject, source: str) -> MadeFormat:
    """Finish a generated schema: wrap it in an object if it is none, and make it strict if possible."""
    wrapped = ""
    if schema.get("type") != "object" and "$ref" not in schema:
        schema = {
            "type": "object",
            "properties": {"value": schema},
            "required": ["value"],
            "additionalProperties": False,
        }
        wrapped = ", wrapped in an object as value"
    closed = strict(schema)
    left = lint(closed)
    if not left:
        return MadeFormat(
            _format({"name": name, "strict": True, "schema": closed}), f"A strict schema {source}{wrapped}"
        )
    told = f"A schema {source}{wrapped}, not strict: {left[0].sentence()}"
    return MadeFormat(_format({"name": name, "schema": schema}), told.rstrip("."), doubtful=True)


def _format(named: JsonObject) -> JsonObject:
    return {"type": "json_schema", "json_schema": named}
