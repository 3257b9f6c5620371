"""Fetching a service's model list anew and keeping it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from chat_tui.domain.model_cards import read_cards
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.times import ago
from chat_tui.engine.refusing import unknown_provider

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.model_card import ModelCard
    from chat_tui.engine.services import Services

OLD_S: Final = 600.0
"""From this age on, a list that is looked at is fetched again."""
STALE_S: Final = 24 * 3600.0
"""From this age on, a list is fetched again when its service is in use anyway."""


def list_age(services: Services, provider: Provider) -> str:
    """When the kept list was fetched, in words: ``2 h ago``; empty where there is none."""
    fetched_s = services.model_lists.fetched_s(provider.base_url)
    return ago(int(fetched_s * 1000), int(services.clock.now_s() * 1000)) if fetched_s is not None else ""


def list_age_s(services: Services, provider: Provider) -> float | None:
    """Seconds since the kept list was fetched; None where there is none, or one from the future."""
    fetched_s = services.model_lists.fetched_s(provider.base_url)
    if fetched_s is None:
        return None
    age_s = services.clock.now_s() - fetched_s
    return age_s if age_s >= 0 else None


async def refreshed(services: Services, provider: Provider) -> Sequence[ModelCard]:
    """Fetch the list of a service and keep it. Long work is done beside the loop: lists may be megabytes.

    Raises:
        ProblemError: The provider is not known, it has no key, or the list could not be had; the kept one stays.
    """
    if provider.id not in services.providers:
        raise ProblemError(unknown_provider(provider.id, services.providers))
    endpoint = await asyncio.to_thread(services.endpoints.endpoint, provider.id)
    entries = await services.backend.models(endpoint)
    cards = await asyncio.to_thread(read_cards, entries)
    if cards:
        await asyncio.to_thread(services.model_lists.keep, provider.base_url, cards)
    return cards
