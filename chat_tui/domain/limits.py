"""Validate a single value: type, range, enum, length, pattern, limits of lists and maps."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from chat_tui.domain import remedies
from chat_tui.domain.catalogue import ParameterSpec
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import Json, JsonObject, dump_json, json_type
from chat_tui.domain.values import fits, type_words


def check_value(spec: ParameterSpec, name: str, value: Json) -> Iterator[Finding]:
    """Yield the faults of a single value; after a wrong type, nothing else is checked. All findings have level error.

    Args:
        spec: The parameter with the provider's own limits applied.
        name: Display name; for a member of a list item with its index: ``messages[2].name``.
        value: The value as it would be sent.
    """
    if not fits(value, spec.types):
        yield _error(name, "type", f"must be {type_words(spec.types)}", value, remedies.for_type(value, spec.types))
    elif isinstance(value, str):
        yield from _check_text(spec, name, value)
    elif isinstance(value, list):
        yield from _check_list(spec, name, value)
    elif isinstance(value, dict):
        yield from _check_object(spec, name, value)
    elif json_type(value) in ("integer", "number"):
        yield from _check_number(spec, name, value)


def range_words(low: float | None, high: float | None, *, above: bool = False) -> str:
    """Describe a range: ``must be between 0 and 2``; with ``above`` the lower bound is exclusive."""
    if low is None:
        return f"must be at most {remedies.in_words(high)}" if high is not None else ""
    if high is None:
        return f"must be {'above' if above else 'at least'} {remedies.in_words(low)}"
    if above:
        return f"must be above {remedies.in_words(low)} and at most {remedies.in_words(high)}"
    return f"must be between {remedies.in_words(low)} and {remedies.in_words(high)}"


def choice_words(values: tuple[Json, ...]) -> str:
    """Describe a closed enum: ``must be one of none, auto``."""
    words = [value if isinstance(value, str) else _number_words(value) for value in values]
    return f"must be {words[0]}" if len(words) == 1 else f"must be one of {', '.join(words)}"


def _number_words(value: Json) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return remedies.in_words(value) if number and isinstance(value, int | float) else dump_json(value)


def _error(name: str, kind: str, text: str, value: Json, remedy: str) -> Finding:
    return Finding(name=name, level="error", kind=kind, text=text, value=value, remedy=remedy)


def _no_choice(name: str, value: Json, choices: tuple[Json, ...]) -> Finding:
    return _error(name, "enum", choice_words(choices), value, remedies.for_choice(value, choices))


def _too_long(name: str, value: Json, limit: int, count: int, unit: str) -> Finding:
    text = f"must have at most {limit} {remedies.PLURALS[unit]}, has {count}"
    return _error(name, "length", text, value, remedies.for_length(count - limit, unit))


def _check_number(spec: ParameterSpec, name: str, value: Json) -> Iterator[Finding]:
    low, high = spec.minimum, spec.maximum
    if not isinstance(value, (int, float)):
        return
    if isinstance(value, float) and not math.isfinite(value):
        text = f"{value} is not a JSON number"
        yield Finding(name=name, level="error", kind="type", text=text, remedy="Use a finite number.")
    elif spec.enum and not spec.enum_open:
        if value not in spec.enum:
            yield _no_choice(name, value, spec.enum)
    elif (low is not None and (value <= low if spec.min_exclusive else value < low)) or (
        high is not None and value > high
    ):
        remedy = remedies.for_range(value, low, high, above=spec.min_exclusive)
        yield _error(name, "range", range_words(low, high, above=spec.min_exclusive), value, remedy)


def _check_text(spec: ParameterSpec, name: str, value: str) -> Iterator[Finding]:
    if spec.enum and not spec.enum_open and not spec.enum_of and value not in spec.enum:
        yield _no_choice(name, value, spec.enum)
    if spec.max_length is not None and len(value) > spec.max_length:
        yield _too_long(name, value, spec.max_length, len(value), "character")
    if spec.pattern and not re.fullmatch(spec.pattern, value):
        remedy = remedies.for_pattern(value, spec.pattern)
        yield _error(name, "pattern", f"must match {spec.pattern}", value, remedy)


def _check_list(spec: ParameterSpec, name: str, value: list[Json]) -> Iterator[Finding]:
    for position, item in enumerate(value):
        if spec.item_types and not fits(item, spec.item_types):
            remedy = remedies.for_type(item, spec.item_types)
            yield _error(f"{name}[{position}]", "type", f"must be {type_words(spec.item_types)}", item, remedy)
        elif spec.enum and not spec.enum_open and item not in spec.enum:
            yield _no_choice(f"{name}[{position}]", item, spec.enum)
    count = len(value)
    if spec.min_items is not None and count < spec.min_items:
        yield _error(name, "length", f"must have at least {spec.min_items} item", value, "Unset it instead.")
    if spec.max_items is not None and count > spec.max_items:
        yield _too_long(name, value, spec.max_items, count, "item")


def _check_object(spec: ParameterSpec, name: str, value: JsonObject) -> Iterator[Finding]:
    if spec.enum_of and not spec.enum_open and spec.enum_of in value and value[spec.enum_of] not in spec.enum:
        yield _no_choice(f"{name}.{spec.enum_of}", value[spec.enum_of], spec.enum)
    if spec.max_pairs is not None and len(value) > spec.max_pairs:
        yield _too_long(name, value, spec.max_pairs, len(value), "entry")
    for key, item in value.items():
        yield from _check_entry(spec, f"{name}.{key}", key, item)


def _check_entry(spec: ParameterSpec, name: str, key: str, item: Json) -> Iterator[Finding]:
    if spec.key_pattern and not re.fullmatch(spec.key_pattern, key):
        remedy = remedies.for_pattern(key, spec.key_pattern)
        yield _error(name, "pattern", f"the key must match {spec.key_pattern}", item, remedy)
    if spec.max_key_length is not None and len(key) > spec.max_key_length:
        remedy = remedies.for_length(len(key) - spec.max_key_length, "character")
        yield _error(name, "length", f"the key must have at most {spec.max_key_length} characters", item, remedy)
    if spec.value_types and not fits(item, spec.value_types):
        remedy = remedies.for_type(item, spec.value_types)
        yield _error(name, "type", f"must be {type_words(spec.value_types)}", item, remedy)
    elif isinstance(item, str) and spec.max_value_length is not None and len(item) > spec.max_value_length:
        yield _too_long(name, item, spec.max_value_length, len(item), "character")
    elif json_type(item) in ("integer", "number") and isinstance(item, (int, float)):
        low, high = spec.value_min, spec.value_max
        if (low is not None and item < low) or (high is not None and item > high):
            yield _error(name, "range", range_words(low, high), item, remedies.for_range(item, low, high, above=False))
