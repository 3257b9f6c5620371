"""Parsing typed text: JSON if it fits the type, else text, else a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.json_values import Json, dump_json
from chat_tui.domain.limits import check_value
from chat_tui.domain.values import fits, parse_value

CATALOGUE = load_catalogue()
OPENAI = CATALOGUE.providers["openai"]
NAMES = [spec.name for spec in CATALOGUE.parameters.values() if spec.settable]


def files(contents: Mapping[str, str]) -> Callable[[str], str]:
    """A reader of files that exist only here."""

    def read(name: str) -> str:
        if name not in contents:
            raise FileNotFoundError(2, "No such file or directory", name)
        return contents[name]

    return read


def value_of(name: str, text: str, **contents: str) -> Json:
    """The value, where nothing is wrong with it. File names: ``a_json`` for ``a.json``."""
    named = {key.replace("__", "."): words for key, words in contents.items()}
    value, finding = parse_value(CATALOGUE, OPENAI, name, text, files(named))
    assert finding is None, finding.sentence()
    return value


def fault_of(name: str, text: str, **contents: str) -> str:
    """The sentence about what is wrong."""
    named = {key.replace("__", "."): words for key, words in contents.items()}
    value, finding = parse_value(CATALOGUE, OPENAI, name, text, files(named))
    assert finding is not None
    assert (finding.name, finding.level, finding.kind, value) == (name, "error", "type", text)
    return finding.sentence()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("temperature", "0", 0),
        ("temperature", " 0.5 ", 0.5),
        ("temperature", "1e-3", 0.001),
        ("temperature", "null", None),
        ("seed", "9223372036854775807", 9223372036854775807),
        ("seed", "-5", -5),
        ("n", "3", 3),
        ("logprobs", "true", True),
        ("stop", ".", "."),
        ("stop", '["."]', ["."]),
        ("stop", '"null"', "null"),
        ("stop", "null", None),
        ("stop", " two\n", " two\n"),
        ("stop", '["', '["'),
        ("stop", "5", "5"),
        ("stop", "@", "@"),
        ("user", "null", "null"),
        ("user", "true", "true"),
        ("user", '"@home"', "@home"),
        ("tool_choice", "auto", "auto"),
        ("tool_choice", '{"type":"custom"}', {"type": "custom"}),
        ("reasoning_effort", '"high"', "high"),
        ("reasoning.effort", "high", "high"),
        ("stream_options.include_usage", "true", True),
        ("metadata.x", "5", "5"),
        ("metadata.a.b", "true", "true"),
        ("logit_bias.50256", "-100", -100),
        ("trace.step", "5", 5),
        ("trace.trace_id", "5", "5"),
        ("provider.max_price.prompt", "1.5", 1.5),
        ("response_format", "json_object", {"type": "json_object"}),
        ("response_format", '{"type":"text"}', {"type": "text"}),
        ("made_up", "5", 5),
        ("made_up", "five", "five"),
        ("made.up", '{"a": null}', {"a": None}),
    ],
)
def test_text_becomes_the_value_it_means(name: str, text: str, value: Json) -> None:
    found, finding = parse_value(CATALOGUE, OPENAI, name, text)
    assert finding is None
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("temperature", "warm", 'temperature = "warm": must be a number or null.'),
        ("temperature", "true", "must be a number or null"),
        ("temperature", "nan", "must be a number or null"),
        ("temperature", "Infinity", "must be a number or null"),
        ("temperature", "1e999", "too large for a JSON number"),
        ("temperature", '"1"', "must be a number or null"),
        ("n", "2.5", "must be a whole number or null"),
        ("n", "2.0", "must be a whole number or null"),
        ("n", "true", "must be a whole number or null"),
        ("logprobs", "1", "must be true or false or null"),
        ("logprobs", "yes", "must be true or false or null"),
        ("modalities", "text", 'Write a list as JSON: ["a", "b"].'),
        ("tools", '[{"type": "function"', "line 1 column 21"),
        ("tools", "{}", "must be a list"),
        ("audio", "[]", "must be an object or null"),
        ("response_format", "json", "or one of text, json_object, json_schema"),
        ("logit_bias.5", "ban", "must be a number"),
        ("messages[].name", "bob", "cannot be set by itself"),
        ("reasoning..effort", "low", "cannot be set by itself"),
        ("n", "9" * 5000, "must be a whole number"),
    ],
)
def test_an_ill_typed_value_is_named_with_its_rule(name: str, text: str, words: str) -> None:
    assert words in fault_of(name, text)


def test_a_file_gives_text_json_or_a_table() -> None:
    assert value_of("grammar", "@g.txt", g__txt="root ::= x\n") == "root ::= x"
    assert value_of("n", "@n", n="3\n") == 3
    assert value_of("tools", "@t.json", t__json='[{"type": "function"}]') == [{"type": "function"}]
    assert value_of("reasoning", "@r.toml", r__toml='effort = "low"') == {"effort": "low"}
    assert value_of("stop", "@s.json", s__json='"."') == "."
    assert value_of("temperature", "@null.json", null__json="null") is None
    assert value_of("grammar", "@schema.json", schema__json='{"a": 1}') == '{"a": 1}'


def test_a_file_that_cannot_be_used_is_named() -> None:
    missing = fault_of("tools", "@tools.json")
    assert "cannot read the file tools.json (No such file or directory)" in missing
    assert 'To send it as text, quote it: "@..."' in missing
    assert "bad.json cannot be used: Expecting" in fault_of("tools", "@bad.json", bad__json="{")
    assert "JSON has no date" in fault_of("reasoning", "@d.toml", d__toml="a = 2020-01-01")
    assert "JSON has no nan" in fault_of("reasoning", "@d.toml", d__toml="a = nan")
    assert "must be a list; a.json contains an object" in fault_of("tools", "@a.json", a__json="{}")


SCHEMA = '{"type": "object", "properties": {"a": {"type": "string"}}}'


def test_a_bare_schema_from_a_file_becomes_a_response_format() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    wrapped = value_of("response_format", "@dir/my schema.json", **{"dir/my schema__json": SCHEMA})
    assert wrapped == {"type": "json_schema", "json_schema": {"name": "my_schema", "schema": schema}}
    named = value_of("response_format", "@s.json", s__json=f'{{"name": "n", "strict": true, "schema": {SCHEMA}}}')
    assert named == {"type": "json_schema", "json_schema": {"name": "n", "strict": True, "schema": schema}}


@pytest.mark.parametrize("text", ['{"type": "json_object"}', '{"type": "grammar", "grammar": "x"}', "{}"])
def test_a_whole_response_format_from_a_file_is_left_alone(text: str) -> None:
    assert dump_json(value_of("response_format", "@f.json", f__json=text)) == text.replace(": ", ":").replace(", ", ",")


@pytest.mark.parametrize("types", [["object", "null"], ["string"], {"type": "object"}])
def test_a_bare_schema_may_list_its_types_or_have_no_valid_one(types: Json) -> None:
    schema: dict[str, Json] = {"type": types, "properties": {}} if isinstance(types, dict) else {"type": types}
    wrapped = value_of("response_format", "@bare.json", bare__json=dump_json(schema))
    assert wrapped == {"type": "json_schema", "json_schema": {"name": "bare", "schema": schema}}


def test_a_schema_typed_in_place_is_sent_as_typed() -> None:
    assert value_of("response_format", '{"type":"object"}') == {"type": "object"}


def test_a_service_may_take_other_types() -> None:
    text = "[[5230, 100]]"
    assert parse_value(CATALOGUE, CATALOGUE.providers["local"], "logit_bias", text)[0] == [[5230, 100]]
    assert parse_value(CATALOGUE, OPENAI, "logit_bias", text)[1] is not None
    assert parse_value(CATALOGUE, CATALOGUE.providers["llamacpp"], "logit_bias.5", "false") == (False, None)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(NAMES), json_values)
def test_json_of_the_right_type_is_taken_as_it_is(name: str, value: Json) -> None:
    spec = CATALOGUE.parameters[name]
    found, finding = parse_value(CATALOGUE, OPENAI, name, dump_json(value))
    if fits(value, spec.types):
        assert finding is None
        assert dump_json(found) == dump_json(value)
    elif "string" not in spec.types:
        assert finding is not None


@given(st.sampled_from(NAMES), st.text())
def test_any_text_gives_a_fitting_value_or_a_finding(name: str, text: str) -> None:
    value, finding = parse_value(CATALOGUE, OPENAI, name, text, files({}))
    if finding is None:
        assert fits(value, CATALOGUE.parameters[name].types)
        assert all(
            each.kind != "type" for each in check_value(CATALOGUE.parameters[name], name, value) if each.name == name
        )
    else:
        assert finding.sentence().startswith(name)
