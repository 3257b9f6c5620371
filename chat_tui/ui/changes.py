"""What was turned between two requests, in a few words."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.domain.catalogue import Catalogue
from chat_tui.domain.json_values import UNSET, Json, Unset, dump_json, json_type

_VALUE_CHARACTERS = 18
_MOST = 4


def knobs(body: Mapping[str, Json], catalogue: Catalogue) -> dict[str, Json]:
    """The members of a request body that are parameters of the session, and unknown ones; not what is said in it."""
    fixed = _not_turned(catalogue)
    return {name: value for name, value in body.items() if name not in fixed}


def changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> str:
    """The differences as ``name old→new``, joined; at most four, then how many more. Empty when nothing changed."""
    names = [name for name in {**before, **after} if not _same(before.get(name, UNSET), after.get(name, UNSET))]
    told = [f"{name} {_short(before.get(name, UNSET))}→{_short(after.get(name, UNSET))}" for name in names[:_MOST]]
    if len(names) > _MOST:
        told.append(f"{len(names) - _MOST} more")
    return " · ".join(told)


def _not_turned(catalogue: Catalogue) -> set[str]:
    return {spec.name for spec in catalogue.parameters.values() if not spec.nested and not spec.settable}


def _same(one: Json | Unset, other: Json | Unset) -> bool:
    if isinstance(one, Unset) or isinstance(other, Unset):
        return one is other
    return json_type(one) == json_type(other) and one == other


def _short(value: Json | Unset) -> str:
    if isinstance(value, Unset):
        return "unset"
    text = value if isinstance(value, str) else dump_json(value)
    return text if len(text) <= _VALUE_CHARACTERS else f"{text[: _VALUE_CHARACTERS - 1]}…"
