"""The arithmetic of every control."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.catalogue import ParameterSpec, at_provider
from chat_tui.domain.json_values import UNSET, Json, Unset
from chat_tui.ui.panel.controls import at_fraction, choices, same, span, start_value, stepped, turned


def spec(**members: Any) -> ParameterSpec:
    made: dict[str, Any] = {
        "name": "x",
        "path": ("x",),
        "title": "X",
        "types": ("number",),
        "group": "g",
        "control": "slider",
        "help": "",
        **members,
    }
    return ParameterSpec(**made)


HEAT = spec(minimum=0.0, maximum=2.0, ui_min=0.0, ui_max=2.0, step=0.05, default=1.0)
COUNT = spec(control="number", types=("integer", "null"), minimum=1, maximum=128, ui_min=1, ui_max=8, step=1)
SEED = spec(control="number", types=("integer", "null"), minimum=-(2**63), maximum=2**63 - 1)


@pytest.mark.parametrize(
    ("given_spec", "value", "steps", "expected"),
    [
        (HEAT, UNSET, 1, 1.0),
        (HEAT, UNSET, -1, 1.0),
        (HEAT, None, 1, 1.0),
        (HEAT, "warm", 1, 1.0),
        (HEAT, 0.7, 1, 0.75),
        (HEAT, 0.1, 1, 0.15),
        (HEAT, 0.73, -1, 0.68),
        (HEAT, 1, 1, 1.05),
        (HEAT, 0.7, 10, 1.2),
        (HEAT, 1.9, 10, 2.0),
        (HEAT, 0.0, -1, 0.0),
        (HEAT, 2.5, 1, 2.5),
        (HEAT, 2.5, -1, 2.0),
        (COUNT, UNSET, 1, 4),
        (COUNT, 8, 1, 9),
        (COUNT, 1, -10, 1),
        (SEED, UNSET, 1, 0),
        (SEED, 2**53 + 1, 1, 2**53 + 2),
        (SEED, 2**63 - 1, 1, 2**63 - 1),
    ],
)
def test_a_step_is_exact_and_stays_in_range(
    given_spec: ParameterSpec, value: Json | Unset, steps: int, expected: float
) -> None:
    moved = stepped(given_spec, value, steps)
    assert same(moved, expected), moved


def test_an_exclusive_minimum_is_never_reached_by_steps() -> None:
    open_below = spec(minimum=0.0, maximum=1.0, min_exclusive=True, step=0.1)
    assert stepped(open_below, 0.1, -10) == 0.1
    assert at_fraction(open_below, 0.0) == 0.1


@given(st.floats(min_value=-5, max_value=5), st.integers(min_value=-30, max_value=30))
def test_a_step_never_goes_the_wrong_way(value: float, steps: int) -> None:
    moved = stepped(HEAT, value, steps)
    assert math.isfinite(moved)
    assert (moved - value) * steps >= 0


@given(st.floats(min_value=-1, max_value=2))
def test_a_place_on_the_slider_is_a_value_of_its_grid(fraction: float) -> None:
    value = at_fraction(HEAT, fraction)
    assert 0.0 <= value <= 2.0
    assert same(value, round(round(value / 0.05) * 0.05, 2))


def test_the_ends_of_the_slider_are_the_ends_of_the_range() -> None:
    assert (at_fraction(HEAT, 0), at_fraction(HEAT, 1)) == (0.0, 2.0)


def test_turning_goes_through_unset_and_back_to_the_start() -> None:
    seen: list[Json | Unset] = [UNSET]
    for _ in range(3):
        seen.append(turned((True, False), seen[-1], 1))
    assert seen == [UNSET, True, False, UNSET]
    assert turned((True, False), UNSET, -1) is False
    assert turned(("low", "high"), "something else", 1) == "low"


def test_true_is_not_one_and_one_is_not_one_point_nought() -> None:
    assert not same(True, 1)
    assert not same(1, 1.0)
    assert not same(None, UNSET)
    assert same({"a": [1]}, {"a": [1]})


def test_a_short_range_of_integers_is_a_choice() -> None:
    assert choices(spec(control="select", types=("integer",), minimum=0, maximum=2)) == (0, 1, 2)
    assert choices(spec(control="select", types=("string",))) == ()


@pytest.mark.parametrize("provider", load_catalogue().providers.values(), ids=lambda provider: provider.id)
def test_every_number_of_every_provider_can_be_stepped_from_unset(provider: Any) -> None:
    for raw in load_catalogue().parameters.values():
        if raw.control not in ("slider", "number"):
            continue
        known = at_provider(raw, provider)
        first = start_value(known)
        assert isinstance(first, int) or "number" in known.types, known.name
        low, high = known.minimum, known.maximum
        assert low is None or first >= low, known.name
        assert high is None or first <= high, known.name
        assert stepped(known, first, 1) >= first >= stepped(known, first, -1), known.name
        assert known.control != "slider" or span(known) is not None, known.name
