"""The rows of a form and their value: nothing is lost, nothing is changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chat_tui.catalogue.forms import load_forms
from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.catalogue import at_provider
from chat_tui.domain.form_values import begun, form_faults, same_json, switched, variant_of
from chat_tui.domain.forms import FieldSpec, form_of
from chat_tui.domain.json_values import UNSET, Json, JsonObject, Unset, parse_json
from chat_tui.domain.places import Place, put_in, value_in
from chat_tui.ui.panel.editors.form_offers import with_offers
from chat_tui.ui.panel.editors.form_rows import FormLine, form_lines, ticked
from chat_tui.ui.panel.editors.form_typing import line_of, turned_field, typed_field
from chat_tui.ui.panel.editors.texts import JSON_FORM, Fault

CATALOGUE = load_catalogue()


def _forms() -> dict[str, FieldSpec]:
    provider = CATALOGUE.providers["openrouter"]
    found = {
        name: form_of(load_forms(), CATALOGUE, provider, at_provider(spec, provider))
        for name, spec in CATALOGUE.parameters.items()
    }
    return {name: form for name, form in found.items() if form is not None}


FORMS = _forms()
TEXTS = st.text(max_size=6)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2), max_leaves=4
)
OF_TYPE: Mapping[str, st.SearchStrategy[Json]] = {
    "string": TEXTS,
    "number": st.integers(-200, 200) | st.floats(allow_nan=False, allow_infinity=False),
    "integer": st.integers(),
    "boolean": st.booleans(),
    "null": st.none(),
    "object": st.dictionaries(TEXTS, SCALARS, max_size=2),
    "array": st.lists(SCALARS, max_size=2),
}


@st.composite
def values(draw: st.DrawFn, spec: FieldSpec, depth: int = 0) -> Json:
    """A value of the declared shape, members nobody declared included; sometimes of another shape altogether."""
    if draw(st.integers(0, 19)) == 0:
        return draw(ANYTHING)
    if spec.control == "variants":
        return draw(values(draw(st.sampled_from(spec.variants)), depth))
    if spec.control == "record":
        members: JsonObject = {spec.tag: spec.word} if spec.tag else {}
        for each in spec.fields:
            if each.required or draw(st.booleans()):
                members[each.name] = draw(values(each, depth + 1))
        others = draw(st.dictionaries(TEXTS, ANYTHING, max_size=2))
        return members | {name: item for name, item in others.items() if name != spec.tag or not spec.tag}
    if spec.control == "list" and spec.item is not None:
        return draw(st.lists(values(spec.item, depth + 1), max_size=3))
    if spec.control == "map" and spec.item is not None:
        return draw(st.dictionaries(TEXTS, values(spec.item, depth + 1), max_size=3))
    if spec.control == "const" and not isinstance(spec.value, Unset):
        return spec.value
    if spec.control == "ticks":
        return list(draw(st.lists(st.sampled_from([*spec.enum, "odd"]), max_size=3)))
    if spec.enum:
        of_types = [OF_TYPE[kind] for kind in spec.types]
        chosen: Json = draw(st.one_of(st.sampled_from(list(spec.enum)), *of_types))
        return chosen
    return draw(st.one_of([OF_TYPE[kind] for kind in spec.types]) if spec.types else ANYTHING)


class _AllOpen(Mapping[Place, bool]):
    """Everything is open."""

    def __getitem__(self, place: Place) -> bool:
        return True

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(())

    def __len__(self) -> int:
        return 0


def lines_of_all(spec: FieldSpec, value: Json | Unset) -> list[FormLine]:
    return form_lines(spec, value, _AllOpen(), {})


def built(lines: list[FormLine]) -> Json | Unset:
    """The value again, from nothing but what the lines show."""
    whole: Json | Unset = UNSET
    for line in lines:
        if not line.is_set or isinstance(line.value, Unset):
            continue
        if line.kind == "tick":
            held = value_in(whole, line.place)
            whole = put_in(whole, line.place, [*(held if isinstance(held, list) else []), line.option])
        elif line.kind == "value" or (line.kind == "kind" and not isinstance(line.value, dict | list)):
            whole = put_in(whole, line.place, line.value)
        elif line.kind == "kind" and isinstance(line.value, dict):
            words: JsonObject = {key: item for key, item in line.value.items() if key == line.spec.tag}
            whole = put_in(whole, line.place, words)
        elif isinstance(value_in(whole, line.place), Unset):
            whole = put_in(whole, line.place, [] if isinstance(line.value, list) else {})
    return whole


def loose(value: Json | Unset) -> str:
    return "unset" if isinstance(value, Unset) else json.dumps(value, sort_keys=True)


@pytest.mark.parametrize("name", list(FORMS))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_form_of_a_value_is_that_value(name: str, data: st.DataObject) -> None:
    spec = FORMS[name]
    value = data.draw(values(spec))
    before = json.dumps(value)
    lines = lines_of_all(spec, value)
    assert json.dumps(value) == before
    for line in lines:
        if line.kind in ("value", "group", "kind") and not isinstance(line.value, Unset):
            assert same_json(put_in(value, line.place, line.value), value)
    distinct = len({str(each) for each in value}) == len(value) if isinstance(value, list) else True
    if spec.control not in ("ticks", "list", "map", "variants") or distinct:
        shown = built(lines)
        empty = value in ({}, []) and isinstance(shown, Unset)
        assert empty or loose(_unordered(shown)) == loose(_unordered(value))
    written = JSON_FORM.write(value)
    read = JSON_FORM.read(written)
    assert not isinstance(read, Fault)
    assert same_json(read, value)
    assert all(isinstance(fault, str) for fault in form_faults(spec, value).values())


def _unordered(value: Any) -> Any:
    """Ticks come in the order of the choices, and once."""
    if isinstance(value, list):
        return sorted({json.dumps(_unordered(each), sort_keys=True) for each in value})
    if isinstance(value, dict):
        return {key: _unordered(item) for key, item in value.items()}
    return value


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.control == "variants"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_switched_value_is_of_the_kind_it_was_switched_to(name: str, data: st.DataObject) -> None:
    spec = FORMS[name]
    value = data.draw(values(spec) | st.just(UNSET))
    index = data.draw(st.integers(0, len(spec.variants) - 1))
    found = variant_of(spec, switched(spec, value, index))
    assert found is not None
    assert found <= index


@given(text=TEXTS)
def test_any_text_is_typed_as_itself(text: str) -> None:
    assume("\n" not in text)
    plain = FieldSpec(control="text", types=("string",))
    assert typed_field(plain, text, "before") == text
    escaped = FieldSpec(control="text", types=("string",), escapes=True)
    assert typed_field(escaped, line_of(escaped, text), "before") == text


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        (FieldSpec(control="number", types=("number",)), ".5", 0.5),
        (FieldSpec(control="number", types=("number",)), "-.5", -0.5),
        (FieldSpec(control="number", types=("integer",)), "9223372036854775807", 9223372036854775807),
        (FieldSpec(control="number", types=("number", "boolean")), "false", False),
        (FieldSpec(control="number", types=("number", "string")), '"0.50"', "0.50"),
        (FieldSpec(control="select", types=("string",), enum=("a", "b")), "b", "b"),
        (FieldSpec(control="select", types=("string",), enum=("a",), enum_open=True), "7", "7"),
        (FieldSpec(control="number", types=("number",)), "", UNSET),
    ],
)
def test_what_is_typed_becomes_a_value_of_the_field(spec: FieldSpec, text: str, value: Json | Unset) -> None:
    typed = typed_field(spec, text, UNSET)
    assert not isinstance(typed, Fault)
    assert same_json(typed, value)


@pytest.mark.parametrize(
    ("spec", "text", "fault"),
    [
        (FieldSpec(control="number", types=("number",)), "hot", "must be a number"),
        (FieldSpec(control="number", types=("integer",)), "1.5", "must be a whole number"),
        (FieldSpec(control="select", types=("string",), enum=("a", "b")), "c", "must be one of a, b"),
    ],
)
def test_what_is_no_value_of_the_field_is_said(spec: FieldSpec, text: str, fault: str) -> None:
    typed = typed_field(spec, text, UNSET)
    assert isinstance(typed, Fault)
    assert fault in typed.message


def test_whole_steps_stay_whole_and_required_choices_are_never_turned_off() -> None:
    bias = FieldSpec(control="number", types=("number",), minimum=-100, maximum=100, step=1)
    assert same_json(turned_field(bias, UNSET, 1), 0)
    assert same_json(turned_field(bias, 7, 10), 17)
    assert same_json(turned_field(bias, 99.5, 10), 100)
    mode = FieldSpec(control="select", types=("string",), enum=("auto", "required"), required=True)
    assert [turned_field(mode, "auto", 1), turned_field(mode, "required", 1)] == ["required", "auto"]
    switch = FieldSpec(control="switch", types=("boolean",))
    assert turned_field(switch, False, 1) is UNSET


def test_names_of_tools_that_are_set_are_offered() -> None:
    parameters = parse_json(
        '{"tools": [{"type": "function", "function": {"name": "f"}}, {"type": "x"}, 7,'
        ' {"type": "function", "function": {"name": "f"}}, {"type": "function", "function": {"name": 5}}]}'
    )
    assert isinstance(parameters, dict)
    spec = with_offers(FORMS["tool_choice.function"], parameters)
    assert spec.fields[0].enum == ("f",)
    assert with_offers(FORMS["tool_choice.function"], {"tools": "odd"}).fields[0].enum == ()


def test_ticks_go_where_the_choices_have_them() -> None:
    assert ticked(("a", "b", "c"), ["c"], "a") == ["a", "c"]
    assert ticked(("a", "b", "c"), ["a", "odd"], "b") == ["a", "b", "odd"]
    assert ticked(("a", "b"), ["a", "b"], "a") == ["b"]


def test_a_fault_inside_something_folded_is_told_by_the_line_around_it() -> None:
    spec = FORMS["tools"]
    value: Json = [{"type": "function", "function": {"name": "a b"}}]
    faults = form_faults(spec, value)
    assert list(faults) == [(0, "function", "name")]
    folded = form_lines(spec, value, {(0,): False}, faults)
    assert re.search("must match", folded[0].fault)
    assert begun(spec) == []
