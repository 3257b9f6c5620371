"""What the session list works with: the library, and the session that is open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chat_tui.domain.problems import ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.session import Session
    from chat_tui.engine.store_ports import SessionLibrary
    from chat_tui.ui.screens.chat import ChatScreen


class SessionShelf:
    """Connects the list with the chat screen, which owns the open session."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    @property
    def library(self) -> SessionLibrary:
        """The sessions on this machine."""
        return self._screen.services.library

    def now_s(self) -> float:
        """Seconds since the epoch."""
        return self._screen.services.clock.now_s()

    def is_open(self, path: str) -> bool:
        """Return whether a path is that of the session on the screen."""
        kept = self._screen.bench.path
        return kept is not None and Path(kept).absolute() == Path(path).absolute()

    def load(self, path: str) -> Session | str:
        """Load a session, or return why it cannot be read. May be called in any thread."""
        try:
            return self._screen.services.store.load(path)
        except ProblemError as error:
            return error.problem.sentence()

    def rename_open(self, title: str) -> None:
        """Rename the session on the screen."""
        self._screen.opening.rename(title)

    async def leave_open(self) -> None:
        """Replace the open session on the screen with a new one."""
        await self._screen.opening.new()
