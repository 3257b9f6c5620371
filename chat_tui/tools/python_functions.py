"""Derives tool schemas from the signatures and docstrings of Python functions, without executing the code."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from chat_tui.domain.json_values import Json, JsonObject

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_PLAIN: Final[Mapping[str, str]] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "None": "null",
    "dict": "object",
    "Dict": "object",
    "Mapping": "object",
    "list": "array",
    "List": "array",
    "Sequence": "array",
    "set": "array",
    "tuple": "array",
}
_LISTS: Final = frozenset({"list", "List", "Sequence", "Iterable", "set", "Set", "frozenset", "tuple", "Tuple"})
_MAPS: Final = frozenset({"dict", "Dict", "Mapping"})
_GOOGLE: Final = re.compile(r"^(?P<name>\*{0,2}\w+)(?:\s*\([^)]*\))?:\s*(?P<words>.*)$")
_SPHINX: Final = re.compile(r":param\s+(?:[\w\[\], .|]+\s+)?(?P<name>\w+):\s*(?P<words>[^\n]*)")
_SECTION: Final = re.compile(r"^(Args|Arguments|Parameters|Returns?|Yields?|Raises|Examples?|Notes?):\s*$")
_JSON_SCALARS: Final = (str, int, float, bool, type(None))


def functions_in(source: str) -> list[JsonObject]:
    """Return a tool in wire shape for each public top-level function.

    Types come from the annotations (``str``, ``int``, ``list[X]``, ``dict[str, X]``, ``Literal``, unions, ``Annotated``
    with a text); other annotations allow any value. Parameters with a default are optional. Descriptions come from the
    docstring's text before the first section, and its ``Args:`` (or ``:param name:``).

    Raises:
        ValueError: The source is not valid Python, or has no such function.
    """
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise ValueError(f"it is not valid Python{f' (line {line})' if line else ''}") from None
    found = [_tool(each) for each in module.body if isinstance(each, Function) and not each.name.startswith("_")]
    if not found:
        raise ValueError("it has no public function")
    return found


def _tool(function: Function) -> JsonObject:
    docstring = ast.get_docstring(function) or ""
    told = _described(docstring)
    properties: JsonObject = {}
    required: list[Json] = []
    for argument, default in _parameters(function):
        schema = _schema(argument.annotation)
        if words := told.get(argument.arg):
            schema["description"] = words
        if default is None:
            required.append(argument.arg)
        else:
            schema |= _default(default)
        properties[argument.arg] = schema
    parameters: JsonObject = {"type": "object", "properties": properties}
    if required:
        parameters["required"] = required
    if function.args.kwarg is None:
        parameters["additionalProperties"] = False
    inner: JsonObject = {"name": function.name}
    if summary := _summary(docstring):
        inner["description"] = summary
    return {"type": "function", "function": {**inner, "parameters": parameters}}


def _parameters(function: Function) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Yield each parameter that can be passed by name, with its default."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    padding: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    for argument, default in zip(positional, [*padding, *arguments.defaults], strict=True):
        if argument.arg not in ("self", "cls"):
            yield argument, default
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)


def _default(default: ast.expr) -> JsonObject:
    """Return the default, if it is a plain value."""
    try:
        value = ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return {}
    return {"default": value} if isinstance(value, _JSON_SCALARS) and value not in (float("inf"), -float("inf")) else {}


def _schema(annotation: ast.expr | None) -> JsonObject:
    """Convert an annotation to a schema; an empty one, which allows anything, if it is not supported."""
    match annotation:
        case ast.Constant(value=None):
            return {"type": "null"}
        case ast.Constant(value=str() as text):
            return _quoted(text)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _union([left, right])
        case ast.Subscript(value=outer, slice=inner):
            return _generic(_name(outer), inner.elts if isinstance(inner, ast.Tuple) else [inner])
        case ast.expr():
            kind = _PLAIN.get(_name(annotation))
            return {"type": kind} if kind else {}
    return {}


def _quoted(text: str) -> JsonObject:
    """Convert an annotation that is a string."""
    try:
        return _schema(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}


def _generic(name: str, inner: list[ast.expr]) -> JsonObject:
    """Convert a subscripted type."""
    constants = [each.value for each in inner if isinstance(each, ast.Constant)]
    schema: JsonObject = {}
    if name == "Literal":
        values: list[Json] = [value for value in constants if isinstance(value, _JSON_SCALARS)]
        schema = {"enum": values} if values else {}
    elif name == "Annotated":
        words = next((value for value in constants if isinstance(value, str)), "")
        schema = _schema(inner[0]) | ({"description": words} if words else {})
    elif name in ("Optional", "Union"):
        schema = _union([*inner, ast.Constant(value=None)] if name == "Optional" else inner)
    elif name in _LISTS:
        items = _schema(inner[0])
        schema = {"type": "array", "items": items} if items else {"type": "array"}
    elif name in _MAPS:
        entries = _schema(inner[1]) if len(inner) > 1 else {}
        schema = {"type": "object", "additionalProperties": entries} if entries else {"type": "object"}
    return schema


def _union(parts: list[ast.expr]) -> JsonObject:
    schemas = [_schema(part) for part in parts]
    if not all(schemas):
        return {}
    kinds = [schema["type"] for schema in schemas if schema.keys() == {"type"} and isinstance(schema["type"], str)]
    if len(kinds) == len(schemas):
        return {"type": [*kinds]} if len(kinds) > 1 else {"type": kinds[0]}
    return {"anyOf": [*schemas]}


def _name(expression: ast.expr) -> str:
    """Return the last part of a dotted name."""
    if isinstance(expression, ast.Name):
        return expression.id
    return expression.attr if isinstance(expression, ast.Attribute) else ""


def _summary(docstring: str) -> str:
    """Return the text before the first section, each paragraph on one line."""
    lines = []
    for line in docstring.splitlines():
        if _SECTION.match(line.strip()) or line.strip().startswith(":"):
            break
        lines.append(line.strip())
    paragraphs = re.split(r"\n\s*\n", "\n".join(lines).strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip())


def _described(docstring: str) -> dict[str, str]:
    """Return the description of each parameter."""
    found = {match["name"]: match["words"].strip() for match in _SPHINX.finditer(docstring)}
    inside, name, indent = False, "", 0
    for line in inspect.cleandoc(docstring).splitlines():
        heading = _SECTION.match(line.strip())
        if heading is not None:
            inside, name = heading[1] in ("Args", "Arguments", "Parameters"), ""
            continue
        if not inside or not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        entry = _GOOGLE.match(line.strip())
        if entry is not None and (not name or depth <= indent):
            name, indent = entry["name"].lstrip("*"), depth
            found[name] = entry["words"].strip()
        elif name and depth > indent:
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found
