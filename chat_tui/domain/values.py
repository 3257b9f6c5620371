"""Parse typed text into a parameter's value: JSON if it has the parameter's type, else text; ``@`` reads a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from chat_tui.domain.catalogue import Catalogue, ParameterSpec, Provider, at_provider
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import Json, JsonObject, json_type, parse_json
from chat_tui.domain.toml_values import json_of_toml

_SCHEMA_KEYS: Final = frozenset(
    ("$schema", "$ref", "$defs", "properties", "items", "enum", "const", "anyOf", "oneOf", "allOf", "patternProperties")
)
_SCHEMA_TYPES: Final = ("object", "array", "string", "number", "integer", "boolean", "null")
_NAME_LIMIT: Final = 64
_ANY: Final = ("string", "number", "boolean", "array", "object", "null")


def parse_value(
    catalogue: Catalogue, provider: Provider, name: str, text: str, read_file: Callable[[str], str] | None = None
) -> tuple[Json, Finding | None]:
    """Parse the value that ``text`` means for a parameter.

    ``@FILE`` is replaced with the contents of a file: JSON (``.json``), a TOML table (``.toml``), or text, without its
    last newline. Text that itself begins with ``@`` is written as a JSON string: ``"@home"``.

    Args:
        catalogue: Contains the parameter's types; an unknown name accepts any JSON, else text.
        provider: May accept other types than the catalogue says.
        name: Wire name, or the name of a map, a dot and a key.
        text: As typed; whitespace around JSON is ignored, around text it is kept.
        read_file: Returns a file's text; may raise ``OSError`` or ``ValueError``. None: ``@`` has no special meaning.

    Returns:
        The value, and a finding of level error if it is invalid (the value is then the text), else None.
    """
    spec = catalogue.parameters.get(name)
    if "[]" in name or not all(catalogue.path_of(name)):
        return text, Finding(name=name, level="error", kind="type", text="cannot be set by itself")
    if spec is not None:
        spec = at_provider(spec, provider)
    types = spec.types if spec is not None else _types_inside(catalogue, provider, name)
    if text.startswith("@") and read_file is not None:
        return _from_file(spec, name, types, text, read_file)
    return _typed(spec, name, types, text)


def fits(value: Json, types: tuple[str, ...]) -> bool:
    """Return whether a value has one of these JSON types; a boolean is not a number, a fraction not an integer."""
    kind = json_type(value)
    return kind in types or (kind == "integer" and "number" in types)


def type_words(types: tuple[str, ...]) -> str:
    """Describe JSON types for users: ``a number or null``."""
    words = [_WORDS[kind] for kind in types]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


_WORDS: Final = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def _types_inside(catalogue: Catalogue, provider: Provider, name: str) -> tuple[str, ...]:
    """Return the types of a name the catalogue does not list: those of a map's values, or any."""
    parent = name.rpartition(".")[0]
    while parent and parent not in catalogue.parameters:
        parent = parent.rpartition(".")[0]
    if not parent:
        return _ANY
    spec = at_provider(catalogue.parameters[parent], provider)
    return spec.value_types if spec.control == "map" and spec.value_types else _ANY


def _typed(spec: ParameterSpec | None, name: str, types: tuple[str, ...], text: str) -> tuple[Json, Finding | None]:
    fault = ""
    try:
        value = parse_json(text)
    except ValueError as error:
        fault = f"{error}" if text.strip()[:1] in ("{", "[", '"') or "too large" in str(error) else ""
    else:
        if fits(value, types):
            return value, None
    if "string" in types:
        return text, None
    if spec is not None and spec.enum_of and text.strip() in (*spec.presets, *spec.enum):
        return {spec.enum_of: text.strip()}, None
    return text, _ill_typed(spec, name, types, text, fault)


def _ill_typed(spec: ParameterSpec | None, name: str, types: tuple[str, ...], text: str, fault: str) -> Finding:
    words = f"must be {type_words(types)}"
    if spec is not None and spec.presets:
        words += f", or one of {', '.join(spec.presets)}"
    from chat_tui.domain.remedies import for_type  # imported lazily: circular

    remedy = 'Write a list as JSON: ["a", "b"].' if types[0] == "array" and not fault else for_type(text, types)
    return Finding(
        name=name,
        level="error",
        kind="type",
        text=f"{words} ({fault})" if fault else words,
        value=text,
        remedy=remedy,
    )


def _from_file(
    spec: ParameterSpec | None, name: str, types: tuple[str, ...], text: str, read_file: Callable[[str], str]
) -> tuple[Json, Finding | None]:
    file = text[1:]
    try:
        contents = read_file(file)
        value = _file_value(file, contents)
    except OSError as error:
        reason = error.strerror or "cannot be read"
        return text, _bad_file(
            name, text, f"cannot read the file {file} ({reason})", 'To send it as text, quote it: "@..."'
        )
    except (ValueError, RecursionError) as error:
        return text, _bad_file(name, text, f"{file} cannot be used: {str(error) or 'nested too deeply'}")
    if value is None or (isinstance(value, str) and not _is_json(file)):
        return _typed(spec, name, types, contents.removesuffix("\n").removesuffix("\r"))
    if isinstance(value, dict) and spec is not None and spec.wraps:
        value = _wrapped(spec, value, file)
    if fits(value, types):
        return value, None
    if "string" in types:
        return contents, None
    return text, _bad_file(name, text, f"must be {type_words(types)}; {file} contains {_WORDS[json_type(value)]}")


def _bad_file(name: str, text: str, fault: str, remedy: str = "") -> Finding:
    return Finding(name=name, level="error", kind="type", text=fault, value=text, remedy=remedy)


def _is_json(file: str) -> bool:
    return file.lower().endswith(".json")


def _file_value(file: str, contents: str) -> Json:
    """Parse a JSON or TOML file; any other file is text.

    Raises:
        ValueError: The content does not match the suffix, or has values that JSON does not support.
    """
    if _is_json(file):
        return parse_json(contents)
    if file.lower().endswith(".toml"):
        import tomllib

        return json_of_toml(tomllib.loads(contents))
    return contents


def _wrapped(spec: ParameterSpec, value: JsonObject, file: str) -> JsonObject:
    """Wrap a bare JSON Schema, or a named one, into the whole object; other values are unchanged."""
    if value.get(spec.enum_of) in spec.enum:
        return value
    if isinstance(value.get("schema"), dict) and isinstance(value.get("name"), str):
        return {spec.enum_of: spec.wraps, spec.wraps: value}
    declared = value.get("type")
    types = declared if isinstance(declared, list) else [declared]
    if _SCHEMA_KEYS & value.keys() or any(each in _SCHEMA_TYPES for each in types):
        return {spec.enum_of: spec.wraps, spec.wraps: {"name": _schema_name(file), "schema": value}}
    return value


def _schema_name(file: str) -> str:
    stem = re.split(r"[/\\]", file)[-1].rsplit(".", 1)[0]
    return re.sub(r"[^a-zA-Z0-9_-]", "_", stem)[:_NAME_LIMIT] or "schema"
