"""Values as text to edit, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json
from chat_tui.domain.literal import visible
from chat_tui.ui.panel.editors.forms import JSON_FORM, Fault, Form, list_form, map_form

TEXTS = st.text(alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('"\\= \n\t\r\x1b\u202e')))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8)


def shows_everything(text: str) -> bool:
    return visible(text) == text and "\t" not in text


@given(VALUES)
def test_json_comes_back_the_same_and_hides_nothing(value: Json) -> None:
    text = JSON_FORM.write(value)
    assert shows_everything(text)
    assert JSON_FORM.read(text) == value


@pytest.mark.parametrize("types", [(), ("string",), ("integer",), ("string", "object")], ids=str)
@given(entries=st.lists(VALUES))
def test_a_list_comes_back_the_same(types: tuple[str, ...], entries: list[Json]) -> None:
    form = list_form(types)
    text = form.write(entries)
    assert shows_everything(text)
    assert form.read(text) == entries


@pytest.mark.parametrize("types", [(), ("string",), ("number",)], ids=str)
@given(pairs=st.dictionaries(TEXTS, VALUES))
def test_a_map_comes_back_the_same(types: tuple[str, ...], pairs: dict[str, Json]) -> None:
    form = map_form(types)
    text = form.write(pairs)
    assert shows_everything(text)
    assert form.read(text) == pairs


@pytest.mark.parametrize("form", [JSON_FORM, list_form(), list_form(("integer",)), map_form(), map_form(("string",))])
@given(text=TEXTS)
def test_any_text_is_a_value_or_a_fault_within_it(form: Form, text: str) -> None:
    value = form.read(text)
    if isinstance(value, Fault):
        assert 1 <= value.line <= text.count("\n") + 1
        assert value.column >= 1
        assert value.message


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("\\n\\n\nEND", ["\n\n", "END"]),
        ("  leading", ["  leading"]),
        ('"  both  "', ["  both  "]),
        ("a\n\nb", ["a", "b"]),
        ("42", ["42"]),
        ("=42", [42]),
        ("\\u001b[0m", ["\x1b[0m"]),
        ("C:\\\\x", ["C:\\x"]),
        ("", []),
    ],
)
def test_a_list_is_written_by_hand_as_one_would_expect(text: str, entries: list[Json]) -> None:
    assert list_form().read(text) == entries


def test_a_list_of_integers_needs_no_marks() -> None:
    assert list_form(("integer",)).read("1\n22") == [1, 22]


def test_a_lone_text_is_a_list_of_one() -> None:
    assert list_form().takes("END")
    assert list_form().write("END") == "END"


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("50256 = -100\n11=5", {"50256": -100, "11": 5}),
        ('"a = b" = 1', {"a = b": 1}),
        ("x = hello there", {"x": "hello there"}),
        ('x = {"y": [1]}', {"x": {"y": [1]}}),
    ],
)
def test_a_map_of_anything_takes_json_or_words(text: str, pairs: Json) -> None:
    assert map_form().read(text) == pairs


def test_a_map_of_texts_keeps_a_number_a_text() -> None:
    assert map_form(("string",)).read("run = 7") == {"run": "7"}


@pytest.mark.parametrize(
    ("form", "text", "line", "column"),
    [
        (JSON_FORM, '{"a": 1,\n "b": }', 2, 7),
        (map_form(), "a = 1\nb", 2, 2),
        (map_form(), "a = 1\na = 2", 2, 1),
        (map_form(), "= 2", 1, 1),
        (list_form(), 'ok\n"open', 2, 1),
        (list_form(), "ok\nbad \\q", 2, 5),
        (list_form(), "ends in \\", 1, 9),
    ],
)
def test_a_fault_names_line_and_column(form: Form, text: str, line: int, column: int) -> None:
    fault = form.read(text)
    assert isinstance(fault, Fault)
    assert (fault.line, fault.column) == (line, column)
    assert f"line {line}, column {column}" in fault.sentence()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999", "[" * 100_000])
def test_what_is_not_strict_json_is_a_fault(text: str) -> None:
    assert isinstance(JSON_FORM.read(text), Fault)
