"""Fetches model lists in the background: when one is opened, and when a list in use is stale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.model_card import ModelCard
    from chat_tui.engine.exchange import Exchange
    from chat_tui.ui.screens.chat import ChatScreen

Told: TypeAlias = "Callable[[Sequence[ModelCard] | Problem], None]"


class ModelRefreshing:
    """Runs one request per service at a time; it continues if its caller is gone."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._waiting: dict[str, list[Told]] = {}
        """Provider id to the callbacks waiting for its list, while it is being fetched."""
        self._seen: set[str] = set()

    def fetch(self, provider: Provider, told: Told) -> None:
        """Fetch the list of a service; ``told`` is called with the cards, or with the problem."""
        waiting = self._waiting.setdefault(provider.id, [])
        waiting.append(told)
        if len(waiting) == 1:
            start_worker(self._screen, partial(self._fetch, provider), group="models")

    def answered(self, exchange: Exchange) -> None:
        """Fetch the list of a service that has just answered, if the cached list is stale; once per run."""
        from chat_tui.engine.model_refresh import STALE_S, list_age_s

        services = self._screen.services
        provider = services.providers.get(exchange.settings.provider)
        if provider is None or provider.id in self._seen or exchange.reply.outcome != "complete":
            return
        self._seen.add(provider.id)
        age_s = list_age_s(services, provider)
        if services.options.refresh_models and age_s is not None and age_s > STALE_S:
            self.fetch(provider, lambda _: None)

    async def _fetch(self, provider: Provider) -> None:
        from chat_tui.engine.model_refresh import refreshed

        result: Sequence[ModelCard] | Problem
        try:
            result = await refreshed(self._screen.services, provider)
        except ProblemError as error:
            result = error.problem
        for told in self._waiting.pop(provider.id, []):
            told(result)
        self._screen.views.settings()
