"""Imports into new sessions: a request, pasted or from a file, or whole conversations."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chat_tui.domain.problems import ProblemError
from chat_tui.engine.importing import import_file, import_request
from chat_tui.ui.actions import first_key
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.domain.formats.reading.conversation import Reading
    from chat_tui.engine.import_conversations import Kept
    from chat_tui.engine.workbench import Workbench
    from chat_tui.ui.screens.chat import ChatScreen

_CURL: Final = "curl "
_COMMAND: Final = "/import"
_LONGEST_EDITED: Final = 200_000
"""Characters; longer text is imported as it is, because a text area would be slow with it."""
_MANY: Final = 20
"""From this many conversations on, the import takes long enough to announce it."""


class Importing:
    """Opens imported sessions and reports what could not be converted."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def ask(self) -> None:
        """Open the dialog, filled with the curl command from the composer if there is one."""
        text = self._screen.composer.whole_text
        self.take(text if text.lstrip().startswith(_CURL) else "")

    def take(self, text: str) -> None:
        """Open the dialog with a text; one that is too long to edit is imported as it is."""
        from chat_tui.ui.screens.import_dialog import ImportDialog

        if len(text) > _LONGEST_EDITED:
            try:
                self._begin(self._read(text))
            except ProblemError as error:
                self._screen.tell_problem(error.problem)
            return
        self._screen.app.push_screen(ImportDialog(text, self._read), self._begin)

    def file(self, name: str) -> bool:
        """Import a file in the background; without a name, open the dialog.

        Returns:
            Whether the command is done. False for a file: the command stays in the composer until the import succeeds.
        """
        if not name:
            self.take("")
            return True
        start_worker(self._screen, partial(self._import_file, name), group="opening")
        return False

    def offer(self, text: str) -> None:
        """Suggest the import when the text pasted into the composer is a curl command."""
        if text.lstrip().startswith(_CURL):
            palette = first_key("palette", self._screen.services.options.keys)
            self._screen.tell(f"This is a curl command: “Import a request” in the palette ({palette}) imports it.")

    def _read(self, text: str) -> tuple[Workbench, tuple[str, ...]]:
        return import_request(self._screen.services, text, current=self._screen.bench.settings)

    def _begin(self, imported: tuple[Workbench, tuple[str, ...]] | None) -> None:
        if imported is not None:
            start_worker(self._screen, partial(self._adopt, *imported), group="opening")

    async def _import_file(self, name: str) -> None:
        from chat_tui.engine.import_conversations import read_file

        screen = self._screen
        services, current = screen.services, screen.bench.settings
        try:
            reading = await asyncio.to_thread(read_file, services, name, current=current)
            if reading is None:
                await self._adopt(*import_file(services, name, current=current))
                return
            kept = await self._keep(reading, name)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        self._empty_composer()
        for note in (*reading.notes, *reading.loss_notes()):
            screen.tell(note, severity="warning")
        await screen.opening.open(kept[0].path)
        if len(kept) > 1:
            screen.tell(f"Imported {len(kept)} conversations; the first one is open.")
            screen.opening.choose()

    async def _keep(self, reading: Reading, name: str) -> list[Kept]:
        """Create the sessions in a thread, one after another."""
        from chat_tui.engine.import_conversations import Wish, keep_all

        screen, whole = self._screen, len(reading.conversations)
        if whole >= _MANY:
            screen.tell(f"Importing {whole} conversations…")
        wish = Wish(current=screen.bench.settings, origin=Path(name).name)
        return await asyncio.to_thread(list, keep_all(screen.services, reading, wish))

    async def _adopt(self, bench: Workbench, notes: tuple[str, ...]) -> None:
        self._empty_composer()
        await self._screen.adopt(bench)
        for note in notes:
            self._screen.tell(note, severity="warning")

    def _empty_composer(self) -> None:
        """Empty the composer if it holds the text that asked for the import."""
        screen = self._screen
        typed = screen.composer.whole_text
        if typed.lstrip().startswith((_CURL, _COMMAND)):
            screen.composer.empty()
            if typed.startswith(_COMMAND):
                screen.composer.remember(typed)
            screen.drafting.forget()
