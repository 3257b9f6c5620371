"""Values of form fields: detect the variant, create initial values, convert between variants, validate."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from chat_tui.domain.forms import FieldSpec
from chat_tui.domain.json_schema import schema_faults
from chat_tui.domain.json_values import Json, JsonObject, Unset
from chat_tui.domain.limits import choice_words, range_words
from chat_tui.domain.places import Place
from chat_tui.domain.values import fits, type_words

_BEGINNINGS: dict[str, Json] = {
    "text": "",
    "textarea": "",
    "number": 0,
    "switch": True,
    "ticks": [],
    "json": {},
    "schema": {"type": "object", "properties": {}},
    "list": [],
    "map": {},
}


def variant_of(spec: FieldSpec, value: Json | Unset) -> int | None:
    """Return the index of the variant that a value matches; None if it is unset or matches none."""
    if isinstance(value, Unset):
        return None
    return next((index for index, each in enumerate(spec.variants) if is_variant(each, value)), None)


def is_variant(spec: FieldSpec, value: Json) -> bool:
    """Return whether a value has the shape of a variant: its constant, its tag, its JSON type."""
    if spec.control == "const":
        return type(value) is type(spec.value) and value == spec.value
    if spec.tag:
        return isinstance(value, dict) and value.get(spec.tag) == spec.word
    return not spec.types or fits(value, spec.types)


def begun(spec: FieldSpec) -> Json:
    """Return the minimal initial value of a field: its tag and required members, nothing else."""
    for said in (spec.start, spec.value):
        if not isinstance(said, Unset):
            return said
    if spec.control == "variants":
        return begun(spec.variants[0])
    if spec.control == "record":
        members: JsonObject = {spec.tag: spec.word} if spec.tag else {}
        return members | {each.name: begun(each) for each in spec.fields if each.required}
    if spec.control == "select" and spec.enum:
        return spec.enum[0]
    low = spec.minimum or 0
    return low if spec.control == "number" and low > 0 else _BEGINNINGS.get(spec.control, "")


def switched(spec: FieldSpec, value: Json | Unset, index: int) -> Json:
    """Convert a value to another variant: shared members are kept; a string becomes a one-item list and back."""
    variant = spec.variants[index]
    new = begun(variant)
    if isinstance(new, dict) and isinstance(value, dict):
        shared = {each.name for each in variant.fields} - {variant.tag}
        return new | {key: item for key, item in value.items() if key in shared}
    if isinstance(new, list) and isinstance(value, str) and value and variant.item and is_variant(variant.item, value):
        return [value]
    if isinstance(new, str) and variant.control != "const" and isinstance(value, list) and len(value) == 1:
        return value[0] if isinstance(value[0], str) else new
    return new


def form_faults(spec: FieldSpec, value: Json | Unset) -> dict[Place, str]:
    """Validate a value; returns faults by path. Unknown members are not checked. Linear in the size of the value."""
    if isinstance(value, Unset):
        return {}
    found: dict[Place, str] = {}
    try:
        for place, fault in _faults(spec, value, ()):
            found.setdefault(place, fault)
    except RecursionError:
        found[()] = "is nested too deeply to be checked"
    return found


def _faults(spec: FieldSpec, value: Json, place: Place) -> Iterator[tuple[Place, str]]:
    if spec.control == "variants":
        index = variant_of(spec, value)
        if index is not None:
            yield from _faults(spec.variants[index], value, place)
        return
    if spec.types and not fits(value, spec.types):
        yield place, f"must be {type_words(spec.types)}"
    elif spec.control == "schema":
        yield from ((place, fault) for fault in schema_faults(value))
    elif isinstance(value, str):
        yield from ((place, fault) for fault in _of_text(spec, value))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if (spec.minimum is not None and value < spec.minimum) or (spec.maximum is not None and value > spec.maximum):
            yield place, range_words(spec.minimum, spec.maximum)
    elif isinstance(value, list):
        yield from _of_list(spec, value, place)
    elif isinstance(value, dict):
        yield from _of_record(spec, value, place) if spec.control == "record" else _of_map(spec, value, place)


def _of_text(spec: FieldSpec, value: str) -> Iterator[str]:
    if spec.enum and not spec.enum_open and spec.control == "select" and value not in spec.enum:
        yield choice_words(spec.enum)
    if spec.max_length is not None and len(value) > spec.max_length:
        yield f"must have at most {spec.max_length} characters, has {len(value)}"
    if spec.pattern and not re.fullmatch(spec.pattern, value):
        yield "must not be empty" if not value else f"must match {spec.pattern}"


def _of_list(spec: FieldSpec, value: list[Json], place: Place) -> Iterator[tuple[Place, str]]:
    if spec.max_items is not None and len(value) > spec.max_items:
        yield place, f"must have at most {spec.max_items} entries, has {len(value)}"
    if spec.min_items is not None and len(value) < spec.min_items:
        yield place, "must not be empty; unset it instead"
    if spec.item is not None:
        for index, entry in enumerate(value):
            yield from _faults(spec.item, entry, (*place, index))


def _of_map(spec: FieldSpec, value: JsonObject, place: Place) -> Iterator[tuple[Place, str]]:
    if spec.control != "map":
        return
    if spec.max_pairs is not None and len(value) > spec.max_pairs:
        yield place, f"must have at most {spec.max_pairs} entries, has {len(value)}"
    for key, item in value.items():
        if spec.key_pattern and not re.fullmatch(spec.key_pattern, key):
            yield (*place, key), f"the {spec.key_title or 'key'} must match {spec.key_pattern}"
        if spec.max_key_length is not None and len(key) > spec.max_key_length:
            yield (*place, key), f"the key must have at most {spec.max_key_length} characters"
        if spec.item is not None:
            yield from _faults(spec.item, item, (*place, key))


def _of_record(spec: FieldSpec, value: JsonObject, place: Place) -> Iterator[tuple[Place, str]]:
    for each in spec.fields:
        if each.name in value:
            yield from _faults(each, value[each.name], (*place, each.name))
        elif each.required:
            yield (*place, each.name), "is required"


def same_json(one: Json | Unset, other: Json | Unset) -> bool:
    """Return whether two values are equal as JSON text: ``1``, ``1.0`` and ``true`` differ, member order counts."""
    if one is other:
        return True
    if isinstance(one, Unset) or isinstance(other, Unset):
        return False
    return json.dumps(one) == json.dumps(other)
