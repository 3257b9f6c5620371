"""Exports the session to another format, in a file that the user names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.formats.table import FORMATS, Format, format_named
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.session_export import Wanted, export_session, file_name, refuse_own_file, source_of
from chat_tui.engine.written_files import write_text
from chat_tui.ui.choices import Choice
from chat_tui.ui.file_asking import FileAsking
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class Exporting:
    """Asks for format and file; never overwrites without asking."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def command(self, argument: str) -> bool:
        """Carry out ``/export``, ``/export FORMAT`` or ``/export FORMAT FILE``.

        Returns:
            Whether it was carried out.

        Raises:
            ProblemError: There is no such format, or nothing to export.
        """
        if not argument:
            self.choose()
            return True
        word, _, name = argument.partition(" ")
        form = format_named(word)
        source_of(self._screen.bench)
        if name.strip():
            self._asking(form).take(name.strip())
        else:
            self._ask(form)
        return True

    def choose(self) -> None:
        """Ask for the format, then for the file."""
        try:
            source_of(self._screen.bench)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return

        async def formats() -> Sequence[Choice]:
            widest = max(map(len, FORMATS))
            return [Choice(each.id, each.id.ljust(widest), each.title) for each in FORMATS.values()]

        def chosen(word: str | None) -> None:
            if word:
                self._ask(FORMATS[word])

        self._screen.windows.pick("Export the session as", formats, chosen)

    def _ask(self, form: Format) -> None:
        self._asking(form).ask(file_name(source_of(self._screen.bench), form))

    def _asking(self, form: Format) -> FileAsking:
        def write(name: str, overwrite: bool) -> None:
            self._write(form, name, overwrite=overwrite)

        return FileAsking(self._screen.windows, f"Export as {form.id} to this file", write)

    def _write(self, form: Format, name: str, *, overwrite: bool) -> None:
        screen, source = self._screen, source_of(self._screen.bench)

        async def write() -> None:
            try:
                refuse_own_file(source, name)
                made = await asyncio.to_thread(export_session, screen.services, source, Wanted(form=form))
                path = await asyncio.to_thread(write_text, name, made.data, overwrite=overwrite)
            except ProblemError as error:
                screen.tell_problem(error.problem)
                return
            screen.tell(f"Exported to {path}.")
            for note in made.notes:
                screen.tell(note, severity="warning")

        start_worker(screen, write, group="saving")
