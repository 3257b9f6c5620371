"""An output format made from a file: a JSON Schema, an example, or a class of Python code."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_schema import schema_faults
from chat_tui.domain.json_values import Json, JsonObject, parse_json
from chat_tui.domain.schema_lint import lint
from chat_tui.domain.strict_schema import strict

_KEYS: Final = frozenset(("$schema", "$ref", "$defs", "definitions", "properties", "anyOf", "oneOf", "allOf"))
_TYPES: Final = ("object", "array", "string", "number", "integer", "boolean", "null")
_NAME_LIMIT: Final = 64
_CLASS: Final = re.compile(r"(?P<file>.+\.pyi?):(?P<name>[^\W\d]\w*)\Z", re.IGNORECASE)


class MadeFormat(Struct, frozen=True):
    """An output format, and how it came about."""

    value: JsonObject
    told: str
    """One sentence for the user."""
    doubtful: bool = False
    """It could not be made strict; the sentence says why."""


def file_and_class(word: str) -> tuple[str, str]:
    """``models.py:Invoice`` as file and class; the class is empty where none is named."""
    found = _CLASS.match(word)
    return (found["file"], found["name"]) if found is not None else (word, "")


def format_from_file(file: str, text: str, class_name: str = "") -> MadeFormat:
    """The output format that a file stands for.

    A JSON Schema (also one with a name around it, or a whole output format) is taken as it is. An example, and a class
    of Python code, become a schema that is strict where strict mode can take it.

    Args:
        file: Its name; ``.py`` says that it is Python.
        text: What is in it.
        class_name: Of Python code; empty: the last that no other refers to.

    Raises:
        ValueError: It is none of these, in words.
    """
    if file.lower().endswith((".py", ".pyi")):
        from chat_tui.domain.python_models import schema_from_python

        name, schema = schema_from_python(text, class_name)
        return _made(name, schema, f"from the class {name}")
    value = parse_json(text)
    if isinstance(value, dict) and value.get("type") == "json_schema" and isinstance(value.get("json_schema"), dict):
        return MadeFormat(value, "The output format is that of the file")
    if isinstance(value, dict) and isinstance(value.get("name"), str) and isinstance(value.get("schema"), dict):
        return MadeFormat(_format(value), f"The schema is {value['name']} of the file")
    if is_schema(value) and isinstance(value, dict):
        title = value.get("title")
        name = schema_name(title if isinstance(title, str) and title else _stem(file))
        return MadeFormat(_format({"name": name, "schema": value}), "The schema is that of the file")
    from chat_tui.domain.schema_from_example import schema_from_example

    return _made(_stem(file), schema_from_example(value), "from the example")


def is_schema(value: Json) -> bool:
    """Whether a value is meant as a JSON Schema rather than as an example of one."""
    if not isinstance(value, dict):
        return False
    kind = value.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    meant = bool(_KEYS & value.keys()) or (bool(kinds) and all(each in _TYPES for each in kinds))
    return meant and not next(schema_faults(value), "")


def schema_name(words: str) -> str:
    """Words as the name of a schema: at most 64 letters, digits, _ and -."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", words)[:_NAME_LIMIT] or "schema"


def _stem(file: str) -> str:
    return schema_name(re.split(r"[/\\]", file)[-1].rsplit(".", 1)[0])


def _made(name: str, schema: JsonObject, source: str) -> MadeFormat:
    """A schema that was made: within an object where it is none, strict where that can be."""
    wrapped = ""
    if schema.get("type") != "object" and "$ref" not in schema:
        schema = {
            "type": "object",
            "properties": {"value": schema},
            "required": ["value"],
            "additionalProperties": False,
        }
        wrapped = ", inside an object as value"
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
