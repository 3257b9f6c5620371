"""Strict schemas in output formats and tools: findings of a request, errors in an editor, the repair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.checks import check
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import UNSET, Json, JsonObject
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.strict_value import held_schemas, lost_words, made_strict, strict_faults
from tests.domain.output.test_schema_lint import INVOICE

CATALOGUE = load_catalogue()
KEYWORDS = [
    "type",
    "format",
    "enum",
    "const",
    "anyOf",
    "allOf",
    "oneOf",
    "properties",
    "required",
    "items",
    "$ref",
    "a",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["string", "object", "#", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=10,
)
SCHEMAS = st.dictionaries(st.sampled_from(KEYWORDS), VALUES, max_size=5)
LOOSE: JsonObject = {"type": "object", "properties": {"a": {"type": "string"}}}
CLOSED: JsonObject = {**LOOSE, "required": ["a"], "additionalProperties": False}


def format_of(schema: Json, *, strict: Json = True) -> JsonObject:
    return {"type": "json_schema", "json_schema": {"name": "x", "strict": strict, "schema": schema}}


def tool(schema: Json, *, strict: Json = True) -> JsonObject:
    return {"type": "function", "function": {"name": "f", "strict": strict, "parameters": schema}}


def findings(parameters: JsonObject, provider: str = "openai") -> list[Finding]:
    settings = SessionSettings(provider, "m", parameters)
    found = check(CATALOGUE, CATALOGUE.providers[provider], settings, [{"role": "user", "content": "JSON"}])
    return [each for each in found if each.kind == "schema"]


def test_a_strict_schema_that_is_not_has_findings_that_never_block() -> None:
    found = findings({"response_format": format_of(LOOSE), "tools": [tool(CLOSED), tool(LOOSE)]})
    assert {(each.name, each.level) for each in found} == {
        ("response_format.json_schema.schema", "warn"),
        ("tools[1].function.parameters", "warn"),
    }
    assert found[0].sentence() == (
        "response_format.json_schema.schema: strict mode: additionalProperties must be set to false. Add it."
    )


def test_many_findings_are_summed_up() -> None:
    found = findings({"response_format": format_of(INVOICE)})
    assert len(found) == 4
    assert "6 more problems" in found[3].text
    assert found[3].remedy == "F8 in its editor repairs them."


@pytest.mark.parametrize(
    ("parameters", "provider"),
    [
        ({}, "openai"),
        ({"response_format": format_of(CLOSED)}, "openai"),
        ({"response_format": format_of(LOOSE, strict=False)}, "openai"),
        ({"response_format": format_of(LOOSE, strict=None)}, "openai"),
        ({"response_format": format_of(LOOSE)}, "local"),
        ({"response_format": {"type": "json_object"}}, "openai"),
        ({"response_format": 7, "tools": "x"}, "openai"),
        ({"tools": [7, {}, {"function": []}]}, "openai"),
    ],
)
def test_what_is_as_it_should_be_or_not_strict_has_none(parameters: JsonObject, provider: str) -> None:
    assert findings(parameters, provider) == []


def test_what_is_no_schema_is_told_in_any_mode() -> None:
    found = findings({"response_format": format_of({"type": "strin"}, strict=False)}, "local")
    assert "is not a valid JSON Schema: type: must be one of" in found[0].text


def test_the_faults_of_an_editor_stand_at_the_schema() -> None:
    assert strict_faults("tools", [tool(CLOSED), tool(LOOSE)]) == {
        (
            1,
            "function",
            "parameters",
        ): "strict mode: additionalProperties must be set to false. Add it. (1 more)"
    }
    unnamed: JsonObject = {"type": "object", "properties": {"a": {}}, "required": ["a"], "additionalProperties": False}
    (only,) = strict_faults("response_format", format_of(unnamed)).values()
    assert only.startswith("strict mode: /properties/a: must have a type")
    assert "more)" not in only
    assert strict_faults("response_format", format_of(CLOSED)) == {}
    assert strict_faults("temperature", 1) == {}
    assert strict_faults("tools", UNSET) == {}


def test_one_step_makes_every_schema_strict() -> None:
    nullable: JsonObject = {**CLOSED, "properties": {"a": {"type": ["string", "null"]}}}
    made = made_strict("tools", [tool(LOOSE, strict=False), {"type": "custom"}])
    assert made == [tool(nullable), {"type": "custom"}]
    assert made_strict("response_format", format_of(CLOSED, strict=False)) == format_of(CLOSED)
    assert made_strict("response_format", {"type": "text"}) == {"type": "text"}
    assert made_strict("seed", 7) == 7
    assert made_strict("response_format", UNSET) is UNSET


@pytest.mark.parametrize(
    ("optional", "nullable"),
    [
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ({"type": "string", "enum": ["a", None]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": ["string", "null"], "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"enum": ["a", "b"]}, {"type": ["string", "null"], "enum": ["a", "b", None]}),
        ({"enum": ["a", 1]}, {"type": ["string", "integer", "null"], "enum": ["a", 1, None]}),
        ({"const": "a"}, {"anyOf": [{"type": "string", "const": "a"}, {"type": "null"}]}),
        ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"description": "anything"}, {"description": "anything"}),
    ],
)
def test_an_optional_property_takes_null_and_what_it_took_before(optional: JsonObject, nullable: JsonObject) -> None:
    made = made_strict("response_format", format_of({"type": "object", "properties": {"a": optional}}))
    assert made == format_of({**CLOSED, "properties": {"a": nullable}})


@given(SCHEMAS)
def test_no_schema_is_a_fault_of_the_repair_or_of_the_lint(schema: JsonObject) -> None:
    value = format_of(schema)
    made = made_strict("response_format", value)
    assert isinstance(made, dict)
    assert set(made) == set(value)
    strict_faults("response_format", value)
    lost_words([schema])


@pytest.mark.parametrize("odd", [["date"], {"date": 1}, 5, None])
def test_a_format_that_is_no_text_is_left_out(odd: Json) -> None:
    schema: JsonObject = {**CLOSED, "properties": {"a": {"type": "string", "format": odd}}}
    assert made_strict("response_format", format_of(schema)) == format_of(CLOSED)


def test_a_schema_without_end_stays() -> None:
    deep: JsonObject = {"type": "string"}
    for _ in range(5000):
        deep = {"type": "array", "items": deep}
    value = format_of({"type": "object", "properties": {"a": deep}})
    assert made_strict("response_format", value) is value
    assert [held.strict for held in held_schemas("response_format", value)] == [True]


def test_what_the_repair_loses_is_named_once() -> None:
    assert lost_words([INVOICE, INVOICE]) == "Removed, not supported in strict mode: minLength, format, default"
    assert lost_words([LOOSE]) == ""
    odd: JsonObject = {"type": "object", "properties": {"minLength": {"$ref": "#", "description": "x"}}}
    assert lost_words([odd]) == ""
