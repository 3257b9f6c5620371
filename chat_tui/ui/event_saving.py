"""Saves the events of an exchange to a file that the user names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chat_tui.domain.arrivals import Arrival, Arrivals
from chat_tui.domain.counts import counted
from chat_tui.domain.event_files import LINES_SUFFIX, STREAM_SUFFIX, file_text
from chat_tui.domain.events import StreamEvent
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.written_files import write_text
from chat_tui.ui.file_asking import FileAsking
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class EventSaving:
    """Asks for a file name; never overwrites without asking."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def ask(self) -> None:
        """Ask where to save the events of the inspected exchange; the tab's filter is ignored."""
        screen = self._screen
        turn = screen.panel_view.record
        if turn is None or not (turn.events or turn.comments):
            screen.tell("There are no events to save.", severity="warning")
            return
        arrivals = Arrivals()
        arrivals.take(turn.events, turn.comments)
        session = Path(screen.bench.path).stem if screen.bench.path is not None else "events"
        self._ask(arrivals.items, f"{session}-{turn.id}{STREAM_SUFFIX}")

    def _ask(self, arrivals: Sequence[Arrival], name: str) -> None:
        count = counted(sum(isinstance(each, StreamEvent) for each in arrivals), "event")
        question = f"Save {count}: {STREAM_SUFFIX} for the raw stream, {LINES_SUFFIX} for JSON Lines"

        def write(name: str, overwrite: bool) -> None:
            self._write(arrivals, name, overwrite=overwrite)

        FileAsking(self._screen.windows, question, write).ask(name)

    def _write(self, arrivals: Sequence[Arrival], name: str, *, overwrite: bool) -> None:
        async def write() -> None:
            try:
                path = await asyncio.to_thread(lambda: write_text(name, file_text(arrivals, name), overwrite=overwrite))
            except ProblemError as error:
                self._screen.tell_problem(error.problem)
            else:
                self._screen.tell(f"Saved to {path}.")

        start_worker(self._screen, write, group="saving")
