"""The strict-mode lint on real and generated schemas, and the repair that makes them valid."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.schema_errors import schema_errors
from chat_tui.domain.schema_lint import left_out, lint
from chat_tui.domain.strict_schema import strict

INVOICE: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Invoice",
    "type": "object",
    "properties": {
        "number": {"type": "string", "minLength": 1},
        "issued": {"type": "string", "format": "date"},
        "website": {"type": "string", "format": "uri"},
        "seller": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "vat": {"type": "string"}},
            "required": ["name"],
        },
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "amount": {"type": "number", "exclusiveMinimum": 0},
                    "currency": {"enum": ["EUR", "USD"], "default": "EUR"},
                },
                "required": ["text", "amount"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["number", "lines"],
}
"""Nested; as one writes it who does not think of strict mode."""
TREE: JsonObject = {
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "parent": {"$ref": "#/$defs/Node", "description": "Above it."},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
            },
            "required": ["name", "children"],
            "additionalProperties": False,
        }
    },
    "$ref": "#/$defs/Node",
}
"""With references and recursion; the shape that programs generate for a recursive model."""
SHAPES: JsonObject = {
    "type": "object",
    "properties": {
        "shape": {
            "oneOf": [
                {"type": "object", "properties": {"kind": {"const": "circle"}, "r": {"type": "number"}}},
                {"type": "object", "properties": {"kind": {"const": "box"}, "w": {"type": "number"}}},
            ],
            "discriminator": {"propertyName": "kind"},
        },
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "origin": {"allOf": [{"$ref": "#/definitions/Point"}]},
    },
    "required": ["shape"],
    "additionalProperties": True,
    "definitions": {"Point": {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x", "y"]}},
}
"""Unions, as discriminated models give them."""


def said(schema: Json) -> list[str]:
    return [found.sentence() for found in lint(schema)]


def test_a_nested_schema_lints_as_the_services_would() -> None:
    assert [sentence.partition(". ")[0] for sentence in said(INVOICE)] == [
        "additionalProperties must be set to false",
        "/required: must list every property; missing: issued, website, seller",
        "/properties/number/minLength: is not supported",
        "/properties/website/format: uri is not a supported format",
        "/properties/seller: additionalProperties must be set to false",
        "/properties/seller/required: must list every property; missing: vat",
        "/properties/lines/items/required: must list every property; missing: currency",
        "/properties/lines/items/properties/currency/default: is not supported",
        "/properties/lines/items/properties/currency: must have a type",
    ]


def test_references_and_recursion_lint_as_the_services_would() -> None:
    assert [sentence.partition(". ")[0] for sentence in said(TREE)] == [
        "must be an object itself, not a reference",
        "/$defs/Node/required: must list every property; missing: parent",
        "/$defs/Node/properties/parent: $ref cannot be combined with description",
    ]


def test_unions_lint_as_the_services_would() -> None:
    sentences = [sentence.partition(". ")[0] for sentence in said(SHAPES)]
    assert "/properties/shape/oneOf: is not supported" in sentences
    assert "/properties/shape/discriminator: is not supported" in sentences
    assert "/properties/shape/oneOf/0/properties/kind: must have a type" in sentences
    assert "/properties/origin/allOf: is not supported" in sentences
    assert "/definitions/Point/required: y is not one of the properties" in sentences


@pytest.mark.parametrize("schema", [INVOICE, TREE, SHAPES], ids=["nested", "references", "unions"])
def test_one_key_makes_each_of_them_clean_and_leaves_the_original(schema: JsonObject) -> None:
    before = json.dumps(schema)
    assert said(strict(schema)) == []
    assert strict(strict(schema)) == strict(schema)
    assert json.dumps(schema) == before


def test_what_was_optional_may_be_null() -> None:
    made: Any = strict(INVOICE)
    assert made["required"] == ["number", "issued", "website", "seller", "lines"]
    assert made["properties"]["issued"] == {"type": ["string", "null"], "format": "date"}
    assert made["properties"]["number"] == {"type": "string"}
    line = made["properties"]["lines"]["items"]
    assert line["properties"]["currency"] == {"type": ["string", "null"], "enum": ["EUR", "USD", None]}
    node: Any = strict(TREE)["$defs"]
    assert node["Node"]["properties"]["parent"] == {
        "description": "Above it.",
        "anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}],
    }
    shapes: Any = strict(SHAPES)
    assert shapes["properties"]["note"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert shapes["properties"]["origin"] == {"anyOf": [{"$ref": "#/definitions/Point"}, {"type": "null"}]}


def test_a_value_of_the_strict_schema_fits_it() -> None:
    value: Json = {
        "number": "7",
        "issued": None,
        "website": None,
        "seller": {"name": "A", "vat": None},
        "lines": [{"text": "a", "amount": 1, "currency": None}],
    }
    assert schema_errors(value, strict(INVOICE)) == []


OBJECT: JsonObject = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def with_property(schema: Json) -> JsonObject:
    return {**OBJECT, "properties": {"a": schema}, "required": ["a"]}


def deep(levels: int) -> JsonObject:
    schema: JsonObject = OBJECT
    for _ in range(levels - 1):
        schema = with_property(schema)
    return schema


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (OBJECT, ""),
        (with_property({"type": "string", "pattern": "^a", "format": "email"}), ""),
        (with_property({"anyOf": [{"type": "string"}, {"type": "null"}]}), ""),
        (with_property({"type": "array", "items": {"$ref": "#"}}), ""),
        (with_property({"type": "string", "enum": ["x" * 60 + str(n) for n in range(250)]}), ""),
        (with_property({"type": "string", "enum": ["x" * 20 + str(n) for n in range(251)]}), ""),
        (deep(10), ""),
        (deep(11), "has 11 levels of nested objects, at most 10"),
        ({"type": "array", "items": {"type": "string"}}, "must be of type object"),
        ({"anyOf": [OBJECT]}, "must not be an anyOf"),
        ([], "a JSON Schema must be an object"),
        (True, "must be an object"),
        ({"type": "objekt"}, "type: must be one of"),
        (with_property({"$ref": "#/$defs/none"}), "/properties/a/$ref: #/$defs/none is not in the schema"),
        (with_property({"$ref": "https://example.com/x"}), "is not in the schema"),
        (with_property({"type": "array"}), "/properties/a: an array must describe its items"),
        (with_property({}), "/properties/a: must have a type"),
        (with_property(True), "/properties/a: must have a type; true"),
        (with_property({"type": "object", "additionalProperties": {"type": "string"}}), "a list of pairs"),
        (with_property({"type": "string", "enum": [str(n) for n in range(1001)]}), "has 1,001 enum values"),
        (with_property({"type": "string", "enum": ["x" * 60 + str(n) for n in range(251)]}), "more than 15,000"),
        (with_property({"type": "string", "const": "x" * 120_000}), "has 120,001 characters"),
        (with_property({"type": "string", "if": {}, "else": {}}), "/properties/a/if: is not supported"),
        (with_property({"type": "array", "items": {"type": "string"}, "uniqueItems": True}), "uniqueItems"),
        (
            {**OBJECT, "properties": {f"p{n}": {"type": "null"} for n in range(5001)}},
            "has 5,001 properties, at most 5,000",
        ),
    ],
)
def test_single_rules(schema: Json, words: str) -> None:
    sentences = said(schema)
    assert any(words in sentence for sentence in sentences) if words else sentences == []


def test_far_too_deep_is_told_not_raised() -> None:
    schema: JsonObject = {"type": "string"}
    for _ in range(5000):
        schema = {"type": "array", "items": schema}
    assert said(schema) == ["is nested too deeply to be checked. Reduce the nesting."]


def test_definitions_that_refer_to_each_other_add_no_levels() -> None:
    names = [f"D{number}" for number in range(30)]
    body: JsonObject = {"type": "object", "properties": {name: {"$ref": f"#/$defs/{name}"} for name in names}}
    assert said(strict({**body, "$defs": dict.fromkeys(names, body)})) == []


LEAVES = st.sampled_from(
    [
        {"type": "string", "minLength": 2, "default": "x"},
        {"type": "number", "minimum": 0},
        {"type": ["integer", "null"]},
        {"enum": ["a", 1, None]},
        {"const": "k"},
        {"$ref": "#/$defs/Item", "description": "An item."},
        {"$ref": "#/$defs/Item"},
        {"type": "string", "format": "uri", "title": "Where"},
    ]
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.text(max_size=5), inner, max_size=4).flatmap(
        lambda members: (
            st.lists(st.sampled_from([*members]), unique=True).map(
                lambda needed: {"type": "object", "properties": members, "required": needed}
            )
            if members
            else st.just({"type": "object"})
        )
    )


SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        objects(inner),
        inner.map(lambda item: {"type": "array", "items": item, "uniqueItems": True}),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: {"anyOf": items}),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: {"oneOf": items, "title": "One"}),
        inner.map(lambda item: {"allOf": [item]}),
    ),
    max_leaves=8,
)


@given(objects(SCHEMAS))
def test_the_repair_makes_any_of_these_clean(schema: JsonObject) -> None:
    whole: JsonObject = {**schema, "$defs": {"Item": {"type": "object", "properties": {"n": {"type": "integer"}}}}}
    made = strict(whole)
    assert [found for found in lint(made) if "levels" not in found.text] == []
    assert strict(made) == made


def test_a_reference_to_a_place_beyond_any_list_is_told() -> None:
    far: JsonObject = {"$ref": f"#/properties/b/enum/{'9' * 5000}"}
    found = lint({"type": "object", "properties": {"a": far, "b": {"enum": [1]}}})
    assert any("is not in the schema" in each.text for each in found)


def test_what_the_repair_cannot_keep_beside_another_choice_is_named() -> None:
    kinds: list[Json] = [{"type": "string"}, {"type": "null"}]
    alone: JsonObject = {"type": "object", "properties": {"a": {"oneOf": kinds}}}
    beside: JsonObject = {"type": "object", "properties": {"a": {"oneOf": kinds, "anyOf": kinds}}}
    assert left_out(alone) == []
    assert left_out(beside) == ["oneOf"]
