"""Searches the session library in threads, one search at a time, always for the latest typed text."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.library import Found
from chat_tui.domain.text_search import Excerpt
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.engine.store_ports import SessionLibrary
    from chat_tui.ui.screens.sessions import SessionsScreen


class SessionSearch:
    """Updates the screen with matching sessions, excerpts, and changes found on disk."""

    def __init__(self, screen: SessionsScreen, library: SessionLibrary) -> None:
        self._screen = screen
        self._library = library
        self._asked = self._answered = 0
        self._seeking = self._explaining = False
        self.progress = ""
        """Progress of reading the sessions, in words; empty while nothing is read."""

    def open(self) -> None:
        """Show the indexed sessions at once, then read what changed on disk."""
        self._asked, self._seeking = self._asked + 1, True
        start_worker(self._screen, self._open, group="library-refresh")

    def seek(self) -> None:
        """Search for the typed text now, or as soon as the running search ends."""
        self._asked += 1
        if not self._seeking:
            self._seeking = True
            start_worker(self._screen, self._seek, group="library-search")

    def explain(self) -> None:
        """Look up excerpts with the typed words for the sessions in view."""
        if not self._explaining and self._screen.typed.strip():
            self._explaining = True
            start_worker(self._screen, self._look_up, group="library-excerpts")

    async def refresh(self) -> None:
        """Read what changed on disk, updating the list as it goes."""
        steps = self._library.refreshing()
        while (step := await asyncio.to_thread(next, steps, None)) is not None:
            if not self._screen.is_mounted:
                return
            self.progress = f"indexing {step.done:,} of {step.total:,} …" if step.done < step.total else ""
            self.seek()
        self.progress = ""
        if self._screen.is_mounted:
            self.seek()

    async def _open(self) -> None:
        await self._seek()
        await self.refresh()

    async def _seek(self) -> None:
        try:
            while self._answered != self._asked and self._screen.is_mounted:
                asked, text, order = self._asked, self._screen.typed, self._screen.order
                found = await asyncio.to_thread(self._library.search, text, order)
                self._answered = asked
                self._show(found, text)
        finally:
            self._seeking = False

    def _show(self, found: Found, text: str) -> None:
        if self._screen.is_mounted and text == self._screen.typed:
            self._screen.show(found)

    async def _look_up(self) -> None:
        try:
            known: dict[str, Excerpt] = {}
            done: tuple[str, Sequence[str]] = ("", ())
            while self._screen.is_mounted:
                text, paths = self._screen.typed, self._screen.in_view
                if (text, paths) == done:
                    return
                if text != done[0]:
                    known = {}
                missing = [path for path in paths if path not in known]
                known |= await asyncio.to_thread(self._library.excerpts, missing, text)
                done = (text, paths)
                if text == self._screen.typed:
                    self._screen.show_excerpts({**known})
        finally:
            self._explaining = False
