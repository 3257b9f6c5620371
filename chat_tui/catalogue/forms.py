"""Load the form definitions: editors of structured values, and conversions of deprecated parameters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn

from chat_tui.catalogue import shapes
from chat_tui.catalogue.broken import read_toml, refuse
from chat_tui.catalogue.load import FOLDER
from chat_tui.domain.conversions import Conversion, Turn
from chat_tui.domain.forms import CONTROLS, FieldSpec, Forms
from chat_tui.domain.json_values import Json, Unset

_WHAT: Final = "forms"
_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("string",),
    "textarea": ("string",),
    "number": ("number",),
    "switch": ("boolean",),
    "select": ("string",),
    "ticks": ("array",),
    "list": ("array",),
    "map": ("object",),
    "record": ("object",),
    "schema": ("object", "boolean"),
}
"""Default JSON types of a control, if the data does not specify them."""


@cache
def load_forms() -> Forms:
    """Load the packaged forms; cached, and first called when an editor is opened.

    Raises:
        ProblemError: The data is invalid; names file and key.
    """
    return read_forms(FOLDER)


def read_forms(folder: Path) -> Forms:
    """Read the forms in a folder: ``forms.toml`` and ``conversions.toml``.

    Raises:
        ProblemError: A file is missing or not TOML, or a key is missing, unknown or has the wrong type.
    """
    data = read_toml(_WHAT, folder / "forms.toml", "forms.toml")
    _only(data, ("form", "shape"), "forms.toml")
    reader = _Shapes(data.get("shape", {}))
    forms = {
        name: reader.use(_checked(shapes.text, shape, "forms.toml, form", name), f"forms.toml, form {name!r}")
        for name, shape in _table(data.get("form"), "forms.toml", "form").items()
    }
    for name in data.get("shape", {}):
        reader.use(name, "forms.toml")
    turned = read_toml(_WHAT, folder / "conversions.toml", "conversions.toml")
    _only(turned, ("conversion",), "conversions.toml")
    return Forms(forms=forms, conversions=tuple(map(_conversion, turned.get("conversion", []))))


class _Shapes:
    """Shapes by name, parsed on first use; a shape that contains itself is an error."""

    def __init__(self, tables: Any) -> None:
        self._tables = _table(tables, "forms.toml", "shape")
        self._read: dict[str, FieldSpec] = {}
        self._open: list[str] = []

    def use(self, name: str, where: str) -> FieldSpec:
        """Return the shape of a name, or a plain control of that name."""
        if name in self._read:
            return self._read[name]
        if name not in self._tables:
            if name in CONTROLS:
                return FieldSpec(control=name, types=_TYPES.get(name, ()))
            _broken(where, "", f"there is no shape {name!r}")
        if name in self._open:
            _broken(where, "", f"shape {name!r} contains itself")
        self._open.append(name)
        self._read[name] = self.field(self._tables[name], f"forms.toml, shape {name!r}")
        self._open.pop()
        return self._read[name]

    def field(self, table: Any, where: str) -> FieldSpec:
        """Build a field from its table."""
        table = _table(table, where, "")
        found: dict[str, Any] = {}
        base = FieldSpec()
        for key, value in table.items():
            if key == "use":
                base = self.use(_checked(shapes.text, value, where, key), where)
            elif key == "item":
                text = isinstance(value, str)
                found["item"] = self.use(value, where) if text else self.field(value, f"{where}, item")
            elif key in ("fields", "variants"):
                found[key] = tuple(self._each(value, f"{where}, {key}"))
            else:
                name, read = _known(key, where)
                found[name] = _checked(read, value, where, key)
        return _completed({**_said(base), **found}, where)

    def _each(self, value: Any, where: str) -> list[FieldSpec]:
        if not isinstance(value, list):
            _broken(where, "", "must be a list")
        return [self.use(each, where) if isinstance(each, str) else self.field(each, where) for each in value]


def _said(spec: FieldSpec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in FieldSpec.__struct_fields__}


def _completed(found: dict[str, Any], where: str) -> FieldSpec:
    control = found.get("control", "")
    if control and not found.get("types"):
        found["types"] = _TYPES.get(control, ())
    if control == "variants":
        tag = found.get("tag", "")
        found["variants"] = tuple(
            FieldSpec(**{**_said(each), "tag": tag}) if each.control == "record" and each.word is not None else each
            for each in found.get("variants", ())
        )
        if not found["variants"]:
            _broken(where, "variants", "is missing")
    if control == "const" and isinstance(found["value"], Unset):
        _broken(where, "value", "is missing")
    if control in ("list", "map") and found.get("item") is None:
        _broken(where, "item", "is missing")
    names = [each.name for each in found.get("fields", ())]
    if not all(names) or len(set(names)) < len(names):
        _broken(where, "fields", "must each have a unique name")
    return FieldSpec(**found)


def _json(value: Any) -> Json:
    """Validate a value that is representable in both TOML and JSON."""
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, (str, bool, int, float)):
        return value
    raise shapes.ShapeError("must be a JSON value")


_FIELD: Final[shapes.Shape] = {
    **shapes.fields(
        control=shapes.one_of(*CONTROLS),
        name=shapes.text,
        title=shapes.text,
        help=shapes.text,
        types=shapes.PARAMETER["types"][1],
        required=shapes.flag,
        default_text=shapes.text,
        value=_json,
        start=_json,
        enum=shapes.scalars,
        offers=shapes.text,
        step=shapes.number,
        pattern=shapes.text,
        max_length=shapes.whole,
        escapes=shapes.flag,
        min_items=shapes.whole,
        max_items=shapes.whole,
        key_title=shapes.text,
        key_pattern=shapes.text,
        max_pairs=shapes.whole,
        max_key_length=shapes.whole,
        tokens=shapes.flag,
        tag=shapes.text,
        word=shapes.scalar,
    ),
    "open": ("enum_open", shapes.flag),
    "min": ("minimum", shapes.number),
    "max": ("maximum", shapes.number),
}


def _conversion(table: Any) -> Conversion:
    where = "conversions.toml, conversion"
    table = _table(table, where, "")
    _only(table, ("title", "turns"), where)
    title = _checked(shapes.text, table.get("title"), where, "title")
    turns = table.get("turns")
    if not isinstance(turns, list) or not turns:
        _broken(where, "turns", "must be a list of tables")
    return Conversion(title=title, turns=tuple(_turn(each, f"{where} {title!r}") for each in turns))


def _turn(table: Any, where: str) -> Turn:
    table = _table(table, where, "turns")
    _only(table, ("from", "to", "types", "template", "each", "words"), where)
    found: dict[str, Any] = {}
    for key, name in (("from", "source"), ("to", "target")):
        found[name] = tuple(_checked(shapes.text, table.get(key), where, key).split("."))
    for key, read in _TURN.items():
        if key in table:
            found[key] = _checked(read, table[key], where, key)
    return Turn(**found)


_TURN: Final[Mapping[str, shapes.Read]] = {
    "types": shapes.PARAMETER["types"][1],
    "template": _json,
    "each": shapes.flag,
    "words": shapes.table_of(_json),
}


def _known(key: str, where: str) -> tuple[str, shapes.Read]:
    if key not in _FIELD:
        _broken(where, key, "is not a valid key of this table")
    return _FIELD[key]


def _checked(read: shapes.Read, value: Any, where: str, key: str) -> Any:
    try:
        return read(value)
    except shapes.ShapeError as error:
        _broken(where, key, str(error))


def _table(value: Any, where: str, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _broken(where, key, "must be a table")
    return value


def _only(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            _broken(where, key, "is not a valid key of this table")


def _broken(where: str, key: str, fault: str) -> NoReturn:
    refuse(_WHAT, where, key, fault)
