"""Taking out of a request what breaks a rule, and no more than that. Pure."""

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
    """The settings without what blocks the request, one parameter at a time until nothing is left that does.

    Of two parameters that exclude each other, the deprecated one goes, else the first of the catalogue. What is wrong
    with a message stays: it cannot be unset.

    Returns:
        The settings, and the names of what was unset in that order.
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
    """The name that must go: the finding's own, or what is around it and set; empty for a member of a message."""
    name = finding.name
    while name and isinstance(value_at(settings.parameters, catalogue.path_of(name)), Unset):
        name = name[: max(name.rfind("."), name.rfind("["), 0)]
    return name


def _retired(catalogue: Catalogue, name: str) -> bool:
    spec = catalogue.parameters.get(name)
    return spec is not None and spec.status != "active"
