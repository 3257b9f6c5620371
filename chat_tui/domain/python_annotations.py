"""Convert a Python annotation to a JSON Schema, from its syntax alone."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject, json_type
from chat_tui.domain.python_constraints import CONSTRAINED, last_name, plain_value, told_by, with_words

_PLAIN: Final[Mapping[str, JsonObject]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "None": {"type": "null"},
    "NoneType": {"type": "null"},
    "bytes": {"type": "string"},
    "Decimal": {"type": "number"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "timedelta": {"type": "string", "format": "duration"},
    "UUID": {"type": "string", "format": "uuid"},
    "EmailStr": {"type": "string", "format": "email"},
    "HttpUrl": {"type": "string"},
    "AnyUrl": {"type": "string"},
    "Path": {"type": "string"},
    "PositiveInt": {"type": "integer", "exclusiveMinimum": 0},
    "NonNegativeInt": {"type": "integer", "minimum": 0},
    "PositiveFloat": {"type": "number", "exclusiveMinimum": 0},
    "NonNegativeFloat": {"type": "number", "minimum": 0},
}
_LISTS: Final = frozenset(
    ("list", "List", "Sequence", "Iterable", "Collection", "set", "Set", "frozenset", "FrozenSet", "tuple", "Tuple")
)
_MAPS: Final = frozenset(("dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict"))
_AROUND: Final = frozenset(("Annotated", "Required", "NotRequired", "ReadOnly", "Final", "InitVar"))


class Known(Struct, frozen=True):
    """The names defined in the code around an annotation."""

    classes: frozenset[str]
    """Classes; they become references into ``$defs``."""
    aliases: Mapping[str, ast.expr]
    """Type aliases."""
    through: tuple[str, ...] = ()
    """Aliases being resolved, to stop at cycles."""


def schema_of_annotation(annotation: ast.expr, known: Known) -> JsonObject:
    """Return the schema of an annotation; an empty schema, which allows anything, if it has no JSON equivalent."""
    if isinstance(annotation, ast.Constant):
        return _of_constant(annotation, known)
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _either([schema_of_annotation(side, known) for side in (annotation.left, annotation.right)])
    if isinstance(annotation, ast.Subscript) and (parts := _parts(annotation)):
        return _of_subscript(last_name(annotation), parts, known)
    if isinstance(annotation, ast.Call):
        return _of_call(annotation, known)
    return _of_name(last_name(annotation), known)


def _of_call(call: ast.Call, known: Known) -> JsonObject:
    """Convert ``conint(ge=1)``, ``conlist(str)``, ``NewType("Id", int)``; any other call allows anything."""
    if last_name(call.func) == "NewType" and len(call.args) == 2:
        return schema_of_annotation(call.args[1], known)
    name = CONSTRAINED.get(last_name(call.func), "")
    if not name:
        return {}
    inner = [word.value for word in call.keywords if word.arg == "item_type"] or call.args
    schema = _of_list(name, inner[:1], known) if name in _LISTS and inner else _of_name(name, known)
    return with_words(schema, told_by([call]))


def _of_constant(constant: ast.Constant, known: Known) -> JsonObject:
    if constant.value is None:
        return {"type": "null"}
    if not isinstance(constant.value, str):
        return {}
    try:
        inner = ast.parse(constant.value.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {} if isinstance(inner, ast.Constant) and inner.value is not None else schema_of_annotation(inner, known)


def _of_name(name: str, known: Known) -> JsonObject:
    if name in known.classes:
        return {"$ref": f"#/$defs/{name}"}
    if name in known.aliases and name not in known.through:
        within = Known(known.classes, known.aliases, (*known.through, name))
        return schema_of_annotation(known.aliases[name], within)
    if name in _PLAIN:
        return dict(_PLAIN[name])
    if name in _LISTS:
        return {"type": "array", "items": {}}
    return {"type": "object"} if name in _MAPS else {}


def _parts(annotation: ast.Subscript) -> list[ast.expr]:
    inner = annotation.slice
    return list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]


def _of_subscript(name: str, parts: list[ast.expr], known: Known) -> JsonObject:
    if name == "Literal":
        return _of_values([plain_value(part) for part in parts])
    if name in _AROUND:
        inner = schema_of_annotation(parts[0], known)
        return with_words(inner, told_by(parts[1:])) if name == "Annotated" else inner
    if name in ("Optional", "Union"):
        also: list[JsonObject] = [{"type": "null"}] if name == "Optional" else []
        return _either([*(schema_of_annotation(part, known) for part in parts), *also])
    if name in _MAPS:
        rest = schema_of_annotation(parts[1], known) if len(parts) > 1 else {}
        return {"type": "object", "additionalProperties": rest}
    if name in _LISTS:
        return _of_list(name, parts, known)
    return _of_name(name, known)


def _of_list(name: str, parts: list[ast.expr], known: Known) -> JsonObject:
    """Convert a list type; a fixed-length tuple gets that length, and one schema for all its items."""
    open_end = isinstance(parts[-1], ast.Constant) and parts[-1].value is ...
    inner = parts[:-1] if open_end else parts
    items = _either([schema_of_annotation(part, known) for part in inner])
    made: JsonObject = {"type": "array", "items": items}
    if name in ("tuple", "Tuple") and not open_end:
        made |= {"minItems": len(inner), "maxItems": len(inner)}
    return made


def _of_values(values: list[Json]) -> JsonObject:
    kinds: list[Json] = list(dict.fromkeys(map(json_type, values)))
    return {"type": kinds[0] if len(kinds) == 1 else kinds, "enum": values}


def _either(schemas: list[JsonObject]) -> JsonObject:
    """Return a flat union without duplicates; simple types become a list of types."""
    flat: list[Json] = []
    for schema in schemas:
        inner = schema.get("anyOf") if len(schema) == 1 else None
        for each in inner if isinstance(inner, list) else [schema]:
            if each not in flat:
                flat.append(each)
    if len(flat) == 1 and isinstance(flat[0], dict):
        return flat[0]
    if not all(flat):
        return {}
    kinds = [each.get("type") if isinstance(each, dict) and len(each) == 1 else None for each in flat]
    if all(isinstance(kind, str) for kind in kinds):
        return {"type": list(kinds)}
    return {"anyOf": flat}
