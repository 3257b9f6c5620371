"""What is known of the model a session talks to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.knowledge import NOTHING, Knowledge

if TYPE_CHECKING:
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.engine.services import Services


def known_of(services: Services, settings: SessionSettings) -> Knowledge:
    """Card and refusals of the chosen model; nothing for a provider that is not known."""
    provider = services.providers.get(settings.provider)
    if provider is None or not settings.model:
        return NOTHING
    return Knowledge(
        card=services.model_lists.card(provider.base_url, settings.model),
        listed=services.model_lists.listed(provider.base_url),
        refusals=services.refusals.of(provider.base_url, settings.model),
    )
