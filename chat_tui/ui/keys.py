"""Waits for a key that a command or the keyring has to be asked for, without holding up the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from chat_tui.domain.problems import ProblemError

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class Keys:
    """Asks for one key at a time. Once a provider's key was found, it is there at once for the rest of the run."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._asking = False

    def ready(self, then: Callable[[], object]) -> bool:
        """Return whether the chosen provider's key is at hand.

        Args:
            then: Called later where it is not: once the key was found, if the session is still open.
        """
        screen = self._screen
        provider = screen.bench.settings.provider
        if screen.services.endpoints.at_once(provider):
            return True
        if not self._asking:
            self._asking = True
            screen.tell(f"Asking for the key of {provider} …")
            screen.run_worker(self._ask(provider, then), group="keys", description="")
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
