"""Asks which file to write. An existing file is overwritten only after a second question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from chat_tui.engine.written_files import is_taken
from chat_tui.ui.choices import Choice

if TYPE_CHECKING:
    from chat_tui.ui.windows import Windows

Write: TypeAlias = Callable[[str, bool], None]
"""Called with the file's name and whether it may be overwritten."""


class FileAsking:
    """Asks for a file name and writes the file; cancelling at any point writes nothing.

    Args:
        windows: Opens the dialogs.
        question: The text of the question.
        write: Writes the file.
    """

    def __init__(self, windows: Windows, question: str, write: Write) -> None:
        self._windows = windows
        self._question = question
        self._write = write

    def ask(self, name: str) -> None:
        """Ask for a name, with a suggestion."""

        def answered(answer: str | None) -> None:
            if answer is not None and answer.strip():
                self.take(answer.strip())

        self._windows.ask(self._question, name, answered)

    def take(self, name: str) -> None:
        """Write to a file; ask first if it exists."""
        if is_taken(name):
            self._ask_to_overwrite(name)
        else:
            self._write(name, False)

    def _ask_to_overwrite(self, name: str) -> None:
        async def ways() -> Sequence[Choice]:
            return [Choice("other", "Choose another name"), Choice("overwrite", "Overwrite it")]

        def chosen(way: str | None) -> None:
            if way == "overwrite":
                self._write(name, True)
            elif way == "other":
                self.ask(name)

        self._windows.pick(f"This file already exists: {name}", ways, chosen)
