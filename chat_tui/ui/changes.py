"""Parameter differences between two requests, in a few words."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.domain.catalogue import Catalogue
from chat_tui.domain.change_lines import short
from chat_tui.domain.json_diff import diff, path_text
from chat_tui.domain.json_values import Json

_VALUE_CHARACTERS = 18
_MOST = 4


def knobs(body: Mapping[str, Json], catalogue: Catalogue) -> dict[str, Json]:
    """Return the body's members that are session parameters or unknown; not the messages."""
    fixed = _not_turned(catalogue)
    return {name: value for name, value in body.items() if name not in fixed}


def changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> str:
    """Return the differences as ``name old→new``, joined; at most four, then a count. Empty if nothing changed."""
    found = diff({**before}, {**after})
    told = [
        f"{path_text(change.path)} {short(change.before, _VALUE_CHARACTERS)}→{short(change.after, _VALUE_CHARACTERS)}"
        for change in found[:_MOST]
    ]
    if len(found) > _MOST:
        told.append(f"{len(found) - _MOST} more")
    return " · ".join(told)


def _not_turned(catalogue: Catalogue) -> set[str]:
    return {spec.name for spec in catalogue.parameters.values() if not spec.nested and not spec.settable}
