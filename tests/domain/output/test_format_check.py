"""Validating replies against the requested format: every error is reported with its position."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.format_check import (
    FormatResult,
    Text,
    WantedFormat,
    check_format,
    read_result,
    texts_of,
    wanted_format,
)
from chat_tui.domain.json_spans import line_and_column, path_words, pointer, span_of
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.places import Place
from tests.support.folding import delta, fold

HAIKU: JsonObject = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 12},
        "season": {"enum": ["spring", "summer", "autumn", "winter"]},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "syllables": {"type": "integer", "minimum": 5, "maximum": 7},
                },
                "required": ["text", "syllables"],
                "additionalProperties": False,
            },
            "minItems": 3,
            "maxItems": 3,
        },
        "written": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    },
    "required": ["title", "season", "lines", "written"],
    "additionalProperties": False,
}
LINE: JsonObject = {"text": "An old silent pond", "syllables": 5}
GOOD: JsonObject = {"title": "Pond", "season": "spring", "lines": [LINE, LINE, LINE], "written": None}
WANTED = WantedFormat("Haiku", HAIKU)


def check(content: str, wanted: WantedFormat = WANTED) -> FormatResult:
    return check_format(wanted, [Text(0, content)])


def with_line(**members: Json) -> str:
    return json.dumps({**GOOD, "lines": [LINE, LINE, {**LINE, **members}]}, indent=1)


BROKEN = [
    ("cut", json.dumps(GOOD)[:-9], "$", "is not valid JSON"),
    ("fenced", f"```json\n{json.dumps(GOOD)}\n```", "$", "it is inside a Markdown code block"),
    ("words around it", f"Here it is: {json.dumps(GOOD)}", "$", "is not valid JSON"),
    ("a trailing comma", json.dumps(GOOD)[:-1] + ",}", "$", "is not valid JSON"),
    ("empty", " \n", "$", "the content is empty"),
    ("a list around it", json.dumps([GOOD]), "$", "must be an object, is an array"),
    ("a member is missing", json.dumps({k: v for k, v in GOOD.items() if k != "season"}), "$", "is missing season"),
    ("a member too many", json.dumps({**GOOD, "author name": "Bashō"}), '$["author name"]', "is not a property"),
    ("the wrong type", with_line(syllables="five"), "$.lines[2].syllables", "must be an integer, is a string"),
    ("not of the enum", json.dumps({**GOOD, "season": "fall"}), "$.season", 'must be one of "spring"'),
    ("too large", with_line(syllables=8), "$.lines[2].syllables", "must be at most 7, is 8"),
    ("too long", json.dumps({**GOOD, "title": "x" * 13}), "$.title", "must have at most 12 characters, has 13"),
    ("too few", json.dumps({**GOOD, "lines": [LINE]}), "$.lines", "must have at least 3 entries, has 1"),
    ("too many within", with_line(mood="calm"), "$.lines[2].mood", "is not a property of the schema"),
    ("null where text is due", with_line(text=None), "$.lines[2].text", "must be a string, is null"),
    ("no shape of the union", json.dumps({**GOOD, "written": "yesterday"}), "$.written", "must have the format date"),
    ("a number JSON has not", json.dumps({**GOOD, "written": 1}).replace("1}", "NaN}"), "$", "is not valid JSON: NaN"),
]


def test_what_fits_is_valid() -> None:
    assert check(json.dumps(GOOD)) == FormatResult("Haiku")
    assert check(f"\n {json.dumps(GOOD, indent=4)} \n").valid
    assert check(json.dumps({**GOOD, "written": "1686-03-01"})).valid


@pytest.mark.parametrize(
    ("content", "path", "message"), [each[1:] for each in BROKEN], ids=[each[0] for each in BROKEN]
)
def test_each_way_to_break_it_is_said_with_its_path(content: str, path: str, message: str) -> None:
    found = check(content)
    assert not found.valid
    assert found.errors[0].path == path
    assert message in found.errors[0].message


def test_an_error_points_at_the_characters_of_the_reply() -> None:
    content = with_line(syllables="fünf")
    error = check(content).errors[0]
    assert content[error.offset : error.end] == json.dumps("fünf")
    line = content.split("\n")[error.line - 1]
    assert line[error.column - 1 :].startswith(json.dumps("fünf"))


def test_of_a_whole_object_only_its_bracket_is_marked() -> None:
    content = json.dumps({**GOOD, "lines": [LINE, {"text": "a"}, LINE]})
    error = check(content).errors[0]
    assert (error.path, content[error.offset : error.end]) == ("$.lines[1]", "{")


def test_every_error_is_told_and_far_too_many_are_cut() -> None:
    assert [error.path for error in check(json.dumps({**GOOD, "title": 1, "season": 2})).errors] == [
        "$.title",
        "$.season",
    ]
    numbers = WantedFormat("n", {"type": "array", "items": {"type": "string"}})
    assert len(check(json.dumps([*range(1000)]), numbers).errors) == 50


def test_members_that_are_missing_are_told_once() -> None:
    content = json.dumps({**GOOD, "lines": [LINE, LINE, {}]})
    assert [error.message for error in check(content).errors] == ["is missing text, syllables"]


def test_a_reply_cut_by_its_limit_says_so() -> None:
    cut = check_format(WANTED, [Text(0, '{"title": "Po', cut=True)])
    assert cut.errors[0].message == "is not valid JSON: unterminated string; it was cut off at the token limit"


@pytest.mark.parametrize(
    ("content", "why", "offset"),
    [
        ('{"NaN": [1, NaN]}', "NaN", 12),
        ('["1e999", 2, 1e999]', "1e999 is too large for a JSON number", 13),
        ('["\x01"]', "invalid control character", 2),
        ("\ufeff{}", "it begins with a byte order mark", 0),
        (f"[{'9' * 5000}]", "a whole number has too many digits", 0),
    ],
)
def test_what_is_no_json_is_said_with_its_place(content: str, why: str, offset: int) -> None:
    error = check(content).errors[0]
    assert (error.message, error.offset, error.column) == (f"is not valid JSON: {why}", offset, offset + 1)


CARD: JsonObject = {
    "type": "object",
    "properties": {"kind": {"const": "card"}, "last4": {"type": "string"}, "brand": {"type": "string"}},
    "required": ["kind", "last4", "brand"],
}
IBAN: JsonObject = {"type": "object", "properties": {"kind": {"const": "iban"}, "iban": {"type": "string"}}}
PAYMENT = WantedFormat("p", {"anyOf": [CARD, {"type": "null"}, {**IBAN, "required": ["kind", "iban"]}]})


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"kind": "iban", "iban": 3}, [("$.iban", "must be a string, is an integer (closest alternative)")]),
        (
            {"kind": "card", "last4": 4242},
            [
                ("$", "is missing brand (closest alternative)"),
                ("$.last4", "must be a string, is an integer (closest alternative)"),
            ],
        ),
        (7, [("$", "matches none of the 3 alternatives")]),
    ],
)
def test_of_alternatives_the_one_that_is_meant_is_told(value: Json, told: list[tuple[str, str]]) -> None:
    assert sorted((error.path, error.message) for error in check(json.dumps(value), PAYMENT).errors) == told


@pytest.mark.parametrize(
    ("schema", "value", "path", "message"),
    [
        ({"propertyNames": {"pattern": "^[a-z]+$"}}, {"A": 1}, "$.A", 'must match ^[a-z]+$, is "A"'),
        ({"dependentRequired": {"a": ["b", "c"]}}, {"a": 1, "c": 2}, "$", "is missing b, required with a"),
        (
            {"dependentRequired": {"a": ["b"], "x": ["y"]}},
            {"a": 1},
            "$",
            "is missing b, required with a",
        ),
        ({"contains": {"type": "string"}}, [1], "$", "has no entry that matches contains"),
        ({"prefixItems": [{}], "items": False}, [1, 2], "$", "must not have that many entries, has 2"),
    ],
)
def test_rarer_keywords_are_told_in_the_same_words(schema: JsonObject, value: Json, path: str, message: str) -> None:
    [error] = check(json.dumps(value), WantedFormat("n", schema)).errors
    assert (error.path, error.message) == (path, message)


def test_a_name_that_occurs_twice_in_an_object_is_an_error() -> None:
    content = '{"a": [{"b": 1, "c": 2, "b": 3}], "a": [{"b": 1}, {"b": 2, "b": {}}], "c": {"b": 1}}'
    found = check(content, WantedFormat("n", {"type": "object"}))
    assert [error.path for error in found.errors] == ["$.a", "$.a[1].b"]
    assert {error.message.partition(",")[0] for error in found.errors} == {"occurs more than once in its object"}
    assert content[found.errors[1].offset :].startswith("{}}")
    assert not check('{"a": 1, "a": 1}', WantedFormat("JSON", is_object=True)).valid
    overwritten = ", ".join(['{"a": {"b": 1, "b": 2}, "a": {"b": 3}}'] * 20)
    assert {error.path.partition("]")[2] for error in check(f"[{overwritten}]", WantedFormat("n", {})).errors} == {".a"}


def test_one_entry_and_two_entries() -> None:
    some = WantedFormat("n", {"type": "array", "minItems": 1, "items": {"minLength": 2}})
    assert check("[]", some).errors[0].message == "must have at least 1 entry, has 0"
    assert check('["a"]', some).errors[0].message == "must have at least 2 characters, has 1"


def test_a_refusal_is_no_answer_of_the_format() -> None:
    assert check_format(WANTED, [Text(0, "", refused=True)]).errors[0].message == "the model refused"


def test_each_choice_is_held_against_it() -> None:
    found = check_format(WANTED, [Text(0, json.dumps(GOOD)), Text(1, "{}"), Text(2, "no")])
    assert [error.choice for error in found.errors] == [1, 2]


def test_references_are_followed_within_the_schema_only() -> None:
    tree: JsonObject = {
        "$defs": {"node": {"type": "object", "properties": {"below": {"items": {"$ref": "#/$defs/node"}}}}},
        "$ref": "#/$defs/node",
    }
    assert check('{"below": [{"below": []}]}', WantedFormat("tree", tree)).valid
    assert check('{"below": [{"below": [7]}]}', WantedFormat("tree", tree)).errors[0].path == "$.below[0].below[0]"
    far = WantedFormat("far", {"$ref": "https://example.com/schema.json"})
    assert "the schema has an unresolved reference" in check("{}", far).errors[0].message


@pytest.mark.parametrize("schema", [{"type": "strin"}, {"pattern": "("}, {"$ref": 7}, {"minimum": "x"}])
def test_a_schema_that_is_none_is_told_not_raised(schema: JsonObject) -> None:
    assert not check('"text"', WantedFormat("x", schema)).valid


def test_a_pattern_of_another_dialect_is_not_held_against_the_reply() -> None:
    words: JsonObject = {"type": "string", "pattern": "^\\p{L}+$", "maxLength": 3}
    schema: JsonObject = {"properties": {"a": words, "b": {"anyOf": [words]}}, "items": words}
    assert check('{"a": "x", "b": "y"}', WantedFormat("words", schema)).valid
    assert check('{"a": "long", "b": "y"}', WantedFormat("words", schema)).errors[0].path == "$.a"
    named: JsonObject = {"properties": {"pattern": {"type": "string"}}, "additionalProperties": False}
    assert check('{"pattern": "\\\\p{L}"}', WantedFormat("named", named)).valid


def test_a_deep_reply_is_told_not_raised() -> None:
    recursive: JsonObject = {"items": {"$ref": "#"}}
    assert not check("[" * 100_000, WantedFormat("deep", recursive)).valid
    check("[" * 900 + "]" * 900, WantedFormat("deep", recursive))


def test_any_object_is_json_object_and_nothing_else_is() -> None:
    wanted = wanted_format({"response_format": {"type": "json_object"}})
    assert wanted is not None
    assert check('{"a": 1}', wanted).valid
    assert check("[1]", wanted).errors[0].message == "must be an object"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, None),
        ({"response_format": {"type": "text"}}, None),
        ({"response_format": "json_object"}, None),
        ({"response_format": {"type": "json_object"}}, "JSON"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "Haiku", "schema": HAIKU}}}, "Haiku"),
        ({"response_format": {"type": "json_object", "schema": {"title": "Inner"}}}, "Inner"),
        ({"response_format": {"type": "json_schema"}}, "JSON"),
    ],
)
def test_what_a_request_wants(body: JsonObject, name: str | None) -> None:
    wanted = wanted_format(body)
    assert (wanted.name if wanted is not None else None) == name


@pytest.mark.parametrize("content", [json.dumps(GOOD), with_line(syllables=8, mood="x"), "no"])
def test_a_result_survives_its_record(content: str) -> None:
    found = check(content)
    assert read_result(json.loads(json.dumps(found.as_json()))) == found


@pytest.mark.parametrize("record", [None, 7, {}, {"valid": "yes"}, {"valid": 1}])
def test_what_is_no_record_of_a_result_is_none(record: Json) -> None:
    assert read_result(record) is None


def test_a_damaged_record_is_still_invalid() -> None:
    assert read_result({"valid": False, "errors": [{"path": 1}, "x"]}) == read_result({"valid": False, "errors": "?"})
    damaged = read_result({"valid": False})
    assert damaged is not None
    assert not damaged.valid


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def places(value: Json, here: Place = ()) -> list[tuple[Place, Json]]:
    found: list[tuple[Place, Json]] = [(here, value)]
    if isinstance(value, dict):
        for name, item in value.items():
            found += places(item, (*here, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*here, index))
    return found


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_every_value_is_found_in_its_text(value: Json, indent: int | None, ascii_only: bool) -> None:
    text = f"\n{json.dumps(value, indent=indent, ensure_ascii=ascii_only)} "
    for place, inner in places(value):
        span = span_of(text, place)
        assert span is not None
        assert json.loads(text[span[0] : span[1]]) == inner


@pytest.mark.parametrize("place", [("a", "b"), (0,), ("c",), ("b", 5), ("b", "x")])
def test_a_place_that_is_not_there_has_no_span(place: Place) -> None:
    assert span_of('{"a": 1, "b": [1, 2]}', place) is None
    assert span_of("{", place) is None


def test_of_two_members_the_last_counts() -> None:
    assert span_of('{"a": 1, "a": 22}', ("a",)) == (14, 16)


def test_places_in_words() -> None:
    assert path_words(("lines", 3, "the name", "a.b")) == '$.lines[3]["the name"]["a.b"]'
    assert pointer(("lines", 3, "a/b~c")) == "/lines/3/a~1b~0c"
    assert (path_words(()), pointer(())) == ("$", "")
    assert line_and_column("ab\ncd", 4) == (2, 2)


CALL: JsonObject = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("deltas", "texts"),
    [
        pytest.param([{"content": "{}"}], ["{}"], id="text"),
        pytest.param([{"content": ""}], [""], id="nothing"),
        pytest.param([{"tool_calls": [CALL]}], [], id="only a call"),
        pytest.param([{"content": "{}", "tool_calls": [CALL]}], ["{}"], id="text and a call"),
        pytest.param([{"audio": {"id": "a", "transcript": "x"}}], [], id="only sound"),
    ],
)
def test_a_reply_without_text_is_checked_unless_it_calls_or_speaks(deltas: list[JsonObject], texts: list[str]) -> None:
    assert [text.content for text in texts_of(fold(*delta(*deltas)))] == texts
