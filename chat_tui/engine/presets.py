"""Resolves and applies presets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.preset import Preset, applied
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.engine.services import Services


def provider_of(services: Services, preset: Preset) -> Provider | None:
    """Return the provider that a preset names, by id or alias; None if it names none.

    Raises:
        ProblemError: The provider is unknown; names the preset.
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
                what=f"The preset {preset.shown} uses the provider {preset.provider!r}, which is not configured",
                hint=f"Known: {', '.join(sorted(known))}. Nothing was changed.",
            )
        )
    return found


def with_preset(services: Services, preset: Preset, settings: SessionSettings) -> SessionSettings:
    """Return the settings with a preset applied.

    Raises:
        ProblemError: The preset's provider is unknown.
    """
    return applied(preset, settings, provider_of(services, preset))
