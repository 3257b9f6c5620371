"""Converting values to editable text and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json
from chat_tui.domain.literal import visible
from chat_tui.ui.panel.editors.texts import JSON_FORM, Fault, read_entry, write_entry

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


@given(VALUES)
def test_a_line_comes_back_the_same_and_hides_nothing(value: Json) -> None:
    text = write_entry(value)
    assert shows_everything(text)
    assert "\n" not in text
    assert read_entry(text, 1, 1) == value


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": "b', Fault("unterminated string", 1, 7)),
        ('{\n"a": }', Fault("expecting value", 2, 6)),
        ("NaN", Fault("NaN is not valid JSON")),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str, fault: Fault) -> None:
    assert JSON_FORM.read(text) == fault


@given(text=TEXTS.filter(lambda text: "\n" not in text))
def test_any_line_is_a_value_or_a_fault_within_it(text: str) -> None:
    value = read_entry(text, 3, 1)
    if isinstance(value, Fault):
        assert value.line == 3
        assert 1 <= value.column <= len(text) + 1
        assert value.message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("\\n\\n", "\n\n"),
        ("  leading", "  leading"),
        ('"  both  "', "  both  "),
        ("42", "42"),
        ("=42", 42),
        ("\\u001b[0m", "\x1b[0m"),
        ("C:\\\\x", "C:\\x"),
    ],
)
def test_a_line_is_written_by_hand_as_one_would_expect(text: str, value: Json) -> None:
    assert read_entry(text, 1, 1) == value


@pytest.mark.parametrize(
    ("text", "column"),
    [('"open', 1), ("bad \\q", 5), ("ends in \\", 9), ("={]", 3)],
)
def test_a_fault_in_a_line_names_its_column(text: str, column: int) -> None:
    fault = read_entry(text, 1, 1)
    assert isinstance(fault, Fault)
    assert fault.column == column


def test_a_fault_in_json_names_line_and_column() -> None:
    fault = JSON_FORM.read('{"a": 1,\n "b": }')
    assert isinstance(fault, Fault)
    assert "line 2, column 7" in fault.sentence()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999", "[" * 100_000])
def test_what_is_not_strict_json_is_a_fault(text: str) -> None:
    assert isinstance(JSON_FORM.read(text), Fault)
