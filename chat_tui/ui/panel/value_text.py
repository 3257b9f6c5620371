"""Formats a parameter's value, or the server's default, on one line. Pure; the caller makes it literal."""

from __future__ import annotations

from chat_tui.domain.catalogue import ParameterSpec
from chat_tui.domain.json_values import Json, JsonObject, Unset, dump_json
from chat_tui.ui.panel.controls import is_number

_LONGEST = 400
"""Maximum number of characters of a value that are processed; no panel is wider."""


def value_text(spec: ParameterSpec, value: Json) -> str:
    """Format a value: words for switches, JSON strings in lists, ``key = value`` in maps, else compact JSON."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if is_number(value):
        return _number_text(spec, value)
    if isinstance(value, str):
        return value[:_LONGEST] or '""'
    if isinstance(value, list):
        return _list_text(value)
    if isinstance(value, dict):
        return _object_text(spec, value)
    return "null"


def placeholder_text(spec: ParameterSpec) -> str:
    """Return the server's default, shown when the parameter is unset; ``unset`` if it is unknown."""
    if spec.default_text:
        return spec.default_text
    return "unset" if isinstance(spec.default, Unset) else value_text(spec, spec.default)


def typed_text(value: Json | Unset) -> str:
    """Format a value for editing: text as it is, everything else as JSON, unset as an empty string."""
    if isinstance(value, Unset):
        return ""
    return value if isinstance(value, str) else dump_json(value)


def _number_text(spec: ParameterSpec, value: Json) -> str:
    plain = dump_json(value)
    if not isinstance(value, float) or not spec.step or spec.control != "slider":
        return plain
    places = len(str(spec.step).partition(".")[2])
    padded = f"{value:.{places}f}"
    return padded if float(padded) == value and len(padded) >= len(plain) else plain


def _list_text(items: list[Json]) -> str:
    if not items:
        return "[]"
    labels = [_label_of(item) for item in items]
    if any(isinstance(item, dict | list) for item in items):
        named = ", ".join(label for label in labels if label)[:_LONGEST]
        return f"{len(items)} × {named}" if named else f"{len(items)} × …"
    return ", ".join(dump_json(item) for item in items[:_LONGEST])[:_LONGEST]


def _label_of(item: Json, depth: int = 2) -> str:
    """Return an object's label: the first string in a member whose name ends in ``name``, also in nested objects."""
    if not isinstance(item, dict):
        return ""
    for key, value in item.items():
        if key.endswith("name") and isinstance(value, str):
            return value
    inner = (_label_of(value, depth - 1) for value in item.values()) if depth else ()
    return next((label for label in inner if label), "")


def _object_text(spec: ParameterSpec, value: JsonObject) -> str:
    if spec.control == "map":
        pairs = (f"{key} = {item if isinstance(item, str) else dump_json(item)}" for key, item in value.items())
        return ", ".join(pairs)[:_LONGEST] or "{}"
    kind = value.get(spec.enum_of) if spec.enum_of else None
    if isinstance(kind, str):
        rest = {key: item for key, item in value.items() if key != spec.enum_of}
        label = _label_of(rest)
        return f"{kind}: {label}" if label else kind + (" …" if rest else "")
    return dump_json(value)[:_LONGEST]
