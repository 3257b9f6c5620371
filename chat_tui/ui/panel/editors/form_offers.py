"""Choices of a form taken from other parts of the request, such as the names of its tools. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from chat_tui.domain.forms import FieldSpec
from chat_tui.domain.json_values import Json, JsonObject, Unset
from chat_tui.domain.places import value_in


def with_offers(spec: FieldSpec, parameters: JsonObject) -> FieldSpec:
    """Add to a form the choices found elsewhere in the request."""
    enum = spec.enum
    if spec.offers:
        offered = [name for name in _offered(parameters, spec.offers) if name not in enum]
        enum = (*enum, *dict.fromkeys(offered))
    return replace(
        spec,
        enum=enum,
        fields=tuple(with_offers(each, parameters) for each in spec.fields),
        variants=tuple(with_offers(each, parameters) for each in spec.variants),
        item=None if spec.item is None else with_offers(spec.item, parameters),
    )


def _offered(value: Json, path: str) -> list[str]:
    """Return the strings at a path such as ``tools[].function.name``."""
    found: Sequence[Json] = [value]
    for step in path.split("."):
        held = [value_in(each, (step.removesuffix("[]"),)) for each in found]
        set_ones = [each for each in held if not isinstance(each, Unset)]
        lists = (each if isinstance(each, list) else [] for each in set_ones)
        found = [entry for each in lists for entry in each] if step.endswith("[]") else set_ones
    return [each for each in found if isinstance(each, str)]
