"""New, open, name: one session at a time is on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session import SessionSummary
from chat_tui.engine.opening import first_settings, new_workbench, open_workbench
from chat_tui.ui.choices import Choice

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

LISTED = 200
"""Sessions in the list; older ones open by name."""


class Opening:
    """Moves from one workbench to the next; what runs is stopped and saved first."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    async def new(self) -> None:
        """A new session with the same provider, model and system prompt, nothing set."""
        old = self._screen.bench.settings
        settings = first_settings(self._screen.services, old.provider, old.model, system=old.system)
        await self._screen.adopt(new_workbench(self._screen.services, settings))

    def choose(self) -> None:
        """List the sessions."""
        current = self._screen.bench.path or ""
        self._screen.windows.pick("Sessions", self._sessions, self._chosen, current=current, side=True)

    async def open_named(self, name: str) -> None:
        """Open a session by path, id or title."""
        try:
            path = self._screen.services.store.find(name)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return
        await self.open(path)

    async def open(self, path: str) -> None:
        """Open a session file; one that cannot be opened leaves everything as it is."""
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
        """Give the session a name; an empty one leaves it as it is."""
        if title and title.strip():
            self._screen.bench.rename(title.strip())
            self._screen.views.header()

    def _chosen(self, path: str | None) -> None:
        if path is not None:
            self._screen.run_worker(self.open(path), group="opening", description="")

    async def _sessions(self) -> Sequence[Choice]:
        found = await asyncio.to_thread(self._screen.services.store.recent, LISTED)
        return [Choice(summary.path, summary.title or "(untitled)", _detail(summary)) for summary in found]


def _detail(summary: SessionSummary) -> str:
    when = datetime.fromtimestamp(summary.modified_s).astimezone()
    return f"{when:%d %b %H:%M} · {summary.model.rsplit('/', 1)[-1]} · {summary.messages} messages"
