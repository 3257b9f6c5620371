"""Presets as values: their contents, and what applying one changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.preset import Preset, applied, name_fault, preset_in, preset_of, table_of, unknown_parameters
from chat_tui.domain.settings import OWN_STREAM, OWN_USAGE, SessionSettings, with_own_defaults
from tests.support.fakes import known

HERE = with_own_defaults(SessionSettings("local", "small", {}, "Be brief."), stream_usage=True)
PLAIN = Provider(id="plain", title="Plain", base_url="https://x", default_model="p1")
USAGE = Provider(id="counts", title="Counts", base_url="https://x", stream_usage=True)
LOCAL = Provider(id="local", title="Local", base_url="https://x", stream_usage=True, default_model="small")


def test_saving_leaves_out_what_chat_tui_set_itself() -> None:
    settings = HERE.set(("seed",), 1).set(("stream_options", "include_obfuscation"), False)
    assert preset_of("x", settings) == Preset(
        name="x",
        provider="local",
        model="small",
        system="Be brief.",
        parameters={"seed": 1, "stream_options": {"include_obfuscation": False}},
    )
    assert preset_of("x", HERE.set(OWN_STREAM, False)).parameters == {"stream": False}


def test_parameters_are_replaced_and_what_chat_tui_set_itself_is_kept() -> None:
    before = HERE.set(("seed",), 1)
    after = applied(Preset(name="x", parameters={"n": None}), before, None)
    assert after.parameters == {"n": None, "stream": True, "stream_options": {"include_usage": True}}
    assert after.own == HERE.own
    assert (after.provider, after.model, after.system) == ("local", "small", "Be brief.")


@pytest.mark.parametrize(
    ("parameters", "sent", "own"),
    [
        ({"stream": False}, {"stream": False, "stream_options": {"include_usage": True}}, {OWN_USAGE}),
        (
            {"stream_options": {"include_usage": False}},
            {"stream": True, "stream_options": {"include_usage": False}},
            {OWN_STREAM},
        ),
        (
            {"stream_options": {"a": 1}},
            {"stream": True, "stream_options": {"a": 1, "include_usage": True}},
            {OWN_STREAM, OWN_USAGE},
        ),
        ({"stream_options": None}, {"stream": True, "stream_options": None}, {OWN_STREAM}),
    ],
)
def test_what_a_preset_says_goes_before_what_chat_tui_sets_itself(
    parameters: JsonObject, sent: JsonObject, own: set[tuple[str, ...]]
) -> None:
    after = applied(Preset(name="x", parameters=parameters), HERE, None)
    assert after.parameters == sent
    assert after.own == own


def test_another_provider_brings_its_default_model_unless_the_preset_names_one() -> None:
    assert applied(Preset(name="x", provider="plain"), HERE, PLAIN).model == "p1"
    assert applied(Preset(name="x", provider="plain", model="p2"), HERE, PLAIN).model == "p2"
    assert applied(Preset(name="x", provider="local"), replace(HERE, model="big"), LOCAL).model == "big"


def test_the_usage_switch_follows_what_the_provider_takes() -> None:
    assert applied(Preset(name="x", provider="plain"), HERE, PLAIN).parameters == {"stream": True}
    back = applied(Preset(name="x", provider="counts"), applied(Preset(name="x"), HERE, PLAIN), USAGE)
    assert back.parameters == {"stream": True, "stream_options": {"include_usage": True}}
    untouched = HERE.unset(OWN_USAGE)
    assert applied(Preset(name="x", provider="local"), untouched, LOCAL).parameters == {"stream": True}
    nothing = HERE.unset_all()
    assert applied(Preset(name="x", provider="counts"), nothing, USAGE).parameters == {}


def test_an_empty_system_prompt_removes_it_and_none_leaves_it() -> None:
    assert applied(Preset(name="x", system=""), HERE, None).system is None
    assert applied(Preset(name="x", system="Rhyme."), HERE, None).system == "Rhyme."
    assert applied(Preset(name="x"), HERE, None).system == "Be brief."


VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
NAMES = st.text().filter(lambda name: name not in ("model", "messages", "stream", "stream_options"))


@given(st.dictionaries(NAMES, VALUES), st.text() | st.none())
def test_what_is_saved_comes_back_on_any_other_settings(parameters: JsonObject, system: str | None) -> None:
    settings = replace(HERE, parameters={**HERE.parameters, **parameters}, system=system or None)
    preset = preset_in(table_of(preset_of("x", settings)), "x", "")
    other = with_own_defaults(SessionSettings("local", "other", {"seed": 3}, "Else."), stream_usage=True)
    assert applied(preset, other, LOCAL) == settings


def test_unknown_names_are_told_and_kept() -> None:
    preset = Preset(name="x", parameters={"seed": 1, "wobble": 2, "metadata": {"a": "b"}})
    assert unknown_parameters(preset, known()) == ["wobble"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([], "must be an object, not array"),
        (None, "must be an object, not null"),
        ({"temperature": 1}, "temperature is not a member of a preset"),
        ({"provider": 3}, "provider must be text, not integer"),
        ({"model": ["m"]}, "model must be text, not array"),
        ({"system": None}, "system must be text, not null"),
        ({"notes": {}}, "notes must be text, not object"),
        ({"parameters": []}, "parameters must be a table, not array"),
        ({"parameters": {"model": "m"}}, "parameters.model"),
        ({"parameters": {"messages": []}}, "parameters.messages"),
        ({"api_key": "sk-1"}, "api_key is not a member"),
    ],
)
def test_a_wrong_member_is_named(table: Json, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        preset_in(table, "x", "")


@pytest.mark.parametrize("name", ["rain haiku", "o3-mini", "Überprüfung 2", "a.b_c+d", "x" * 80])
def test_ordinary_names_are_taken(name: str) -> None:
    assert name_fault(name) == ""


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("../../x", "try x"),
        ("a/b", "try a-b"),
        ("a\\b", "try a-b"),
        (".hidden", "try hidden"),
        ("x\x00y", "try x-y"),
        ("x\u202ey", "try x-y"),
        ("con", "try con-1"),
        ("save", "try save-1"),
        ("x" * 300, "try " + "x" * 80),
        ("line\nbreak", "try line-break"),
        ("x.", "try x"),
        ("/", "letters, digits, spaces and"),
        (" ", "required"),
        ("", "required"),
    ],
)
def test_a_name_that_is_a_path_or_worse_is_refused_with_a_better_one(name: str, advice: str) -> None:
    assert advice in name_fault(name)
