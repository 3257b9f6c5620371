"""Bounded validation: hostile schemas, hostile replies, and undecidable cases."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.format_check import Text, WantedFormat, check_format
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.schema_errors import schema_errors
from chat_tui.domain.schema_fit import misfit
from chat_tui.domain.tool_faults import CallOrigin, judged

ENDLESS = "^(a|aa)+$"
VICTIM = "a" * 200 + "!"
UNDECIDED: list[tuple[str, JsonObject, Json, str]] = [
    ("in a member", {"properties": {"a": {"items": {"pattern": ENDLESS}}}}, {"a": ["aa", VICTIM]}, "$.a[1]"),
    ("forbidden", {"properties": {"a": {"not": {"pattern": ENDLESS}}}}, {"a": VICTIM}, "$.a"),
    ("one of several", {"oneOf": [{"pattern": ENDLESS}, {"type": "string"}]}, VICTIM, "$"),
    ("a condition", {"if": {"pattern": ENDLESS}, "then": False}, VICTIM, "$"),
    ("a name", {"propertyNames": {"pattern": ENDLESS}}, {VICTIM: 1}, f'$["{VICTIM}"]'),
    ("names of members", {"patternProperties": {ENDLESS: {"type": "string"}}}, {VICTIM: 1}, f'$["{VICTIM}"]'),
    (
        "other members",
        {"patternProperties": {ENDLESS: True}, "additionalProperties": False},
        {VICTIM: 1},
        f'$["{VICTIM}"]',
    ),
    ("the rest", {"unevaluatedProperties": False, "$defs": {"patternProperties": {ENDLESS: True}}}, {VICTIM: 1}, "$"),
    (
        "under another draft",
        {"properties": {"a": {"$schema": "http://json-schema.org/draft-07/schema#", "pattern": ENDLESS}}},
        {"a": VICTIM},
        "$.a",
    ),
    (
        "in what is no schema",
        {"$ref": "#/x-hidden", "x-hidden": {"$schema": "http://json-schema.org/draft-04/schema#", "pattern": ENDLESS}},
        VICTIM,
        "$",
    ),
    ("of an unknown kind", {"pattern": "(?R)"}, "text", "$"),
    ("broken", {"pattern": "[a"}, "text", "$"),
]


@pytest.mark.parametrize(("schema", "value", "path"), [each[1:] for each in UNDECIDED], ids=[e[0] for e in UNDECIDED])
def test_a_pattern_that_cannot_be_decided_is_said_at_its_place_and_never_counts_as_valid(
    schema: JsonObject, value: Json, path: str
) -> None:
    found = check_format(WantedFormat("x", schema), [Text(0, json.dumps(value))])
    assert not found.valid
    assert found.errors[-1].path == path
    assert "not checked" in found.errors[-1].message


def test_errors_before_the_undecided_place_are_told_as_well() -> None:
    schema: JsonObject = {"properties": {"a": {"type": "string"}, "b": {"pattern": ENDLESS}}}
    told = [error.place for error in schema_errors({"a": 1, "b": VICTIM}, schema)]
    assert told == [("a",), ("b",)]


def test_a_call_whose_arguments_cannot_be_decided_is_not_run() -> None:
    tool: Json = {
        "type": "function",
        "function": {"name": "f", "parameters": {"properties": {"a": {"pattern": ENDLESS}}}},
    }
    origin = CallOrigin(asked={"tools": [tool]}, outcome="complete", finish_reason="tool_calls")
    fault = judged("function", "f", json.dumps({"a": VICTIM}), origin).fault
    assert fault is not None
    assert "not checked" in fault.sentence
    assert judged("function", "f", json.dumps({"a": "aaa"}), origin).fault is None


def test_arguments_that_take_too_many_steps_are_not_run() -> None:
    tool: Json = {
        "type": "function",
        "function": {"name": "f", "parameters": {"properties": {"a": {"items": {"type": "integer"}}}}},
    }
    origin = CallOrigin(asked={"tools": [tool]}, outcome="complete", finish_reason="tool_calls")
    fault = judged("function", "f", json.dumps({"a": [*range(60_000)]}), origin).fault
    assert fault is not None
    assert "too many steps" in fault.sentence


def test_a_check_of_a_replayed_turn_says_it_too() -> None:
    assert misfit(json.dumps({"a": VICTIM}), {"properties": {"a": {"pattern": ENDLESS}}}).startswith(
        "a: matching the pattern"
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        {"allOf": [{"$ref": "#"}]},
        {"$dynamicRef": "#x", "$dynamicAnchor": "x"},
    ],
)
def test_a_schema_that_refers_to_itself_for_ever_is_told(schema: JsonObject) -> None:
    assert "not checked" in schema_errors({}, schema)[0].message


def test_a_few_references_that_stand_for_a_million_come_to_an_end() -> None:
    each: dict[str, Json] = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 10} for n in range(12)}
    schema: JsonObject = {"$ref": "#/$defs/a0", "$defs": {**each, "a12": {}}}
    assert "too many steps" in schema_errors({}, schema, steps=2_000)[0].message


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/schema.json", "file:///etc/passwd", "other.json", "#/none"])
def test_no_reference_is_fetched(reference: str) -> None:
    assert schema_errors({}, {"$ref": reference})[0].message == f"the schema has an unresolved reference: {reference}"


def test_the_drafts_themselves_are_at_hand() -> None:
    schema: JsonObject = {"properties": {"schema": {"$ref": "https://json-schema.org/draft/2020-12/schema"}}}
    assert not schema_errors({"schema": {"type": "string"}}, schema)
    assert schema_errors({"schema": {"type": 7}}, schema)


def test_a_reply_that_is_nested_too_deeply_is_told_so() -> None:
    nodes: JsonObject = {"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}
    deep = check_format(WantedFormat("x", nodes), [Text(0, "[" * 900 + "]" * 900)])
    assert "nested too deeply" in deep.errors[0].message
    deeper = check_format(WantedFormat("x", {}), [Text(0, "[" * 100_000 + "]" * 100_000)])
    assert deeper.errors[0].message == "is not valid JSON: nested too deeply"
    assert check_format(WantedFormat("x", nodes), [Text(0, "[" * 40 + "]" * 40)]).valid


def test_that_no_entry_comes_twice_takes_no_time_with_the_square() -> None:
    many: list[Json] = [{"a": None}]
    many += [[number, str(number)] for number in range(20_000)]
    assert not schema_errors(many, {"uniqueItems": True})
    assert schema_errors([*many, [7, "7"]], {"uniqueItems": True})


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 1.5, "", "1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


@given(st.lists(_VALUES, max_size=6))
def test_entries_are_the_same_where_the_package_holds_them_to_be(values: list[Any]) -> None:
    from jsonschema import Draft202012Validator

    there = Draft202012Validator({"uniqueItems": True}).is_valid(values)
    assert (not schema_errors(values, {"uniqueItems": True})) is there


@pytest.mark.parametrize(
    ("number", "step", "valid"),
    [
        ("9" * 4000, 0.1, True),
        ("9" * 4000, 2, False),
        ("1e308", 0.1, True),
        ("0.3", 0.1, True),
        ("19.99", 0.01, True),
        ("19.995", 0.01, False),
        ("5e-324", 0.1, False),
        ("-4.5", 1.5, True),
        ("true", 2, True),
    ],
)
def test_decimals_are_divided_exactly(number: str, step: float, valid: bool) -> None:
    assert check_format(WantedFormat("x", {"multipleOf": step}), [Text(0, number)]).valid is valid


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"properties": []}, "properties: must be an object of schemas, not an array"),
        ({"type": "text"}, "type: must be one of object"),
        ([], "it is not an object"),
        ("text", "it is not an object"),
        ({"$schema": "http://json-schema.org/draft-03/schema#", "type": "strange"}, "unknown type"),
    ],
)
def test_a_schema_that_is_none_is_told_in_words(schema: Json, why: str) -> None:
    assert why in schema_errors(1, schema)[0].message


def test_the_places_of_many_errors_are_found_however_long_the_reply_is() -> None:
    items: list[Json] = [{"id": number} for number in range(5_000)]
    content = json.dumps([*items, *({"id": str(number)} for number in range(60))], indent=1)
    schema: JsonObject = {"items": {"properties": {"id": {"type": "integer"}}}}
    errors = check_format(WantedFormat("x", schema), [Text(0, content)]).errors
    assert [content[error.offset : error.end] for error in errors] == [f'"{number}"' for number in range(50)]
