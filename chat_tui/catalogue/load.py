"""Load the catalogue from TOML tables; faults in the data are reported with file and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn, TypeAlias

from chat_tui.catalogue import shapes
from chat_tui.catalogue.broken import read_toml, refuse
from chat_tui.domain.catalogue import Catalogue, Family, Group, ParameterSpec, Provider, Rule

FOLDER: Final = Path(__file__).parent
"""Folder of the packaged catalogue."""
Tables: TypeAlias = dict[str, dict[str, Any]]
"""Parsed tables by file name (with ``providers/`` before those of providers)."""
_PROVIDERS: Final = "providers/"
_WHAT: Final = "catalogue"


@cache
def load_catalogue() -> Catalogue:
    """Load the packaged catalogue; cached.

    Raises:
        ProblemError: The data is invalid; names file and key.
    """
    return read_catalogue(FOLDER)


def read_catalogue(folder: Path) -> Catalogue:
    """Read the catalogue in a folder: ``parameters.toml``, ``families.toml`` and ``providers/*.toml``.

    Raises:
        ProblemError: A file is missing or not TOML, a key is missing, unknown or has the wrong type, or a reference is
            dangling.
    """
    return checked_catalogue(parse_tables(folder))


def catalogue_files(folder: Path) -> list[Path]:
    """Return the files of a catalogue; the first two are included even if they are missing."""
    return [folder / "parameters.toml", folder / "families.toml", *sorted(folder.glob("providers/*.toml"))]


def parse_tables(folder: Path) -> Tables:
    """Parse the files of a catalogue without validating them.

    Raises:
        ProblemError: A file is missing or not TOML.
    """
    return {_name(file): _toml(file) for file in catalogue_files(folder)}


def checked_catalogue(tables: Tables) -> Catalogue:
    """Build the catalogue from parsed files and check its internal references.

    Raises:
        ProblemError: See ``read_catalogue``.
    """
    from chat_tui.catalogue.references import check_references

    catalogue = build_catalogue(tables)
    for where, fault in check_references(catalogue):
        _broken(where, "", fault)
    return catalogue


def build_catalogue(tables: Tables) -> Catalogue:
    """Build the catalogue from parsed files without checking its internal references.

    Raises:
        ProblemError: A key is missing, unknown or has the wrong type.
    """
    data = _table_of(tables, "parameters.toml", ("group", "parameter"))
    groups = tuple(sorted((_group(table, where) for table, where in data["group"]), key=lambda group: group.order))
    families = tuple(_family(*item) for item in _table_of(tables, "families.toml", ("family",))["family"])
    parameters = {spec.name: spec for spec in _parameters(data["parameter"], families)}
    if len(parameters) < len(data["parameter"]):
        _broken("parameters.toml", "name", "occurs twice")
    return Catalogue(parameters=parameters, groups=groups, families=families, providers=_providers(tables))


def _parameters(tables: list[tuple[dict[str, Any], str]], families: tuple[Family, ...]) -> Iterator[ParameterSpec]:
    """Yield the parameters; which families refuse one is derived from the families."""
    refused: dict[str, list[str]] = {}
    for family in families:
        needy = [name for name, rules in family.rules.items() if any(_refuses(name, rule) for rule in rules)]
        for name in dict.fromkeys((*family.refuses, *family.unknown, *family.fixed, *needy)):
            refused.setdefault(name, []).append(family.id)
    maps = {table["name"] for table, _ in tables if table.get("control") == "map" and "name" in table}
    for table, where in tables:
        members = {key: value for key, value in table.items() if key != "rules"}
        found = _read(members, shapes.PARAMETER, where, ("name", "title", "help", "group", "control", "types"))
        name = found["name"]
        yield ParameterSpec(
            **found,
            path=_path(name, maps),
            origin="seed" if found.get("seeds") else "extra",
            rules=tuple(_rule(rule, f"{where} rules") for rule in table.get("rules", ())),
            refused_by=tuple(refused.get(name, ())),
        )


def _refuses(name: str, rule: Rule) -> bool:
    return rule.kind == "requires" and rule.other != name


def _path(name: str, maps: set[str]) -> tuple[str, ...]:
    head, dot, rest = name.partition(".")
    return (head, rest) if dot and head in maps else tuple(name.split("."))


def _rule(table: Any, where: str) -> Rule:
    if not isinstance(table, dict):
        _broken(where, "", "must be a list of tables")
    found: Rule = Rule(**_read(table, shapes.RULE, where, ("kind", "text")))
    return found


def _group(table: dict[str, Any], where: str) -> Group:
    return Group(**_read(table, shapes.GROUP, where, ("id", "title", "order")))


def _family(table: dict[str, Any], where: str) -> Family:
    members = {key: value for key, value in table.items() if key != "rules"}
    found = _read(members, shapes.FAMILY, where, ("id", "title"))
    rules: dict[str, tuple[Rule, ...]] = {}
    for each in table.get("rules", ()):
        names = each.get("of")
        if not isinstance(names, list) or not names:
            _broken(where, "rules", "needs `of`, a list of parameters")
        rule = _rule({"level": "warn", **{key: value for key, value in each.items() if key != "of"}}, f"{where} rules")
        for name in names:
            rules[name] = (*rules.get(name, ()), rule)
    return Family(**found, rules=rules)


def _providers(tables: Tables) -> dict[str, Provider]:
    ordered: list[tuple[int, Provider]] = []
    for where, table in tables.items():
        if not where.startswith(_PROVIDERS):
            continue
        order = table.get("order", 0)
        if not isinstance(order, int):
            _broken(where, "order", "must be a whole number")
        members = {key: value for key, value in table.items() if key != "order"}
        found = _read(members, shapes.PROVIDER, where, ("title", "base_url"))
        name = where.removeprefix(_PROVIDERS).removesuffix(".toml")
        ordered.append((order, Provider(**found, id=name, dialect=name)))
    ordered.sort(key=lambda item: item[0])
    return {provider.id: provider for _, provider in ordered}


def _read(table: Mapping[str, Any], shape: shapes.Shape, where: str, needed: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        known = shape.get(key)
        if known is None:
            _broken(where, key, "is not a valid key of this table")
        name, read = known
        try:
            found[name] = read(value)
        except shapes.ShapeError as error:
            _broken(where, key, str(error))
    for key in needed:
        if key not in found:
            _broken(where, key, "is missing")
    return found


def _table_of(tables: Tables, file: str, names: tuple[str, ...]) -> dict[str, list[tuple[dict[str, Any], str]]]:
    """Return a file's arrays of tables, each table with a description of its location."""
    data = tables[file]
    for key in data:
        if key not in names:
            _broken(file, key, "is not a valid key of this file")
    found: dict[str, list[tuple[dict[str, Any], str]]] = {}
    for name in names:
        rows = data.get(name)
        if not isinstance(rows, list):
            _broken(file, name, "must be an array of tables")
        found[name] = [
            (table, f"{file}, {name} {table.get('name', table.get('id', number))!r}")
            for number, table in enumerate(rows, 1)
        ]
    return found


def _name(file: Path) -> str:
    return f"{_PROVIDERS}{file.name}" if file.parent.name == "providers" else file.name


def _toml(file: Path) -> dict[str, Any]:
    return read_toml(_WHAT, file, _name(file))


def _broken(where: str, key: str, fault: str) -> NoReturn:
    refuse(_WHAT, where, key, fault)
