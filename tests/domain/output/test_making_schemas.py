"""Schemas generated from examples, Python code and files: nothing is imported or executed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.python_models import schema_from_python
from chat_tui.domain.schema_errors import schema_errors
from chat_tui.domain.schema_from_example import schema_from_example
from chat_tui.domain.schema_lint import lint
from chat_tui.domain.schema_sources import file_and_class, format_from_file, is_schema
from chat_tui.domain.strict_schema import strict

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=14,
)


@given(VALUES)
def test_an_example_fits_its_own_schema(value: Json) -> None:
    assert schema_errors(value, schema_from_example(value)) == []


@given(st.dictionaries(st.text(min_size=1, max_size=4), VALUES, min_size=1, max_size=3))
def test_made_strict_only_what_the_example_does_not_show_is_left(value: JsonObject) -> None:
    left = lint(strict(schema_from_example(value)))
    assert {found.text for found in left} <= {"must have a type"}


def test_the_entries_of_a_list_are_taken_together() -> None:
    assert schema_from_example([{"a": 1, "b": "x"}, {"a": 1.5, "c": None}]) == {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"a": {"type": "number"}, "b": {"type": "string"}, "c": {"type": "null"}},
            "required": ["a"],
            "additionalProperties": False,
        },
    }
    assert schema_from_example(["a", None]) == {"type": "array", "items": {"type": ["string", "null"]}}
    mixed: Any = schema_from_example([[1], {"a": True}, 7])
    assert [each["type"] for each in mixed["items"]["anyOf"]] == ["object", "array", "integer"]


def test_an_example_without_end_is_refused() -> None:
    value: Json = 1
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match="nested too deeply"):
        schema_from_example(value)


PYDANTIC = '''
from __future__ import annotations
import os
from datetime import date
from enum import Enum
from typing import Annotated, Literal, Optional
from pydantic import BaseModel, Field

raise SystemExit("this code must never run")

class Currency(str, Enum):
    """What it is paid in."""
    EUR = "EUR"
    USD = "USD"

class Base(BaseModel):
    number: str = Field(..., description="As printed.", pattern="^R-")

class Line(BaseModel):
    text: str
    amount: float = Field(gt=0)
    tags: list[str] = Field(default_factory=list, max_length=3)

class Invoice(Base):
    """An invoice.

    More words.
    """
    model_config = {"extra": "forbid"}
    _secret: str = ""
    issued: Optional[date] = None
    lines: list[Line]
    currency: Currency = Currency.EUR
    state: Literal["open", "paid"] = "open"
    total: Annotated[int | None, Field(description="In cents.", ge=0)] = None
    "ignored, there is a description"
    parent: "Invoice | None" = None
'''


def test_a_pydantic_model_with_all_it_refers_to() -> None:
    name, schema = schema_from_python(PYDANTIC)
    assert name == "Invoice"
    assert schema["description"] == "An invoice."
    assert schema["required"] == ["number", "lines"]
    assert schema["properties"] == {
        "number": {"description": "As printed.", "pattern": "^R-", "type": "string"},
        "issued": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
        "currency": {"$ref": "#/$defs/Currency"},
        "state": {"type": "string", "enum": ["open", "paid"]},
        "total": {"description": "In cents.", "minimum": 0, "type": ["integer", "null"]},
        "parent": {"anyOf": [{"$ref": "#/$defs/Invoice"}, {"type": "null"}]},
    }
    definitions: Any = schema["$defs"]
    assert set(definitions) == {"Line", "Currency", "Invoice"}
    assert definitions["Currency"] == {
        "title": "Currency",
        "description": "What it is paid in.",
        "enum": ["EUR", "USD"],
    }
    assert definitions["Line"]["properties"]["amount"] == {"exclusiveMinimum": 0, "type": "number"}
    assert definitions["Line"]["properties"]["tags"] == {"maxItems": 3, "type": "array", "items": {"type": "string"}}
    assert lint(strict(schema)) == []
    paid: Json = {"number": "R-1", "lines": [{"text": "a", "amount": 2.5}], "currency": "USD", "parent": None}
    assert schema_errors(paid, schema) == []
    assert [error.place for error in schema_errors({"number": "1", "lines": []}, schema)] == [("number",)]


def test_a_dataclass_and_a_typed_dict() -> None:
    code = '''
@dataclass
class Point:
    x: float
    y: float = 0.0
    """How high."""
    kind: ClassVar[str] = "point"

class Path(TypedDict, total=False):
    points: tuple[Point, Point]
    colour: typing.Union[str, tuple[int, ...]]
    rest: dict[str, Any]
Weight = int | float
class Heavy(TypedDict):
    weight: Weight
    note: NotRequired[str]
'''
    with pytest.raises(ValueError, match=r"found: Point, Path, Heavy$"):
        schema_from_python(code, "Colour")
    point = schema_from_python(code, "Point")[1]
    assert point["properties"] == {"x": {"type": "number"}, "y": {"description": "How high.", "type": "number"}}
    assert point["required"] == ["x"]
    path = schema_from_python(code, "Path")[1]
    assert path["required"] == []
    assert path["properties"] == {
        "points": {"type": "array", "items": {"$ref": "#/$defs/Point"}, "minItems": 2, "maxItems": 2},
        "colour": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]},
        "rest": {"type": "object", "additionalProperties": {}},
    }
    heavy = schema_from_python(code)[1]
    assert heavy["properties"] == {"weight": {"type": ["integer", "number"]}, "note": {"type": "string"}}
    assert heavy["required"] == ["weight"]


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        ("class A(", "", "not valid Python: line 1"),
        ("x = 1", "", "no class with annotated fields"),
        ("class A:\n    a: int", "B", "no class B with annotated fields; found: A"),
        ("\0", "", "not valid Python"),
        ("x = " + "(" * 100_000, "", "not valid Python"),
        ("#" * 1_000_001, "", "longer than 1,000,000 characters"),
    ],
)
def test_what_cannot_be_read_is_told(code: str, name: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        schema_from_python(code, name)


def test_nested_classes_and_new_types_are_known() -> None:
    code = (
        "Id = NewType('Id', int)\n"
        "class Order:\n"
        "    class Line:\n"
        "        sku: str\n"
        "    id: Id\n"
        "    first: Line\n"
        "    others: 'list[Order.Line]'\n"
    )
    name, schema = schema_from_python(code)
    properties: Any = schema["properties"]
    line = {"$ref": "#/$defs/Line"}
    assert name == "Order"
    assert properties == {"id": {"type": "integer"}, "first": line, "others": {"type": "array", "items": line}}
    assert lint(strict(schema)) == []


def test_circles_end() -> None:
    code = "A = B\nB = A\nclass C(D):\n    a: A\nclass D(C):\n    b: 'D | None'\n    c: '\"D\"'\n"
    assert schema_from_python(code, "D")[1]["required"] == ["a", "b", "c"]


ANNOTATION = st.recursive(
    st.sampled_from(["int", "str", "None", "'M'", "M", "float", "Any", "Unknown", "list", "dict", "Literal[1, 'a']"]),
    lambda inner: st.one_of(
        inner.map(lambda each: f"list[{each}]"),
        inner.map(lambda each: f"Optional[{each}]"),
        inner.map(lambda each: f"dict[str, {each}]"),
        st.tuples(inner, inner).map(lambda both: f"Union[{both[0]}, {both[1]}]"),
    ),
    max_leaves=5,
)


@given(st.lists(ANNOTATION, min_size=1, max_size=4))
def test_any_annotation_makes_a_sound_schema(annotations: list[str]) -> None:
    code = "class M:\n" + "\n".join(f"    f{number}: {each}" for number, each in enumerate(annotations))
    schema = schema_from_python(code)[1]
    assert is_schema(schema)
    strict(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "string", "minLength": "5"}}},
        {"type": "object", "properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": False},
        {"type": "objekt", "properties": {"a": {"type": "strin"}, "b": {"type": "string"}}},
        {"type": ["string", "null"], "enum": "a"},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": []},
    ],
)
def test_a_schema_with_a_fault_is_still_a_schema_and_is_used_unchanged(schema: JsonObject) -> None:
    made = format_from_file("x.json", json.dumps(schema))
    named: Any = made.value["json_schema"]
    assert named["schema"] == schema
    assert made.told.startswith("Using the schema from the file, which is not a valid JSON Schema: ")


def test_the_code_is_never_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    code = f"open({str(trace)!r}, 'w')\nclass A:\n    a: open({str(trace)!r}, 'w') = open({str(trace)!r}, 'w')\n"
    format_from_file("a.py", code)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("file", "contents", "told", "name"),
    [
        ("dir/Haiku.json", {"type": "object", "properties": {}}, "Using the schema from the file", "Haiku"),
        ("x.json", {"title": "My Haiku", "type": "object"}, "Using the schema from the file", "My_Haiku"),
        ("x.json", {"name": "n", "schema": {"type": "object"}}, "Using the schema n from the file", "n"),
        ("x.json", {"title": "Pond", "lines": ["a"]}, "A strict schema from the example", "x"),
        ("x.json", {"type": "circle", "r": 1}, "A strict schema from the example", "x"),
        ("x.json", {"type": "Feature", "properties": {"name": "Pond"}}, "A strict schema from the example", "x"),
        ("x y.json", [1, 2], "A strict schema from the example, wrapped in an object as value", "x_y"),
        ("x.json", {"a": []}, "A schema from the example, not strict: /properties/a/items: must have a type", "x"),
    ],
)
def test_a_json_file_becomes_a_format(file: str, contents: Json, told: str, name: str) -> None:
    made = format_from_file(file, json.dumps(contents))
    named: Any = made.value["json_schema"]
    assert made.told.startswith(told)
    assert (made.value["type"], named["name"]) == ("json_schema", name)
    assert named.get("strict", False) is ("A strict" in told)
    assert lint(named["schema"]) == [] or not named.get("strict")


def test_a_python_file_becomes_a_strict_format() -> None:
    made = format_from_file("models.py", PYDANTIC)
    named: Any = made.value["json_schema"]
    assert (named["name"], named["strict"], lint(named["schema"])) == ("Invoice", True, [])
    assert made.told == "A strict schema from the class Invoice"
    mapped = format_from_file("m.py", "class M:\n    counts: dict[str, int]")
    assert "not strict" in mapped.told


def test_a_whole_format_is_taken_as_it_is() -> None:
    value = {"type": "json_schema", "json_schema": {"name": "a", "schema": {}}}
    assert format_from_file("x.json", json.dumps(value)).value == value


@pytest.mark.parametrize("text", ["{", "NaN", ""])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        format_from_file("x.json", text)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("models.py:Invoice", ("models.py", "Invoice")),
        ("a:b/models.py", ("a:b/models.py", "")),
        ("C:\\x\\m.py:A", ("C:\\x\\m.py", "A")),
        ("x.json", ("x.json", "")),
        ("x.json:A", ("x.json:A", "")),
        ("models.py:", ("models.py:", "")),
    ],
)
def test_file_and_class(word: str, parts: tuple[str, str]) -> None:
    assert file_and_class(word) == parts


CONSTRAINED = """
from typing import Annotated
from pydantic import BaseModel, Field, StringConstraints, conint, conlist, constr
from annotated_types import Ge, Len, MaxLen

Name = Annotated[str, Field(min_length=1, description="A name.")]
Zip = Annotated[str, StringConstraints(pattern="^[0-9]{5}$")]

class Place(BaseModel):
    name: Name
    other: Name = Field(description="Another name.")
    names: list[Name]
    zip: Zip | None
    size: conint(ge=1, le=5)
    word: constr(max_length=3)
    few: conlist(int, min_length=1)
    level: Annotated[int, Ge(0)]
    tags: Annotated[list[Annotated[str, MaxLen(9)]], Len(1, 3)]
    told: Annotated[str, "In words."]
    rows: Annotated[list[str], Field(max_length=2)]
    made: call_me()
"""


def test_what_is_said_of_a_type_goes_wherever_the_type_goes() -> None:
    name: JsonObject = {"type": "string", "minLength": 1, "description": "A name."}
    digits: JsonObject = {"type": "string", "pattern": "^[0-9]{5}$"}
    _, schema = schema_from_python(CONSTRAINED)
    assert schema["properties"] == {
        "name": name,
        "other": {**name, "description": "Another name."},
        "names": {"type": "array", "items": name},
        "zip": {"anyOf": [digits, {"type": "null"}]},
        "size": {"type": "integer", "minimum": 1, "maximum": 5},
        "word": {"type": "string", "maxLength": 3},
        "few": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
        "level": {"type": "integer", "minimum": 0},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 9}, "minItems": 1, "maxItems": 3},
        "told": {"type": "string", "description": "In words."},
        "rows": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "made": {},
    }
