"""Creates, opens and names sessions; one session at a time is on the screen."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.problems import ProblemError
from chat_tui.engine.opening import first_settings, new_workbench, open_workbench
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class Opening:
    """Switches from one workbench to the next; a running exchange is stopped and saved first."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    async def new(self) -> None:
        """Start a new session with the same provider, model and system prompt, and no parameter set."""
        old = self._screen.bench.settings
        settings = first_settings(self._screen.services, old.provider, old.model, system=old.system)
        await self._screen.adopt(new_workbench(self._screen.services, settings))

    def choose(self) -> None:
        """Open the session library."""
        from chat_tui.ui.screens.sessions import SessionsScreen
        from chat_tui.ui.session_shelf import SessionShelf

        screen = self._screen
        screen.app.push_screen(SessionsScreen(SessionShelf(screen), screen.bench.path or ""), self._chosen)

    async def open(self, path: str) -> None:
        """Open a session file; if that fails, the current session stays."""
        screen = self._screen
        if path == screen.bench.path and screen.bench.conversation.nodes:
            return
        try:
            fallback = replace(screen.bench.settings, system=None)
            bench = await asyncio.to_thread(open_workbench, screen.services, path, fallback)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        await screen.adopt(bench)

    def ask_name(self) -> None:
        """Ask for the session's name."""
        self._screen.windows.ask("Name of this session", self._screen.bench.title, self.rename)

    def rename(self, title: str | None) -> None:
        """Rename the session; an empty name changes nothing."""
        if title and title.strip():
            self._screen.bench.rename(title.strip())
            self._screen.views.header()

    def _chosen(self, path: str | None) -> None:
        if path is not None:
            start_worker(self._screen, partial(self.open, path), group="opening")
