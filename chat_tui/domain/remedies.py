"""Suggest in one short sentence how to fix a value that violates a limit or rule. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from chat_tui.domain.catalogue import Rule
from chat_tui.domain.json_values import Json, dump_json, parse_json
from chat_tui.domain.shortening import shortened
from chat_tui.domain.values import fits, type_words

PLURALS: Final = {"character": "characters", "item": "items", "entry": "entries"}
_LONGEST_EXAMPLE = 40
_COMPARED = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
_OPPOSITE = {"gt": "at most", "ge": "below", "lt": "at least", "le": "above"}


def for_rule(rule: Rule, name: str) -> str:
    """Return the remedy for a violated cross-field rule: the catalogue's text if it has one, else a generated one.

    Args:
        rule: The violated rule.
        name: Wire name of the parameter that owns it.
    """
    if rule.remedy or rule.level == "info" or not rule.other or rule.other.startswith("header:"):
        return rule.remedy
    return _for_requirement(rule, name) if rule.kind == "requires" else _for_exclusion(rule)


def for_type(value: Json, types: tuple[str, ...]) -> str:
    """Return the remedy for a value of the wrong JSON type."""
    if isinstance(value, str):
        try:
            meant = parse_json(value)
        except ValueError:
            meant = value
        if not isinstance(meant, str) and fits(meant, types):
            return f"Write it without quotes: {_short(meant)}."
    if "string" in types and isinstance(value, (bool, int)):
        return f"Write it in quotes: {dump_json(dump_json(value))}."
    if types == ("array",) and isinstance(value, str):
        return f"Write it as a list: {_short([value])}."
    return f"Use {type_words(tuple(kind for kind in types if kind != 'null') or types)}, or unset it."


def for_range(value: float, low: float | None, high: float | None, *, above: bool) -> str:
    """Return the remedy for a number out of range; ``above``: the lower bound is exclusive."""
    if high is not None and value > high:
        return f"Use {in_words(high)} or less."
    if low is None:
        return ""
    return f"Use a value above {in_words(low)}." if above else f"Use {in_words(low)} or more."


def for_choice(value: Json, choices: Sequence[Json]) -> str:
    """Return the remedy for a value outside a closed enum."""
    import difflib

    words = [choice for choice in choices if isinstance(choice, str)]
    near = difflib.get_close_matches(value.lower(), words, n=1) if isinstance(value, str) else []
    return f"Did you mean {near[0]}?" if near else "Use one of them, or unset it."


def for_length(too_many: int, unit: str) -> str:
    """Return the remedy for a string, list or map that is ``too_many`` characters, items or entries too long."""
    verb = "Shorten it by" if unit == "character" else "Remove"
    return f"{verb} {too_many} {unit if too_many == 1 else PLURALS[unit]}."


def for_pattern(text: str, pattern: str) -> str:
    """Return the remedy for a string that does not match: the nearest one that does, if it can be found."""
    replaced = "".join(char if re.fullmatch(pattern, char) else "_" for char in text)
    kept = "".join(char for char in text if re.fullmatch(pattern, char))
    fitting = next((each for each in (replaced, kept) if each and re.fullmatch(pattern, each)), "")
    if not fitting or len(fitting) > _LONGEST_EXAMPLE:
        return "Use only characters that the pattern allows."
    return f"For example: {fitting}."


def for_missing(name: str) -> str:
    """Return the remedy for a missing required member."""
    parent, dot, _ = name.rpartition(".")
    return f"Set it, or unset {parent}." if dot and not parent.endswith("]") else "Add it."


def _for_requirement(rule: Rule, name: str) -> str:
    other, value = rule.other, _short(rule.value)
    if other == name:
        return f"Set it to {value}."
    if rule.op in _COMPARED and rule.value is None:
        return f"Lower this, or raise {other}." if rule.op in ("gt", "ge") else f"Raise this, or lower {other}."
    where = "a message or the system prompt" if other == "messages" else other
    advice = {
        "set": f"Set {other} as well",
        "nonempty": f"Set {other} as well",
        "contains": f"Add {value} to {other}",
        "mentions": f"Add the word {value} to {where}",
        "eq": f"Set {other} to {value}",
    }.get(rule.op) or f"Set {other} {_COMPARED.get(rule.op, rule.op)} {value}"
    return f"{advice}, or unset this."


def _for_exclusion(rule: Rule) -> str:
    other, value = rule.other, _short(rule.value)
    if rule.op == "ne" and rule.value is None:
        return f"Unset this or {other}, or make them equal."
    if rule.op in _OPPOSITE and rule.value is None:
        return f"Raise this, or lower {other}." if rule.op in ("gt", "ge") else f"Lower this, or raise {other}."
    if rule.op in _OPPOSITE:
        return f"Unset this, or set {other} to {_OPPOSITE[rule.op]} {value}."
    return f"Unset this or {other}." if rule.value in (None, True) else f"Unset this, or change {other}."


def _short(value: Json) -> str:
    text = value if isinstance(value, str) else dump_json(value)
    return shortened(text, _LONGEST_EXAMPLE)


def in_words(value: float) -> str:
    """Format a number as users write it: ``2`` for 2.0."""
    whole = int(value)
    return str(whole) if whole == value else str(value)
