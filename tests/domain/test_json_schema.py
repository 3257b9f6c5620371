"""Validating that a value is a JSON Schema, with the position of errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_schema import schema_faults
from chat_tui.domain.json_values import Json

SOUND: list[Json] = [
    {},
    True,
    {"type": "object", "properties": {"city": {"type": ["string", "null"], "pattern": "^[A-Z]"}}, "required": ["city"]},
    {"$defs": {"n": {"type": "integer", "minimum": 0}}, "$ref": "#/$defs/n", "x-own": 7},
    {"type": "array", "items": {"anyOf": [{"const": 1}, {"enum": ["a", None]}]}, "minItems": 1, "uniqueItems": True},
    {"items": [{"type": "string"}], "additionalItems": False},
    {"type": "string", "pattern": "\\p{L}+", "format": "date"},
]
BROKEN: list[tuple[Json, str]] = [
    ([], "a JSON Schema must be an object, not an array"),
    ("object", "not a string"),
    (None, "not null"),
    ({"type": "strin"}, "type: must be one of object, array"),
    ({"type": []}, "type: must be one of"),
    ({"properties": []}, "properties: must be an object of schemas, not an array"),
    ({"properties": {"a": {"type": 7}}}, "properties.a.type: must be one of"),
    ({"properties": {"a": 1}}, "properties.a: a JSON Schema must be an object, not an integer"),
    ({"required": "a"}, "required: must be a list of strings"),
    ({"items": {"enum": "x"}}, "items.enum: must be a list"),
    ({"anyOf": []}, "anyOf: must be a non-empty list of schemas"),
    ({"oneOf": [{}, {"type": "x"}]}, "oneOf[1].type: must be one of"),
    ({"minLength": -1}, "minLength: must be a whole number, 0 or more"),
    ({"maximum": "5"}, "maximum: must be a number"),
    ({"description": 5}, "description: must be a string"),
    ({"pattern": "(["}, "pattern: is not a valid regular expression"),
    ({"uniqueItems": "yes"}, "uniqueItems: must be true or false"),
    ({"properties": {}, "required": ["a"], "additionalProperties": False}, "required: a is not one of the properties"),
]


@pytest.mark.parametrize("schema", SOUND, ids=str)
def test_a_schema_is_one(schema: Json) -> None:
    assert list(schema_faults(schema)) == []


@pytest.mark.parametrize(("value", "fault"), BROKEN, ids=str)
def test_what_is_no_schema_is_said_with_its_place(value: Json, fault: str) -> None:
    assert any(fault in each for each in schema_faults(value)), list(schema_faults(value))


KEYWORDS = st.sampled_from(
    ["type", "properties", "items", "required", "enum", "anyOf", "pattern", "$ref", "minimum", "x"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)


@given(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=4)))
def test_any_value_is_judged(value: Json) -> None:
    assert all(schema_faults(value))
