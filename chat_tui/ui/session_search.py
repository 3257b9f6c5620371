"""Searches the library for its list: in threads, one search at a time, and always the last one typed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.library import Found
from chat_tui.domain.text_search import Excerpt

if TYPE_CHECKING:
    from chat_tui.engine.store_ports import SessionLibrary
    from chat_tui.ui.screens.sessions import SessionsScreen


class SessionSearch:
    """Brings the screen what fits, where the words stand, and what changed on the disk."""

    def __init__(self, screen: SessionsScreen, library: SessionLibrary) -> None:
        self._screen = screen
        self._library = library
        self._asked = self._answered = 0
        self._seeking = self._explaining = False
        self.progress = ""
        """How far reading is; empty while nothing is read."""

    def open(self) -> None:
        """Show what is known at once, then take in what changed on the disk."""
        self._asked, self._seeking = self._asked + 1, True
        self._screen.run_worker(self._open(), group="library-refresh", description="")

    def seek(self) -> None:
        """Search for what is typed, now or as soon as the search before is over."""
        self._asked += 1
        if not self._seeking:
            self._seeking = True
            self._screen.run_worker(self._seek(), group="library-search", description="")

    def explain(self) -> None:
        """Look up where the words stand in the sessions that are in view."""
        if not self._explaining and self._screen.typed.strip():
            self._explaining = True
            self._screen.run_worker(self._look_up(), group="library-excerpts", description="")

    async def refresh(self) -> None:
        """Take in what changed on the disk, and show it as it comes."""
        steps = self._library.refreshing()
        while (step := await asyncio.to_thread(next, steps, None)) is not None:
            if not self._screen.is_mounted:
                return
            self.progress = f"reading {step.done:,} of {step.total:,} …" if step.done < step.total else ""
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
