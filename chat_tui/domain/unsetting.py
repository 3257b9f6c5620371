"""Unset the parameters that violate rules, and nothing more. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chat_tui.domain.catalogue import Catalogue, Provider
from chat_tui.domain.checks import check
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import JsonObject, Unset, value_at
from chat_tui.domain.settings import SessionSettings


def without_offenders(
    catalogue: Catalogue, provider: Provider, settings: SessionSettings, messages: Sequence[JsonObject]
) -> tuple[SessionSettings, tuple[str, ...]]:
    """Unset parameters that block the request, one at a time, until none is left.

    Of two parameters that exclude each other, the deprecated one is unset, else the first in the catalogue. Faults of
    messages remain, since these cannot be unset.

    Returns:
        The settings, and the names of the parameters in the order they were unset.
    """
    gone: list[str] = []
    while True:
        found = check(catalogue, provider, settings, messages)
        named = [_offender(catalogue, settings, each) for each in found if each.level == "error"]
        names = [name for name in named if name]
        if not names:
            return settings, tuple(gone)
        name = next((each for each in names if _retired(catalogue, each)), names[0])
        settings = settings.unset(catalogue.path_of(name))
        gone.append(name)


def _offender(catalogue: Catalogue, settings: SessionSettings, finding: Finding) -> str:
    """Return the name to unset: the finding's own, or its nearest ancestor that is set; empty for a message member."""
    name = finding.name
    while name and isinstance(value_at(settings.parameters, catalogue.path_of(name)), Unset):
        name = name[: max(name.rfind("."), name.rfind("["), 0)]
    return name


def _retired(catalogue: Catalogue, name: str) -> bool:
    spec = catalogue.parameters.get(name)
    return spec is not None and spec.status != "active"
