"""Opens the film of the current session or of a named one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from chat_tui.domain.film import GAP_S, film_of
from chat_tui.domain.problems import ProblemError
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.domain.session import Session
    from chat_tui.engine.services import Services
    from chat_tui.ui.app import ChatApp
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.screens.film import FilmScreen


class Replaying:
    """Plays the session on the screen, as far as it is recorded."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def open(self) -> bool:
        """Play the session; return whether there is anything to play."""
        bench = self._screen.bench
        if bench.path is None or not bench.conversation.nodes:
            self._screen.tell("Nothing to replay: this session has not been saved to a file yet.", severity="warning")
            return False
        start_worker(self._screen, partial(self._open, bench.path), group="replaying", exclusive=True)
        return True

    async def _open(self, path: str) -> None:
        from chat_tui.ui.screens.film import FilmScreen

        screen = self._screen
        try:
            session = await asyncio.to_thread(screen.services.store.load, path)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        film = await asyncio.to_thread(film_of, session)
        if screen.is_active:
            screen.app.push_screen(FilmScreen(screen.services, film))


def film_screen(
    services: Services, session: Session, *, path: str, speed: float, cap_s: float | None
) -> Callable[[ChatApp], FilmScreen]:
    """Return a factory of the film screen for a running app; leaving the film opens the session to continue it.

    Args:
        services: Passed to the screen.
        session: The session to play.
        path: The path of its file.
        speed: Initial speed.
        cap_s: Longest pause in seconds; None: as recorded.
    """

    def begin(app: ChatApp) -> FilmScreen:
        from chat_tui.ui.screens.film import FilmScreen

        chat = app.chat

        def left() -> None:
            start_worker(chat, partial(chat.opening.open, path), group="opening")

        gap_s = GAP_S if cap_s is None else min(GAP_S, cap_s)
        return FilmScreen(services, film_of(session, gap_s=gap_s, idle_s=cap_s), speed=speed, left=left)

    return begin
