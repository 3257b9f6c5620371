"""Removing what breaks a rule from a request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.checks import check
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.unsetting import without_offenders
from tests.support.limit_cases import LIMITS, LimitCase
from tests.support.rule_cases import CASES, CATALOGUE, RULES

HELLO: JsonObject = {"role": "user", "content": "hello"}
OPENAI = CATALOGUE.providers["openai"]


@pytest.mark.parametrize(
    ("set_", "kept", "gone"),
    [
        ({"temperature": 0.5}, {"temperature": 0.5}, ()),
        ({"temperature": 3, "seed": 1}, {"seed": 1}, ("temperature",)),
        ({"max_completion_tokens": 5, "max_tokens": 5}, {"max_completion_tokens": 5}, ("max_tokens",)),
        ({"top_logprobs": 5}, {}, ("top_logprobs",)),
        ({"metadata": {"a": 1, "b.c": 2, "d": "e"}}, {"metadata": {"d": "e"}}, ("metadata.a", "metadata.b.c")),
        ({"stop": ["a", 5]}, {}, ("stop",)),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, {}, ("tools",)),
        ({"response_format": {"json_schema": {"name": "a"}}}, {}, ("response_format",)),
        ({"temprature": 1}, {"temprature": 1}, ()),
    ],
)
def test_only_what_is_in_the_way_goes(set_: JsonObject, kept: JsonObject, gone: tuple[str, ...]) -> None:
    settings, names = without_offenders(CATALOGUE, OPENAI, SessionSettings("openai", "gpt-4o", set_), [HELLO])
    assert (settings.parameters, names) == (kept, gone)


def test_what_is_wrong_with_a_message_stays() -> None:
    wrong: JsonObject = {"role": "robot", "content": "x"}
    settings = SessionSettings("openai", "gpt-4o", {"n": 0, "seed": 5})
    left, names = without_offenders(CATALOGUE, OPENAI, settings, [wrong])
    assert (left.parameters, names) == ({"seed": 5}, ("n",))


def blocking(provider: str, settings: SessionSettings) -> list[str]:
    """Names of what still blocks."""
    found = check(CATALOGUE, CATALOGUE.providers[provider], settings, [HELLO])
    return [each.name for each in found if each.level == "error"]


@pytest.mark.parametrize("key", RULES, ids="-".join)
def test_no_broken_rule_is_left(key: tuple[str, str]) -> None:
    case = CASES[key]
    settings = SessionSettings(case.provider, case.model, case.broken)
    left, _ = without_offenders(CATALOGUE, CATALOGUE.providers[case.provider], settings, [HELLO])
    assert blocking(case.provider, left) == []


@pytest.mark.parametrize("case", [case for case in LIMITS if "messages" not in case.broken], ids=lambda case: case.id)
def test_no_broken_limit_is_left(case: LimitCase) -> None:
    settings = SessionSettings(case.provider, case.model, case.broken)
    left, names = without_offenders(CATALOGUE, CATALOGUE.providers[case.provider], settings, [HELLO])
    assert names
    assert blocking(case.provider, left) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-200, 200) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(CATALOGUE.parameters)), json_values, max_size=8))
def test_it_always_ends_with_nothing_in_the_way(values: dict[str, Json]) -> None:
    settings = SessionSettings("openai", "m")
    for name, value in values.items():
        if CATALOGUE.parameters[name].settable:
            settings = settings.set(CATALOGUE.path_of(name), value)
    left, _ = without_offenders(CATALOGUE, OPENAI, settings, [HELLO])
    assert blocking("openai", left) == []
