"""Read constraints from ``Field(…)``, ``Annotated[…]`` and constrained types in Python code, without running it."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject

FIELDS: Final = frozenset(("Field", "field"))
"""Calls that define a field of a class."""
_TELLING: Final = frozenset((*FIELDS, "StringConstraints", "Meta", "Len", "Interval"))
_LIMITS: Final[Mapping[str, str]] = {
    "description": "description",
    "title": "title",
    "pattern": "pattern",
    "regex": "pattern",
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_items": "minLength",
    "max_items": "maxLength",
}
_SINGLE: Final[Mapping[str, str]] = {
    "Ge": "minimum",
    "Le": "maximum",
    "Gt": "exclusiveMinimum",
    "Lt": "exclusiveMaximum",
    "MultipleOf": "multipleOf",
    "MinLen": "minLength",
    "MaxLen": "maxLength",
    "Doc": "description",
}
"""Annotations with a single constraint value."""
_OF_LISTS: Final = {"minLength": "minItems", "maxLength": "maxItems"}
CONSTRAINED: Final[Mapping[str, str]] = {
    "constr": "str",
    "conint": "int",
    "confloat": "float",
    "condecimal": "Decimal",
    "conbytes": "bytes",
    "conlist": "list",
    "conset": "set",
    "confrozenset": "frozenset",
}
"""Functions that create a constrained type, and the type they constrain."""


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name: ``Optional`` for ``typing.Optional[str]``; empty if there is no name."""
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def plain_value(node: ast.expr) -> Json:
    """Return the JSON value of a literal; None for anything else."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) else None


def told_by(words: Sequence[ast.expr]) -> JsonObject:
    """Return description and limits from calls as JSON Schema keywords; later ones override earlier ones."""
    told: JsonObject = {}
    for word in words:
        if isinstance(word, ast.Call):
            told |= dict(_limits(word))
        elif isinstance(word, ast.Constant) and isinstance(word.value, str):
            told["description"] = word.value.strip()
    return told


def with_words(schema: JsonObject, told: JsonObject) -> JsonObject:
    """Merge constraints into a schema; lengths of a list are converted to numbers of items."""
    if schema.get("type") == "array":
        told = {_OF_LISTS.get(key, key): value for key, value in told.items()}
    return {**told, **schema, **told}


def _limits(call: ast.Call) -> Iterator[tuple[str, Json]]:
    name = last_name(call.func)
    if name in _SINGLE and call.args:
        yield from _found(_SINGLE[name], call.args[0])
    elif name == "Len":
        for keyword, value in zip(("minLength", "maxLength"), call.args, strict=False):
            yield from _found(keyword, value)
    if name in _TELLING or name in CONSTRAINED:
        for word in call.keywords:
            if word.arg is not None and word.arg in _LIMITS:
                yield from _found(_LIMITS[word.arg], word.value)


def _found(keyword: str, node: ast.expr) -> Iterator[tuple[str, Json]]:
    value = plain_value(node)
    if value is not None:
        yield keyword, value
