"""Tokenizes text with the selected model's tokenizer, for views that show tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.problems import ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.calls import Endpoint
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.engine.services import Services


class SessionTokens:
    """Uses the tokenizer of the provider and model selected at the time of the call.

    Args:
        services: Give the endpoints and the tokenizer.
        settings: Returns the current settings.
    """

    def __init__(self, services: Services, settings: Callable[[], SessionSettings]) -> None:
        self._services = services
        self._settings = settings

    async def tokens(self, text: str) -> list[tuple[int, str]] | None:
        """Return the ids and texts of a text's tokens; None if the service has no tokenizer or did not answer."""
        endpoint = self._endpoint()
        if endpoint is None:
            return None
        return await self._services.tokenizer.tokens(endpoint, self._settings().model, text)

    async def texts(self, ids: Sequence[int]) -> Mapping[int, str] | None:
        """Return token texts by id; None as for ``tokens``."""
        endpoint = self._endpoint()
        if endpoint is None:
            return None
        return await self._services.tokenizer.texts(endpoint, self._settings().model, ids)

    def _endpoint(self) -> Endpoint | None:
        endpoints, provider = self._services.endpoints, self._settings().provider
        if not endpoints.at_once(provider):
            return None
        try:
            endpoint = endpoints.endpoint(provider)
        except ProblemError:
            return None
        return endpoint if endpoint.tokenizer else None
