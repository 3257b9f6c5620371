"""Tests of the forms' data: every structured parameter has a form, and invalid data is reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest

from chat_tui.catalogue.forms import load_forms, read_forms
from chat_tui.catalogue.load import FOLDER, load_catalogue
from chat_tui.domain.catalogue import at_provider
from chat_tui.domain.form_values import begun, form_faults, is_variant
from chat_tui.domain.forms import CONTROLS, FieldSpec, form_of
from chat_tui.domain.problems import ProblemError

CATALOGUE = load_catalogue()
FREE = {"moderation.policy", "plugins[].tools"}
"""Values of which nobody says what they are made of."""
OF_MESSAGES = {"messages", *(name for name in CATALOGUE.parameters if name.startswith("messages[]"))}


def forms_at(provider: str) -> dict[str, FieldSpec]:
    known = CATALOGUE.providers[provider]
    found = {
        name: form_of(load_forms(), CATALOGUE, known, at_provider(spec, known))
        for name, spec in CATALOGUE.parameters.items()
    }
    return {name: form for name, form in found.items() if form is not None}


def walk(form: FieldSpec, path: str) -> Iterator[tuple[str, FieldSpec]]:
    yield path, form
    for each in form.fields:
        yield from walk(each, f"{path}.{each.name}")
    for each in form.variants:
        yield from walk(each, path)
    if form.item is not None:
        yield from walk(form.item, f"{path}[]")


def test_every_structured_parameter_has_a_form() -> None:
    structured = {
        name
        for name, spec in CATALOGUE.parameters.items()
        if spec.settable
        and spec.control != "hidden"
        and (spec.control in ("json", "list", "map", "multiselect") or {"object", "array"} & set(spec.types))
    }
    without = structured - set(forms_at("openrouter")) - OF_MESSAGES
    assert without == {"prediction.content"}, "it is a text in its own editor; its parts are in the form around it"


@pytest.mark.parametrize("provider", list(CATALOGUE.providers))
def test_only_what_is_free_is_json_and_every_control_is_known(provider: str) -> None:
    for name, form in forms_at(provider).items():
        for path, each in walk(form, name):
            assert each.control in CONTROLS, path
            assert each.control != "json" or path in FREE, path
            assert each.control != "select" or each.enum or each.enum_open, path
            assert each.control not in ("list", "map") or each.item is not None, path


@pytest.mark.parametrize("provider", ["openai", "openrouter", "vllm"])
def test_what_a_field_begins_as_belongs_in_it(provider: str) -> None:
    for name, form in forms_at(provider).items():
        for path, each in walk(form, name):
            for variant in each.variants:
                assert is_variant(variant, begun(variant)), path
            wrong = [fault for fault in form_faults(each, begun(each)).values() if "must be" in fault]
            assert not [fault for fault in wrong if "must not be" not in fault], (path, wrong)


@pytest.mark.parametrize("provider", list(CATALOGUE.providers))
def test_the_members_the_catalogue_lists_are_in_the_forms(provider: str) -> None:
    forms = forms_at(provider)
    for name, spec in CATALOGUE.parameters.items():
        above, _, last = name.rpartition(".")
        if above in forms and spec.settable and forms[above].control == "record":
            assert last in [each.name for each in forms[above].fields], name


def test_the_forms_name_only_what_the_catalogue_has() -> None:
    forms = load_forms()
    known = {spec.path for spec in CATALOGUE.parameters.values()}
    assert {name.removesuffix("[]") for name in forms.forms} <= CATALOGUE.parameters.keys()
    assert {turn.source for each in forms.conversions for turn in each.turns} <= known


def test_a_provider_s_own_choices_are_in_its_form() -> None:
    assert forms_at("openrouter")["modalities"].enum != forms_at("openai")["modalities"].enum


BROKEN = [
    ("[form]\nstop = 'nowhere'", "no shape 'nowhere'"),
    ("[form]\n[shape.a]\ncontrol = 'slider'", "must be one of"),
    ("[form]\n[shape.a]\nsize = 1", "key size"),
    ("[form]\n[shape.a]\ncontrol = 'list'", "key item"),
    ("[form]\n[shape.a]\ncontrol = 'const'", "key value"),
    ("[form]\n[shape.a]\ncontrol = 'variants'", "key variants"),
    ("[form]\n[shape.a]\ncontrol = 'record'\nfields = [{ control = 'text' }]", "a unique name"),
    ("[form]\n[shape.a]\ncontrol = 'record'\nfields = [{ name = 'x', use = 'a' }]", "contains itself"),
    ("[form]\n[shape.a]\ncontrol = 'list'\nitem = 'b'\n[shape.b]\ncontrol = 'list'\nitem = 'a'", "contains itself"),
    ("[form]\n[other]\n", "key other"),
    ("[form", "forms.toml"),
    ("form = 3", "must be a table"),
]


@pytest.mark.parametrize(("text", "fault"), BROKEN)
def test_broken_data_is_named(tmp_path: Path, text: str, fault: str) -> None:
    copy(FOLDER / "conversions.toml", tmp_path)
    (tmp_path / "forms.toml").write_text(text, "utf-8")
    with pytest.raises(ProblemError) as caught:
        read_forms(tmp_path)
    assert fault in f"{caught.value.problem.what} {caught.value.problem.why}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[conversion]]\ntitle = 'x'", "key turns"),
        ("[[conversion]]\ntitle = 'x'\nturns = [{ from = 'a' }]", "key to"),
        ("[[conversion]]\ntitle = 'x'\nturns = [{ from = 'a', to = 'b', why = 1 }]", "key why"),
        ("[[conversion]]\ntitle = 'x'\nturns = [{ from = 'a', to = 'b', types = ['text'] }]", "key types"),
    ],
)
def test_a_broken_conversion_is_named(tmp_path: Path, text: str, fault: str) -> None:
    copy(FOLDER / "forms.toml", tmp_path)
    (tmp_path / "conversions.toml").write_text(text, "utf-8")
    with pytest.raises(ProblemError) as caught:
        read_forms(tmp_path)
    assert fault in f"{caught.value.problem.what} {caught.value.problem.why}"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match=r"forms\.toml"):
        read_forms(tmp_path)
