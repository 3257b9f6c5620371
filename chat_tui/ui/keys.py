"""Waits, without blocking the screen, for an API key that comes from a command or the keyring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from chat_tui.domain.problems import ProblemError
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class Keys:
    """Looks up one API key at a time. A key that was found is cached until the program exits."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._asking = False

    def ready(self, then: Callable[[], object]) -> bool:
        """Return whether the selected provider's key is available now; if not, start looking it up.

        Args:
            then: Called once the key was found, if the same session and provider are still selected.
        """
        screen = self._screen
        provider = screen.bench.settings.provider
        if screen.services.endpoints.at_once(provider):
            return True
        if not self._asking:
            self._asking = True
            screen.tell(f"Getting the API key for {provider} …")
            start_worker(screen, partial(self._ask, provider, then), group="keys")
        return False

    async def _ask(self, provider: str, then: Callable[[], object]) -> None:
        screen, bench = self._screen, self._screen.bench
        try:
            await asyncio.to_thread(screen.services.endpoints.endpoint, provider)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        finally:
            self._asking = False
        if screen.bench is bench and bench.settings.provider == provider:
            then()
