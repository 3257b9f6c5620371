"""Fetches and caches a service's model list."""

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
"""Age in seconds from which a list is fetched again when it is displayed."""
STALE_S: Final = 24 * 3600.0
"""Age in seconds from which a list is fetched again when its service is in use anyway."""


def list_age(services: Services, provider: Provider) -> str:
    """Return the age of the cached list in words: ``2 h ago``; empty if there is none."""
    fetched_s = services.model_lists.fetched_s(provider.base_url)
    return ago(int(fetched_s * 1000), int(services.clock.now_s() * 1000)) if fetched_s is not None else ""


def list_age_s(services: Services, provider: Provider) -> float | None:
    """Return seconds since the cached list was fetched; None if there is none or its time is in the future."""
    fetched_s = services.model_lists.fetched_s(provider.base_url)
    if fetched_s is None:
        return None
    age_s = services.clock.now_s() - fetched_s
    return age_s if age_s >= 0 else None


async def refreshed(services: Services, provider: Provider) -> Sequence[ModelCard]:
    """Fetch and cache the list of a service. Parsing and writing run in threads: lists may be megabytes.

    Raises:
        ProblemError: Unknown provider, no key, or a failed fetch; the cached list is unchanged.
    """
    if provider.id not in services.providers:
        raise ProblemError(unknown_provider(provider.id, services.providers))
    endpoint = await asyncio.to_thread(services.endpoints.endpoint, provider.id)
    entries = await services.backend.models(endpoint)
    cards = await asyncio.to_thread(read_cards, entries)
    if cards:
        await asyncio.to_thread(services.model_lists.keep, provider.base_url, cards)
    return cards
