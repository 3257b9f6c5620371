"""Lint a JSON Schema for strict mode: what services reject, where, and how to fix it.

Source of the rules: the services' documentation of structured outputs (objects closed, every property required, no root
``anyOf``, at most 10 levels, 5,000 properties, 1,000 enum values and 120,000 characters in names and values).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_schema import schema_faults
from chat_tui.domain.json_spans import pointer
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.places import Place

ALLOWED: Final = frozenset(
    (
        *("type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "$ref"),
        *("$defs", "definitions", "title", "description", "$schema", "$id", "pattern", "format", "multipleOf"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"),
    )
)
"""Keywords that strict mode supports."""
FORMATS: Final = frozenset(
    ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"),
)
MAPS: Final = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
"""Keywords whose members are schemas."""
LISTS: Final = ("anyOf", "oneOf", "allOf", "prefixItems")
"""Keywords whose items are schemas."""
SINGLE: Final = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
"""Keywords whose value is a schema."""
_LOOKED_INTO: Final = frozenset(("properties", "$defs", "definitions", "items", *LISTS[:3]))
BESIDE_A_REFERENCE: Final = frozenset(("$ref", "$defs", "definitions", "$schema", "$id"))
_LEVELS: Final = 10
_PROPERTIES: Final = 5_000
_ENUM_VALUES: Final = 1_000
_CHARACTERS: Final = 120_000
_LONG_ENUM: Final = 250
_LONG_ENUM_CHARACTERS: Final = 15_000


class Lint(Struct, frozen=True):
    """One thing that strict mode rejects."""

    place: Place
    """Path in the schema."""
    text: str
    """The fault in one clause."""
    remedy: str
    repairable: bool = True
    """Whether ``strict_schema.strict`` fixes it."""
    loses: bool = False
    """Whether that fix removes what is at the path."""

    def sentence(self) -> str:
        """Format with the path as a JSON pointer in front: ``/properties/a: must …. Add it.``."""
        where = f"{pointer(self.place)}: " if self.place else ""
        return f"{where}{self.text}. {self.remedy}".rstrip()


def lint(schema: Json) -> list[Lint]:
    """Return what is wrong with a schema in strict mode, in member order; limits on the whole schema come last.

    For a value that is not a JSON Schema, that is the only finding.
    """
    try:
        fault = next(schema_faults(schema), "")
        if fault or not isinstance(schema, dict):
            return [Lint((), fault or "must be an object", "Fix the schema.", repairable=False)]
        return [*_of_root(schema), *_of_schema(schema, schema, ()), *_of_whole(schema)]
    except RecursionError:
        return [Lint((), "is nested too deeply to be checked", "Reduce the nesting.", repairable=False)]


def left_out(schema: Json) -> list[str]:
    """Return the keywords that the automatic fix removes, without duplicates; their meaning is lost."""
    return list(dict.fromkeys(str(found.place[-1]) for found in lint(schema) if found.loses))


def subschemas(schema: JsonObject, place: Place) -> Iterator[tuple[Place, Json]]:
    """Yield the direct subschemas of a schema, each with its path."""
    for key, value in schema.items():
        if key in MAPS and isinstance(value, dict):
            yield from (((*place, key, name), item) for name, item in value.items())
        elif key in LISTS and isinstance(value, list):
            yield from (((*place, key, index), item) for index, item in enumerate(value))
        elif key in SINGLE and isinstance(value, dict):
            yield (*place, key), value


def resolved(root: Mapping[str, Json], reference: str) -> Json:
    """Resolve a reference within a schema; None if it points nowhere."""
    if not reference.startswith("#"):
        return None
    here: Json = dict(root)
    for step in reference[1:].split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict):
            here = here.get(name)
        elif isinstance(here, list) and name.isdecimal() and int(name[:9]) < len(here):
            here = here[int(name[:9])]
        else:
            return None
    return here


def is_object(schema: Mapping[str, Json]) -> bool:
    """Return whether a schema describes objects: by its type, or by keywords that apply only to objects."""
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return "object" in kinds or (kind is None and ("properties" in schema or "required" in schema))


def is_map(schema: Mapping[str, Json]) -> bool:
    """Return whether a schema describes a map with arbitrary names, which strict mode does not support."""
    rest = schema.get("additionalProperties")
    return isinstance(rest, dict) or bool(schema.get("patternProperties"))


def _of_root(schema: JsonObject) -> Iterator[Lint]:
    if "anyOf" in schema:
        yield Lint((), "must not be an anyOf", "Put it into a property of an object.", repairable=False)
    elif "$ref" in schema:
        whole = isinstance(resolved(schema, str(schema["$ref"])), dict) and schema["$ref"] != "#"
        yield Lint(
            (), "must be an object itself, not a reference", "Insert the referenced schema here.", repairable=whole
        )
    elif schema.get("type") != "object":
        repairable = schema.get("type") is None and is_object(schema)
        yield Lint((), "must be of type object", "Put it into a property of an object.", repairable=repairable)


def _of_schema(root: JsonObject, schema: Json, place: Place) -> Iterator[Lint]:
    if not isinstance(schema, dict):
        yield Lint(place, "must have a type; true and false are not allowed", "Add a type.", repairable=False)
        return
    yield from _of_keywords(schema, place)
    if "$ref" in schema:
        yield from _of_reference(root, schema, place)
    elif is_object(schema):
        yield from _of_object(schema, place)
    elif not {"type", "anyOf", "oneOf", "allOf"} & schema.keys():
        repairable = "enum" in schema or "const" in schema
        yield Lint(place, "must have a type", "Add a type.", repairable=repairable)
    kind = schema.get("type")
    if "array" in (kind if isinstance(kind, list) else [kind]) and "items" not in schema:
        yield Lint(place, "an array must describe its items", "Add items.", repairable=False)
    for inner, item in subschemas(schema, place):
        if inner[len(place)] in _LOOKED_INTO:
            yield from _of_schema(root, item, inner)


def _of_keywords(schema: JsonObject, place: Place) -> Iterator[Lint]:
    for key, value in schema.items():
        if key == "oneOf":
            yield Lint((*place, key), "is not supported", "Use anyOf.", loses="anyOf" in schema)
        elif key == "allOf":
            single = isinstance(value, list) and len(value) == 1 and "anyOf" not in schema and "oneOf" not in schema
            yield Lint((*place, key), "is not supported", "Merge the schemas into one.", repairable=single)
        elif key == "patternProperties":
            yield Lint((*place, key), "is not supported", "List the properties by name.", repairable=False)
        elif key not in ALLOWED:
            yield Lint((*place, key), "is not supported", "Remove it, or mention it in the description.", loses=True)
        elif key == "format" and value not in FORMATS:
            yield Lint((*place, key), f"{value} is not a supported format", "Remove it.", loses=True)


def _of_reference(root: JsonObject, schema: JsonObject, place: Place) -> Iterator[Lint]:
    reference = str(schema["$ref"])
    if not isinstance(resolved(root, reference), dict):
        yield Lint((*place, "$ref"), f"{reference} is not in the schema", "Add it to $defs.", repairable=False)
    beside = [key for key in schema if key not in BESIDE_A_REFERENCE]
    if beside and place:
        yield Lint(place, f"$ref cannot be combined with {', '.join(beside)}", "Wrap it in an anyOf with one entry.")


def _of_object(schema: JsonObject, place: Place) -> Iterator[Lint]:
    if is_map(schema):
        remedy = "List the properties by name, or use a list of pairs."
        if isinstance(schema.get("additionalProperties"), dict):
            yield Lint((*place, "additionalProperties"), "must be false", remedy, repairable=False)
    elif schema.get("additionalProperties") is not False:
        yield Lint(place, "additionalProperties must be set to false", "Add it.")
    members, required = schema.get("properties"), schema.get("required")
    names = members if isinstance(members, dict) else {}
    listed = required if isinstance(required, list) else []
    missing = [name for name in names if name not in listed]
    if missing:
        shown = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        yield Lint(
            (*place, "required"), f"must list every property; missing: {shown}", "Add it; allow null if it is optional."
        )
    unknown = [name for name in listed if name not in names]
    if unknown:
        yield Lint((*place, "required"), f"{unknown[0]} is not one of the properties", "Remove it.")


def _of_whole(schema: JsonObject) -> Iterator[Lint]:
    """Check the size limits."""
    count = Counts()
    for each in _all(schema):
        count.add(each)
    for number, noun, most in (
        (count.properties, "properties", _PROPERTIES),
        (count.enum_values, "enum values", _ENUM_VALUES),
        (count.characters, "characters in names and values", _CHARACTERS),
        (_levels(schema), "levels of nested objects", _LEVELS),
    ):
        if number > most:
            text = f"has {number:,} {noun}, at most {most:,} are allowed"
            yield Lint((), text, "Make it smaller.", repairable=False)
    if count.long_enum:
        text = f"an enum with more than {_LONG_ENUM} strings has more than {_LONG_ENUM_CHARACTERS:,} characters"
        yield Lint((), text, "Make it smaller.", repairable=False)


class Counts:
    """Counts of everything that is limited, summed over all schemas."""

    def __init__(self) -> None:
        self.properties = self.enum_values = self.characters = 0
        self.long_enum = False

    def add(self, schema: Mapping[str, Json]) -> None:
        """Count one schema, without its subschemas."""
        for key in ("properties", "$defs", "definitions"):
            members = schema.get(key)
            names = members if isinstance(members, dict) else {}
            self.properties += len(names) if key == "properties" else 0
            self.characters += sum(map(len, names))
        values = schema.get("enum")
        listed = values if isinstance(values, list) else []
        texts = sum(len(value) for value in listed if isinstance(value, str))
        self.enum_values += len(listed)
        self.characters += texts
        self.long_enum |= len(listed) > _LONG_ENUM and texts > _LONG_ENUM_CHARACTERS
        const = schema.get("const")
        self.characters += len(const) if isinstance(const, str) else 0


def _all(schema: JsonObject) -> Iterator[JsonObject]:
    yield schema
    for _, inner in subschemas(schema, ()):
        if isinstance(inner, dict):
            yield from _all(inner)


def _levels(schema: Json) -> int:
    """Return the maximum nesting of objects as the schema is written; each definition is counted separately."""
    if not isinstance(schema, dict):
        return 0
    levels = {place[0] in ("$defs", "definitions"): 0 for place, _ in subschemas(schema, ())}
    for place, item in subschemas(schema, ()):
        apart = place[0] in ("$defs", "definitions")
        levels[apart] = max(levels[apart], _levels(item))
    return max(is_object(schema) + levels.get(False, 0), levels.get(True, 0))
