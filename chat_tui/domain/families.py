"""Say in advance why the model's families would not accept a parameter. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from chat_tui.domain.catalogue import Family, ParameterSpec
from chat_tui.domain.json_values import Json
from chat_tui.domain.limits import choice_words, range_words
from chat_tui.domain.rules import Request, broken_rules

_CONFIDENCE: Final = {
    "documented": "documented by the vendor",
    "measured": "measured on the live service",
    "recalled": "from general knowledge, not verified",
}


class Reservation(Struct, frozen=True):
    """The reason why a model family would not accept a parameter."""

    words: str
    """In a few words, for a narrow row: ``is refused``."""
    sentence: str
    """The reason with the family's name and the confidence."""


def reservation(request: Request, spec: ParameterSpec) -> Reservation | None:
    """Return the first reason why a family rejects a parameter, or its parent object, whatever the value.

    Args:
        request: The request as it would be sent; acceptance may depend on other parameters.
        spec: The parameter; it may be unset.
    """
    parent = request.catalogue.parameters.get(spec.path[0])
    above = () if parent is None or parent.name == spec.name else (parent.name,)
    for family in request.families:
        for name in (spec.name, *above):
            for words in _reservations(request, family, name):
                sure = _CONFIDENCE.get(family.confidence, "")
                return Reservation(words, f"{family.title}: {name} {words}" + (f" ({sure})" if sure else ""))
    return None


def family_words(family: Family, name: str, value: Json) -> str:
    """Return a family's objection to a parameter with this value; empty if the value is accepted."""
    if words := _whatever_the_value(family, name):
        return words
    taken = (family.fixed[name],) if name in family.fixed else family.enums.get(name, ())
    if taken and value not in taken:
        return choice_words(taken)
    low, high = family.ranges.get(name, (None, None))
    if low is None or high is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return "" if low <= value <= high else range_words(low, high)


def _whatever_the_value(family: Family, name: str) -> str:
    if name in family.rename:
        return f"is named {family.rename[name]} here"
    if name in family.refuses or name in family.unknown:
        return "is refused"
    return "is ignored" if name in family.ignores else ""


def _reservations(request: Request, family: Family, name: str) -> Iterator[str]:
    if words := _whatever_the_value(family, name):
        yield words
    if name in family.fixed:
        yield choice_words((family.fixed[name],))
    needed = [rule for rule in family.rules.get(name, ()) if rule.kind == "requires" and rule.other != name]
    for finding in broken_rules(request, name, None, needed):
        yield finding.text
