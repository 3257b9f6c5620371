"""Bounded versions of the ``jsonschema`` package's validators: steps are counted, and pattern searches time out.

Nothing is ever fetched. Subschemas use the draft of the whole schema, so that no unbounded validator takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Final, TypeAlias

import attrs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend, validator_for
from referencing import Registry

from chat_tui.domain.ecma_patterns import Allowance, UndecidedError
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.text_formats import FORMATS

STEPS: Final = 2_000_000
"""Maximum number of keywords that one check evaluates: up to about fifteen seconds of a background thread."""
_MOST_UNEVALUATED: Final = 5_000
"""Maximum number of members or items for the ``unevaluated…`` keywords, which take quadratic time."""
_Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]


class PlaceUndecidedError(UndecidedError):
    """It could not be decided whether one value is valid."""

    def __init__(self, why: str, value: object, name: str | None = None) -> None:
        super().__init__(why)
        self.value = value
        """The exact object; with ``name``: its member of that name."""
        self.name = name


class Bounds(FormatChecker):
    """State shared by all validators of one check: the formats, and the remaining budget."""

    def __init__(self, kind: type[Validator], schema: Json, steps: int) -> None:
        super().__init__(())
        checkers = {name: each for name, each in kind.FORMAT_CHECKER.checkers.items() if name != "regex"}
        own = {name: (_of_texts(is_one), ()) for name, is_one in FORMATS.items()}
        self.checkers = {**checkers, **own}
        self._steps = steps
        self._allowance = Allowance()
        self._schema = schema

    @cached_property
    def has_patterns(self) -> bool:
        """Whether ``patternProperties`` occurs anywhere in the schema."""
        return _has_patterns(self._schema)

    def step(self) -> None:
        """Count one keyword.

        Raises:
            UndecidedError: The budget of steps is used up.
        """
        self._steps -= 1
        if self._steps < 0:
            raise UndecidedError("takes too many steps to check; not checked")

    def found(self, pattern: str, text: str, value: object, name: str | None = None) -> bool:
        """Return whether a pattern matches in a text, which is a value or the name of its member.

        Raises:
            PlaceUndecidedError: It could not be decided.
        """
        try:
            return self._allowance.found(pattern, text)
        except UndecidedError as error:
            raise PlaceUndecidedError(str(error), value, name) from None

    def unexpected(self, value: Any, schema: Any) -> Iterator[str]:
        """Yield the members of an object that match neither ``properties`` nor ``patternProperties`` of its schema."""
        known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        for name in value:
            if name not in known and not any(self.found(each, name, value, name) for each in patterns):
                yield name


def bounded(schema: JsonObject, steps: int = STEPS) -> tuple[Validator, Bounds]:
    """Return a validator for the draft that ``$schema`` names, else 2020-12, and its bounds.

    Raises:
        ValidationError: The schema is invalid.
        UndecidedError: Validating the schema takes too long.
    """
    kind = validator_for(schema, default=Draft202012Validator)
    meta = validator_for(kind.META_SCHEMA, default=kind)
    for error in _validator(meta, meta.META_SCHEMA, steps)[0].iter_errors(schema):
        raise error
    return _validator(kind, schema, steps)


def _validator(kind: type[Validator], schema: Any, steps: int) -> tuple[Validator, Bounds]:
    bounds = Bounds(kind, schema, steps)
    return _bounded_kind(kind)(schema, registry=Registry(), format_checker=bounds), bounds


@lru_cache
def _bounded_kind(kind: type[Validator]) -> type[Validator]:
    keywords = {name: _counted(_OWN.get(name, keyword)) for name, keyword in kind.VALIDATORS.items()}
    keywords |= {name: _guarded(keywords[name]) for name in _UNEVALUATED if name in keywords}
    extended: Any = extend
    made = extended(kind, keywords)
    made.evolve = _evolve  # the package's version reads ``$schema`` again, and falls back to its unbounded validators
    return made  # type: ignore[no-any-return]  # extend makes classes at run time


def _evolve(self: Any, **changes: Any) -> Any:
    for field in attrs.fields(type(self)):
        if field.init and field.alias not in changes:
            changes[field.alias] = getattr(self, field.name)
    return type(self)(**changes)


def _counted(keyword: _Keyword) -> _Keyword:
    def counted(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError] | None:
        validator.format_checker.step()
        return keyword(validator, wanted, value, schema)

    return counted


def _pattern(validator: Any, wanted: Any, value: Any, _: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not validator.format_checker.found(wanted, value, value):
        yield ValidationError("does not match")


def _pattern_properties(validator: Any, wanted: Any, value: Any, _: Any) -> Iterator[ValidationError]:
    for pattern, inner in wanted.items() if isinstance(value, dict) else ():
        for name, item in value.items():
            validator.format_checker.step()
            if validator.format_checker.found(pattern, name, value, name):
                yield from validator.descend(item, inner, path=name, schema_path=pattern)


def _additional_properties(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    for name in validator.format_checker.unexpected(value, schema) if isinstance(value, dict) else ():
        if wanted is False:
            yield ValidationError("has unexpected members")
            return
        yield from validator.descend(value[name], wanted, path=name)


def _property_names(validator: Any, wanted: Any, value: Any, _: Any) -> Iterator[ValidationError]:
    for name in value if isinstance(value, dict) else ():
        yield from validator.descend(name, wanted, path=name)


def _multiple_of(_: Any, wanted: Any, value: Any, __: Any) -> Iterator[ValidationError]:
    """Divide decimals exactly: as doubles, 19.99 would not be a multiple of 0.01."""
    if isinstance(value, int | float) and not isinstance(value, bool) and _exact(value) % _exact(wanted):
        yield ValidationError("is not a multiple")


def _exact(number: float) -> Fraction:
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def _unique_items(_: Any, wanted: Any, value: Any, __: Any) -> Iterator[ValidationError]:
    if wanted and isinstance(value, list) and len({_key(item) for item in value}) < len(value):
        yield ValidationError("has duplicate entries")


def _key(value: Json) -> Hashable:
    """Hash key that is equal for values that are equal in JSON Schema: 1 equals 1.0, true does not equal 1."""
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, list):
        return "array", *map(_key, value)
    if isinstance(value, dict):
        return "object", frozenset((name, _key(item)) for name, item in value.items())
    return value


def _guarded(keyword: _Keyword) -> _Keyword:
    """Wrap the package's keyword: refuse values for which it would use unbounded patterns or quadratic time."""

    def guarded(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError] | None:
        if isinstance(value, dict | list) and (len(value) > _MOST_UNEVALUATED or validator.format_checker.has_patterns):
            raise PlaceUndecidedError("unevaluated members cannot be determined; not checked", value)
        return keyword(validator, wanted, value, schema)

    return guarded


def _has_patterns(schema: Json) -> bool:
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return (isinstance(schema, dict) and "patternProperties" in schema) or any(map(_has_patterns, inner))


def _of_texts(is_one: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or is_one(value)


_OWN: Final[Mapping[str, _Keyword]] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "multipleOf": _multiple_of,
    "uniqueItems": _unique_items,
}
_UNEVALUATED: Final = ("unevaluatedProperties", "unevaluatedItems")
