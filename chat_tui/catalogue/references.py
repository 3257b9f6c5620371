"""Check that all references within the catalogue exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chat_tui.domain.catalogue import Catalogue, Family, ParameterSpec, Rule


def check_references(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield every dangling reference as location and fault."""
    for spec in catalogue.parameters.values():
        yield from _of_parameter(spec, catalogue)
    for family in catalogue.families:
        yield from _of_family(family, catalogue)
    for provider in catalogue.providers.values():
        where = f"providers/{provider.id}.toml"
        for key in ("unsupported", "enum_overrides", "ranges", "no_max", "max_items", "free_keys", "defaults"):
            yield from _unknown(getattr(provider, key), f"{where}, key {key}", catalogue)


def _of_parameter(spec: ParameterSpec, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    where = f"parameters.toml, parameter {spec.name!r}"
    if all(spec.group != group.id for group in catalogue.groups):
        yield where, f"key group: there is no group {spec.group!r}"
    for rule in spec.rules:
        yield from _of_rule(rule, f"{where} rules", catalogue)
    for pattern in (spec.pattern, spec.key_pattern):
        yield from _of_pattern(pattern, where)


def _of_family(family: Family, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    where = f"families.toml, family {family.id!r}"
    for key in ("refuses", "ignores", "fixed", "rules", "ranges", "enums", "defaults", "rename"):
        yield from _unknown(getattr(family, key), f"{where}, key {key}", catalogue)
    for pattern in family.match:
        yield from _of_pattern(pattern, where)
    yield from _no_provider(family.providers, where, catalogue)
    for rules in family.rules.values():
        for rule in rules:
            yield from _of_rule(rule, f"{where} rules", catalogue)


def _of_rule(rule: Rule, where: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    if rule.other and not rule.other.startswith("header:"):
        yield from _unknown([rule.other], f"{where}, key other", catalogue)
    if rule.family and all(rule.family != family.id for family in catalogue.families):
        yield where, f"key family: there is no family {rule.family!r}"
    yield from _no_provider((*rule.providers, *rule.except_providers), where, catalogue)
    if bool(rule.other) != bool(rule.op):
        yield where, "requires other and op, or neither"
    if rule.kind != "note" and not rule.other:
        yield where, f"{rule.kind} requires other and op"


def _of_pattern(pattern: str, where: str) -> Iterator[tuple[str, str]]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield where, f"{pattern!r} is not a valid regular expression: {error}"


def _no_provider(names: Iterable[str], where: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for name in names:
        if name not in catalogue.providers:
            yield where, f"key providers: there is no provider {name!r}"


def _unknown(names: Iterable[str], where: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for name in names:
        if name not in catalogue.parameters:
            yield where, f"there is no parameter {name!r}"
