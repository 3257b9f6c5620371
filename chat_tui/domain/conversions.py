"""Convert deprecated parameters to their successors; the conversions are data from the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject, Unset, json_type, value_at, with_value, without_value

HOLE: Final = "$value"
"""Placeholder in a template for the old value, or for each of its items."""


class Turn(Struct, frozen=True, kw_only=True):
    """How to rewrite one deprecated parameter as its successor."""

    source: tuple[str, ...]
    """Path of the deprecated parameter."""
    target: tuple[str, ...]
    """Path of its successor."""
    types: tuple[str, ...] = ()
    """Convert only values of these JSON types; empty: any type."""
    template: Json = HOLE
    """The new value, with ``HOLE`` in place of the old one."""
    each: bool = False
    """Whether the template applies to every item of a list; existing items of the successor stay in front."""
    words: Mapping[str, Json] = {}
    """New values for particular old ones; any other value goes into the template."""


class Conversion(Struct, frozen=True, kw_only=True):
    """Parameters that are converted together."""

    title: str
    """What it does, in the imperative: ``Convert to tools``."""
    turns: tuple[Turn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Wire names of the parameters that it converts."""
        return tuple(dict.fromkeys(".".join(turn.source) for turn in self.turns))


def converted(parameters: JsonObject, conversion: Conversion) -> JsonObject:
    """Return the parameters with every deprecated one of a conversion replaced by its successor.

    Values that match no turn are unchanged. List items are appended to an existing list; any other successor that is
    set is replaced.
    """
    result = parameters
    for turn in conversion.turns:
        value = value_at(result, turn.source)
        if isinstance(value, Unset) or (turn.types and json_type(value) not in turn.types):
            continue
        if turn.each and not isinstance(value, list):
            continue
        held = value_at(result, turn.target)
        new = _new_value(turn, value, [] if isinstance(held, Unset) else held)
        result = with_value(without_value(result, turn.source), turn.target, new)
    return result


def _new_value(turn: Turn, value: Json, held: Json) -> Json:
    if turn.each and isinstance(value, list):
        return [*(held if isinstance(held, list) else []), *(_filled(turn.template, entry) for entry in value)]
    if isinstance(value, str) and value in turn.words:
        return turn.words[value]
    if isinstance(value, bool) and str(value).lower() in turn.words:
        return turn.words[str(value).lower()]
    return _filled(turn.template, value)


def _filled(template: Json, value: Json) -> Json:
    if template == HOLE:
        return value
    if isinstance(template, dict):
        return {key: _filled(item, value) for key, item in template.items()}
    return [_filled(item, value) for item in template] if isinstance(template, list) else template
