"""Validate a value against a JSON Schema and report errors in plain words; nothing is ever fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from chat_tui.domain.json_schema import schema_faults
from chat_tui.domain.json_spans import pointer
from chat_tui.domain.json_values import Json, dump_json, json_type
from chat_tui.domain.places import Place

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from chat_tui.domain.ecma_patterns import UndecidedError
    from chat_tui.domain.schema_validators import Bounds

MOST: Final = 50
"""Maximum number of errors reported for one value."""
_LONGEST: Final = 160
_CLOSEST: Final = " (closest alternative)"
_NAMES: Final = 8
"""Maximum number of enum values listed in a message."""


class SchemaError(Struct, frozen=True):
    """One validation error."""

    place: Place
    """Path in the value; empty for the whole value."""
    message: str
    """The error in one clause."""


def schema_errors(value: Json, schema: Json, most: int = MOST, *, steps: int | None = None) -> list[SchemaError]:
    """Return the validation errors in the order of the value's members; empty if the value is valid.

    The draft is the one ``$schema`` names, else 2020-12. Formats (``date``, ``email`` …) are checked. An invalid
    schema, or a reference to something outside it, is reported as an error of the whole value: references are resolved
    within the schema only, and nothing is fetched. The check is bounded: what cannot be decided within its limits (a
    pattern that takes too long, nesting that is too deep) is reported as an error of its own and ends the check.

    Args:
        value: The value to validate.
        schema: An object or a boolean.
        most: Stop after this many errors.
        steps: Maximum number of keywords to evaluate; None: the limit for a background thread.
    """
    return list(islice(_once(_errors(value, schema, steps)), most))


def _once(errors: Iterator[SchemaError]) -> Iterator[SchemaError]:
    """Drop duplicates: one error already names all missing members."""
    told: set[SchemaError] = set()
    for error in errors:
        if error not in told:
            told.add(error)
            yield error


def _errors(value: Json, schema: Json, steps: int | None) -> Iterator[SchemaError]:
    from jsonschema.exceptions import UnknownType, ValidationError
    from referencing.exceptions import Unresolvable

    from chat_tui.domain.ecma_patterns import UndecidedError
    from chat_tui.domain.schema_validators import STEPS, bounded

    if isinstance(schema, bool):
        schema = {} if schema else {"not": {}}
    if not isinstance(schema, dict):
        yield SchemaError((), "the schema is invalid: it is not an object")
        return
    try:
        checker, bounds = bounded(schema, STEPS if steps is None else steps)
        for error in checker.iter_errors(value):
            yield from _told(error, bounds)
    except ValidationError as error:
        where = f"{pointer(tuple(error.absolute_path))}: " if error.absolute_path else ""
        why = next(schema_faults(schema), f"{where}{error.message}")
        yield SchemaError((), f"the schema is invalid: {_short(why)}")
    except Unresolvable as error:
        within = "#" if str(error.ref).startswith("/") else ""
        yield SchemaError((), f"the schema has an unresolved reference: {within}{_short(str(error.ref))}")
    except UndecidedError as error:
        yield SchemaError(_place_of(error, value), _short(str(error)))
    except RecursionError:
        yield SchemaError((), "is nested too deeply, or the schema refers to itself; not checked")
    except UnknownType as error:
        yield SchemaError((), f"the schema is invalid: unknown type {_json(error.type)}")
    except (ValueError, ArithmeticError) as error:
        yield SchemaError((), f"the check failed ({type(error).__name__}); not checked")


def _place_of(error: UndecidedError, value: Json) -> Place:
    """Find the path of the object an error refers to, by identity; the whole value if it is not found."""
    sought, name = getattr(error, "value", None), getattr(error, "name", None)
    waiting: list[tuple[Place, Json]] = [((), value)]
    while waiting and sought is not None:
        place, here = waiting.pop()
        if here is sought:
            return place if name is None else (*place, name)
        if isinstance(here, dict):
            named = next((each for each in here if each is sought), None)
            if named is not None:
                return *place, named
            waiting += (((*place, key), item) for key, item in here.items())
        elif isinstance(here, list):
            waiting += (((*place, index), item) for index, item in enumerate(here))
    return ()


def _told(error: ValidationError, bounds: Bounds) -> Iterator[SchemaError]:
    """Convert an error to our wording; for alternatives, report the closest one."""
    place = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and error.validator_value is False:
        for name in bounds.unexpected(error.instance, error.schema):
            yield SchemaError((*place, name), "is not a property of the schema")
        return
    closest = _closest(error.context or ()) if error.validator in ("anyOf", "oneOf") else ()
    if closest:
        for near in (near for each in closest for near in _told(each, bounds)):
            yield SchemaError(near.place, f"{near.message.removesuffix(_CLOSEST)}{_CLOSEST}")
        return
    words = _WORDS.get(str(error.validator))
    yield SchemaError(place, _short(words(error.validator_value, error.instance) if words else error.message))


def _closest(context: Iterable[ValidationError]) -> Sequence[ValidationError]:
    """Return the errors of the alternative closest to the value; empty if several are equally close.

    One for another type of value is the least close; next, one whose ``const`` or ``enum`` of a member does not match,
    since such a member usually tells alternatives apart; then the one with more errors.
    """
    alternatives: dict[object, list[ValidationError]] = {}
    for error in context:
        alternatives.setdefault(error.relative_schema_path[0], []).append(error)
    ranked = sorted(alternatives.values(), key=_distance)
    tied = len(ranked) > 1 and _distance(ranked[0]) == _distance(ranked[1])
    return ranked[0] if ranked and not tied else ()


def _distance(errors: Sequence[ValidationError]) -> tuple[bool, int, int]:
    other_type = any(error.validator == "type" and not error.relative_path for error in errors)
    told_apart = sum(error.validator in ("const", "enum") and len(error.relative_path) < 2 for error in errors)
    return other_type, told_apart, len(errors)


def _types(wanted: Any, value: Any) -> str:
    kinds = wanted if isinstance(wanted, list) else [wanted]
    return f"must be {' or '.join(map(_a, kinds))}, is {_a(json_type(value))}"


def _a(kind: str) -> str:
    return kind if kind == "null" else f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def _one_of(wanted: Any, value: Any) -> str:
    shown = ", ".join(map(_json, wanted[:_NAMES])) + (", …" if len(wanted) > _NAMES else "")
    return f"must be one of {shown}; is {_json(value)}"


def _missing(wanted: Any, value: Any) -> str:
    return f"is missing {', '.join(name for name in wanted if name not in value)}"


def _needed(wanted: Any, value: Any) -> Iterator[str]:
    for name, needed in wanted.items():
        missing = [each for each in needed if each not in value]
        if name in value and missing:
            yield f"is missing {', '.join(missing)}, required with {name}"


def _json(value: Any) -> str:
    return _short(dump_json(value), 60)


def _size(bound: str, one: str, many: str) -> Callable[[Any, Any], str]:
    return lambda wanted, value: f"must have {bound} {wanted} {one if wanted == 1 else many}, has {len(value)}"


def _short(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


_WORDS: Final[Mapping[str, Callable[[Any, Any], str]]] = {
    "type": _types,
    "enum": _one_of,
    "required": _missing,
    "const": lambda wanted, value: f"must be {_json(wanted)}, is {_json(value)}",
    "minimum": lambda wanted, value: f"must be at least {wanted}, is {value}",
    "maximum": lambda wanted, value: f"must be at most {wanted}, is {value}",
    "exclusiveMinimum": lambda wanted, value: f"must be more than {wanted}, is {value}",
    "exclusiveMaximum": lambda wanted, value: f"must be less than {wanted}, is {value}",
    "multipleOf": lambda wanted, value: f"must be a multiple of {wanted}, is {value}",
    "minLength": _size("at least", "character", "characters"),
    "maxLength": _size("at most", "character", "characters"),
    "pattern": lambda wanted, value: f"must match {wanted}, is {_json(value)}",
    "format": lambda wanted, value: f"must have the format {wanted}, is {_json(value)}",
    "minItems": _size("at least", "entry", "entries"),
    "maxItems": _size("at most", "entry", "entries"),
    "uniqueItems": lambda _, value: f"must not have duplicate entries, has {len(value)} entries",
    "minProperties": _size("at least", "member", "members"),
    "maxProperties": _size("at most", "member", "members"),
    "items": lambda _, value: f"must not have that many entries, has {len(value)}",
    "contains": lambda _, __: "has no entry that matches contains",
    "minContains": lambda wanted, _: f"has too few entries that match contains, must have at least {wanted}",
    "maxContains": lambda wanted, _: f"has too many entries that match contains, must have at most {wanted}",
    "dependentRequired": lambda wanted, value: "; ".join(_needed(wanted, value)),
    "anyOf": lambda wanted, _: f"matches none of the {len(wanted)} alternatives",
    "oneOf": lambda wanted, _: f"does not match exactly one of the {len(wanted)} alternatives",
    "not": lambda _, value: f"must not be {_json(value)}",
}
