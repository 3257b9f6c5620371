"""Using a preset: from its name to settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.preset import Preset, applied
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.engine.services import Services


def provider_of(services: Services, preset: Preset) -> Provider | None:
    """The provider a preset names, by its id or another name of it; None where it names none.

    Raises:
        ProblemError: Nobody here has that name; says which preset.
    """
    if not preset.provider:
        return None
    known = services.providers
    named = (provider for provider in known.values() if preset.provider in (provider.id, *provider.aliases))
    found = next(named, None)
    if found is None:
        raise ProblemError(
            Problem(
                kind="config",
                what=f"The preset {preset.shown} names the provider {preset.provider!r}, which is not known here",
                hint=f"Known: {', '.join(sorted(known))}. Nothing was changed.",
            )
        )
    return found


def with_preset(services: Services, preset: Preset, settings: SessionSettings) -> SessionSettings:
    """The settings with a preset in force.

    Raises:
        ProblemError: Its provider is not known.
    """
    return applied(preset, settings, provider_of(services, preset))
