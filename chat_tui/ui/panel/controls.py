"""Changes a parameter's value by keys: steps of numbers, cycling through choices. Pure.

Every spec passed in is resolved for the provider, as by ``domain.catalogue.at_provider``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias, TypeGuard

from chat_tui.domain.catalogue import ParameterSpec
from chat_tui.domain.json_values import UNSET, Json, Unset, dump_json

Number: TypeAlias = int | float

_MANY = 20
"""An integer range with more values than this is not offered as a list of choices."""


def is_number(value: Json | Unset) -> TypeGuard[int | float]:
    """Return whether a value is a JSON number: an int or float that is not a boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(left: Json | Unset, right: Json | Unset) -> bool:
    """Compare as JSON text: ``1``, ``1.0`` and ``true`` are three values, and unset equals only unset."""
    if left is right:
        return True
    if isinstance(left, Unset) or isinstance(right, Unset):
        return False
    return type(left) is type(right) and dump_json(left) == dump_json(right)


def span(spec: ParameterSpec) -> tuple[Number, Number] | None:
    """Return the ends of a slider: the UI range, limited to the valid range; None unless both ends are known."""
    low, high = spec.minimum, spec.maximum
    if spec.ui_min is not None:
        low = spec.ui_min if low is None else max(low, spec.ui_min)
    if spec.ui_max is not None:
        high = spec.ui_max if high is None else min(high, spec.ui_max)
    if low is None or high is None or not low < high:
        return None
    return low, high


def step_size(spec: ParameterSpec) -> Number:
    """Return the size of one step, in the parameter's own unit."""
    if spec.step:
        return spec.step
    if _integral(spec):
        return 1
    ends = span(spec)
    if spec.control != "slider" or ends is None:
        return 0.1
    return float(10 ** math.floor(math.log10((ends[1] - ends[0]) / 10))) / 2


def start_value(spec: ParameterSpec) -> Number:
    """Return the value of the first step from unset: the default, else the middle of the UI range, else near 0."""
    if is_number(spec.default):
        return spec.default
    low, high = spec.minimum, spec.maximum
    if spec.ui_min is not None and spec.ui_max is not None:
        low, high = span(spec) or (low, high)
        if low is not None and high is not None:
            return _typed(spec, (Fraction(str(low)) + Fraction(str(high))) / 2)
    zero = max(0, low) if low is not None else 0
    return zero if high is None else min(zero, high)


def stepped(spec: ParameterSpec, value: Json | Unset, steps: int) -> Number:
    """Return ``value`` moved by ``steps`` within the range; anything but a number starts at ``start_value``.

    A value typed outside the range stays there on a step away from the range, and moves into it on a step towards it.
    """
    if not is_number(value):
        return start_value(spec)
    size = Fraction(str(step_size(spec)))
    moved = Fraction(str(value)) + size * steps
    low, high = _ends(spec, size)
    if high is not None and (steps < 0 or moved > high):
        moved = max(Fraction(str(value)), high) if steps > 0 else min(moved, high)
    if low is not None and (steps > 0 or moved < low):
        moved = min(Fraction(str(value)), low) if steps < 0 else max(moved, low)
    return _typed(spec, moved)


def at_fraction(spec: ParameterSpec, fraction: float) -> Number:
    """Return the value at a position on the slider, from 0 (left) to 1 (right), rounded to steps."""
    ends = span(spec)
    if ends is None:
        return start_value(spec)
    low, high = Fraction(str(ends[0])), Fraction(str(ends[1]))
    size = Fraction(str(step_size(spec)))
    steps = round((high - low) * Fraction(str(min(1.0, max(0.0, fraction)))) / size)
    lowest, highest = _ends(spec, size)
    value = min(high if highest is None else highest, max(low if lowest is None else lowest, low + steps * size))
    return _typed(spec, value)


def choices(spec: ParameterSpec) -> tuple[Json, ...]:
    """Return the values a select offers: the enum, else a short range of integers."""
    if spec.enum and not spec.enum_of:
        return spec.enum
    low, high = spec.minimum, spec.maximum
    if _integral(spec) and low is not None and high is not None and high - low < _MANY:
        return tuple(range(int(low), int(high) + 1))
    return ()


def turned(options: Sequence[Json], value: Json | Unset, direction: int) -> Json | Unset:
    """Cycle through unset and the options; a value that is not an option counts as before the first."""
    places: list[Json | Unset] = [UNSET, *options]
    here = next((index for index, option in enumerate(places) if same(option, value)), 0)
    return places[(here + direction) % len(places)]


def _integral(spec: ParameterSpec) -> bool:
    return "integer" in spec.types and "number" not in spec.types


def _ends(spec: ParameterSpec, size: Fraction) -> tuple[Fraction | None, Fraction | None]:
    ends = span(spec) if spec.control == "slider" else None
    low, high = ends or (spec.minimum, spec.maximum)
    lowest = None if low is None else Fraction(str(low))
    if lowest is not None and spec.min_exclusive and spec.minimum is not None and low == spec.minimum:
        lowest += size
    return lowest, None if high is None else Fraction(str(high))


def _typed(spec: ParameterSpec, value: Fraction) -> Number:
    if _integral(spec):
        return int(value)
    return float(value)
