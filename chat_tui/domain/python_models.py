"""Derive JSON Schemas from Python dataclasses, TypedDicts and pydantic models, without running the code."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.python_annotations import Known, schema_of_annotation
from chat_tui.domain.python_constraints import FIELDS, last_name, plain_value, told_by, with_words

_LONGEST: Final = 1_000_000
"""Maximum length of the code in characters."""
_ENUMS: Final = frozenset(("Enum", "StrEnum", "IntEnum"))
_DEFAULTS: Final = ("default", "default_factory")
_MAYBE: Final = frozenset(("NotRequired",))


class _Field(Struct, frozen=True):
    """One field of a class."""

    name: str
    schema: JsonObject
    required: bool


def schema_from_python(source: str, name: str = "") -> tuple[str, JsonObject]:
    """Return the name of a class and the schema of its instances; referenced classes are put into ``$defs``.

    Args:
        source: Python code; parsed, never imported or run.
        name: The class; empty: the last one that no other class refers to.

    Raises:
        ValueError: The source is not valid Python, or has no such class; the message lists the classes.
    """
    code = _Code(source)
    if name and name not in code.models:
        known = ", ".join(code.models) or "none"
        raise ValueError(f"there is no class {name} with annotated fields; found: {known}")
    if not code.models:
        raise ValueError("there is no class with annotated fields")
    chosen = name or code.outermost()
    try:
        return chosen, code.whole(chosen)
    except RecursionError:
        raise ValueError("the annotations are nested too deeply") from None


class _Code:
    """The classes and aliases of one source text."""

    def __init__(self, source: str) -> None:
        if len(source) > _LONGEST:
            raise ValueError(f"it is longer than {_LONGEST:,} characters")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                module = ast.parse(source)
        except SyntaxError as error:
            raise ValueError(f"it is not valid Python: line {error.lineno}: {error.msg}") from None
        except (ValueError, RecursionError, MemoryError):
            raise ValueError("it is not valid Python") from None
        self._classes = {each.name: each for each in _classes(module.body)}
        self._aliases = dict(_aliases(module))
        self._enums = {name for name in self._classes if self._is_enum(name, ())}
        self.models = [name for name in self._classes if name not in self._enums and self._fields(name, ())]

    def outermost(self) -> str:
        """Return the last class that no other refers to; the last of all if each is referred to."""
        used = {other for name in self.models for other in self._used(name) if other != name}
        return next((name for name in reversed(self.models) if name not in used), self.models[-1])

    def whole(self, name: str) -> JsonObject:
        """Return the schema of a class with everything it refers to."""
        root, waiting, definitions = self._schema(name), self._used(name), dict[str, Json]()
        while waiting:
            other = waiting.pop(0)
            if other not in definitions:
                definitions[other] = self._schema(other)
                waiting += self._used(other)
        return {**root, "$defs": definitions} if definitions else root

    def _schema(self, name: str) -> JsonObject:
        words = ast.get_docstring(self._classes[name]) or ""
        told: JsonObject = {"title": name}
        if words and not words.startswith(f"{name}("):
            told["description"] = words.split("\n\n")[0].replace("\n", " ")
        if name in self._enums:
            return {**told, "enum": self._values(name)}
        fields = self._fields(name, ())
        return {
            **told,
            "type": "object",
            "properties": {each: field.schema for each, field in fields.items()},
            "required": [each for each, field in fields.items() if field.required],
            "additionalProperties": False,
        }

    def _used(self, name: str) -> list[str]:
        """Return the classes that a class's fields refer to, without duplicates."""
        found: dict[str, None] = {}
        fields = {} if name in self._enums else self._fields(name, ())
        waiting: list[Json] = [field.schema for field in fields.values()]
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, dict):
                reference = value.get("$ref")
                if isinstance(reference, str):
                    found[reference.removeprefix("#/$defs/")] = None
                waiting += value.values()
            elif isinstance(value, list):
                waiting += value
        return [*found]

    def _is_enum(self, name: str, through: tuple[str, ...]) -> bool:
        bases = [last_name(base) for base in self._classes[name].bases]
        inner = (base for base in bases if base in self._classes and base not in through)
        return any(base in _ENUMS for base in bases) or any(self._is_enum(base, (*through, name)) for base in inner)

    def _values(self, name: str) -> list[Json]:
        found: list[Json] = []
        texts = any(last_name(base) in ("StrEnum", "str") for base in self._classes[name].bases)
        for each in self._classes[name].body:
            if isinstance(each, ast.Assign) and len(each.targets) == 1 and isinstance(each.targets[0], ast.Name):
                constant = isinstance(each.value, ast.Constant)
                automatic: Json = each.targets[0].id.lower() if texts else len(found) + 1
                found.append(plain_value(each.value) if constant else automatic)
        return found

    def _fields(self, name: str, through: tuple[str, ...]) -> dict[str, _Field]:
        """Return the fields of a class, inherited ones first; stops at inheritance cycles."""
        if name in through:
            return {}
        node = self._classes[name]
        found: dict[str, _Field] = {}
        for base in node.bases:
            inherited = last_name(base)
            if inherited in self._classes:
                found |= self._fields(inherited, (*through, name))
        total = not any(
            word.arg == "total" and isinstance(word.value, ast.Constant) and word.value.value is False
            for word in node.keywords
        )
        for place, each in enumerate(node.body):
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and _counts(each):
                words = _words_below(node.body, place)
                field = self._field(each.target.id, each.annotation, each.value, total=total, words=words)
                found[field.name] = field
        return found

    def _field(self, name: str, annotation: ast.expr, default: ast.expr | None, *, total: bool, words: str) -> _Field:
        known = Known(frozenset(self._classes), self._aliases)
        schema = schema_of_annotation(annotation, known)
        required = total and last_name(annotation) not in _MAYBE
        told: JsonObject = {"description": words} if words else {}
        for call in [*_annotated(annotation), *([default] if default is not None else [])]:
            if isinstance(call, ast.Call) and last_name(call.func) in FIELDS:
                told |= told_by([call])
                has_default = bool(call.args) and not _is_ellipsis(call.args[0])
                required &= not has_default and not any(word.arg in _DEFAULTS for word in call.keywords)
                name = _alias(call) or name
            elif call is default and not _is_ellipsis(call):
                required = False
        return _Field(name, with_words(schema, told), required)


def _classes(body: list[ast.stmt]) -> Iterator[ast.ClassDef]:
    """Yield the classes, each after the ones nested in it."""
    for each in body:
        if isinstance(each, ast.ClassDef):
            yield from _classes(each.body)
            yield each


def _aliases(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for each in module.body:
        if isinstance(each, ast.Assign) and len(each.targets) == 1 and isinstance(each.targets[0], ast.Name):
            yield each.targets[0].id, each.value
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value is not None:
            yield each.target.id, each.value
        elif type(each).__name__ == "TypeAlias":  # ``type X = …`` of Python 3.12
            alias, value = getattr(each, "name", None), getattr(each, "value", None)
            if isinstance(alias, ast.Name) and isinstance(value, ast.expr):
                yield alias.id, value


def _counts(field: ast.AnnAssign) -> bool:
    """Return whether it is an instance field, neither private nor a class variable."""
    name = field.target.id if isinstance(field.target, ast.Name) else "_"
    return (
        not name.startswith("_")
        and name != "model_config"
        and last_name(field.annotation) not in ("ClassVar", "KW_ONLY")
    )


def _words_below(body: list[ast.stmt], place: int) -> str:
    """Return the string literal below a field (attribute docstring)."""
    below = body[place + 1] if place + 1 < len(body) else None
    value = below.value if isinstance(below, ast.Expr) else None
    return value.value.strip() if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _annotated(annotation: ast.expr) -> list[ast.expr]:
    """Return the metadata after the type in ``Annotated[…]``."""
    if isinstance(annotation, ast.Subscript) and last_name(annotation) == "Annotated":
        inner = annotation.slice
        return inner.elts[1:] if isinstance(inner, ast.Tuple) else []
    return []


def _alias(call: ast.Call) -> str:
    names = {
        word.arg: plain_value(word.value) for word in call.keywords if word.arg in ("alias", "serialization_alias")
    }
    found = names.get("serialization_alias") or names.get("alias")
    return found if isinstance(found, str) else ""


def _is_ellipsis(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is ...
