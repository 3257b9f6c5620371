"""Collects what is known about a session's model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.knowledge import NOTHING, Knowledge

if TYPE_CHECKING:
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.engine.services import Services


def known_of(services: Services, settings: SessionSettings) -> Knowledge:
    """Return card, refusals and probe verdicts of the selected model; nothing for an unknown provider or no model."""
    provider = services.providers.get(settings.provider)
    if provider is None or not settings.model:
        return NOTHING
    return Knowledge(
        card=services.model_lists.card(provider.base_url, settings.model),
        listed=services.model_lists.listed(provider.base_url),
        refusals=services.refusals.of(provider.base_url, settings.model),
        verdicts=_verdicts(services, provider.base_url, settings.model),
    )


def _verdicts(services: Services, base_url: str, model: str) -> dict[str, str]:
    card = services.probe_cards.card(base_url, model)
    if card is None:
        return {}
    now_ms = round(services.clock.now_s() * 1000)
    return {row.name: row.told(now_ms) for row in card.rows}
