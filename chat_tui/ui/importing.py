"""A request from elsewhere becomes a new session: pasted, typed, or read from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chat_tui.domain.problems import ProblemError
from chat_tui.engine.importing import import_request
from chat_tui.engine.user_files import read_text

if TYPE_CHECKING:
    from chat_tui.engine.workbench import Workbench
    from chat_tui.ui.screens.chat import ChatScreen

_CURL: Final = "curl "
_LONGEST_EDITED: Final = 200_000
"""Characters; a longer text is taken as it is, an area to edit it in would be slow."""


class Importing:
    """Asks for a curl command or a JSON body and puts the session it makes on the screen."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def ask(self) -> None:
        """Open the dialog; a curl command in the composer is in it already."""
        text = self._screen.composer.whole_text
        self.take(text if text.lstrip().startswith(_CURL) else "")

    def take(self, text: str) -> None:
        """Open the dialog with a text; one that is too long to be edited is imported as it is."""
        from chat_tui.ui.screens.import_dialog import ImportDialog

        if len(text) > _LONGEST_EDITED:
            try:
                self._begin(self._read(text))
            except ProblemError as error:
                self._screen.tell_problem(error.problem)
            return
        self._screen.app.push_screen(ImportDialog(text, self._read), self._begin)

    def file(self, name: str) -> bool:
        """Import a file; without a name, ask.

        Raises:
            ProblemError: It cannot be read, or holds no request.
        """
        if name:
            self._begin(self._read(read_text(name)))
        else:
            self.take("")
        return True

    def offer(self, text: str) -> None:
        """Text was pasted into the composer: a curl command may be meant as a request."""
        if text.lstrip().startswith(_CURL):
            self._screen.tell("That is a curl command. In the palette (ctrl+p), “Import a request” takes it in.")

    def _read(self, text: str) -> tuple[Workbench, tuple[str, ...]]:
        return import_request(self._screen.services, text, current=self._screen.bench.settings)

    def _begin(self, imported: tuple[Workbench, tuple[str, ...]] | None) -> None:
        if imported is not None:
            self._screen.run_worker(self._adopt(*imported), group="opening", description="")

    async def _adopt(self, bench: Workbench, notes: tuple[str, ...]) -> None:
        screen = self._screen
        if screen.composer.whole_text.lstrip().startswith((_CURL, "/import")):
            screen.composer.empty()
            screen.drafting.forget()
        await screen.adopt(bench)
        for note in notes:
            screen.tell(note, severity="warning")
