"""Shows the completions for the composer's text and inserts the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.formats.table import FORMATS
from chat_tui.ui.completing import Candidates, Completion, candidates
from chat_tui.ui.slash import BY_NAME

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class CompletionView:
    """Connects the composer with the completion list above it."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._completion = Completion(self._candidates)

    def edited(self) -> None:
        """Update the list after the composer's text changed."""
        self._completion.edited(self._screen.composer.text)
        self._show()

    def turn(self, step: int) -> None:
        """Put the next candidate, or with a negative step the previous one, into the composer."""
        text = self._completion.turn(self._screen.composer.text, step)
        if text is not None:
            self._screen.composer.put(text)
            self._show()

    def _candidates(self, text: str) -> Candidates:
        from chat_tui.engine.attaching import file_names

        return candidates(text, self._screen.commands.sources(), self._screen.commands.values, files=file_names)

    def _show(self) -> None:
        words = [word.strip() for word in self._completion.words]
        slash = "/" if self._completion.commands else ""
        lines = [(f"{slash}{word}", self._explained(word)) for word in words]
        self._screen.completion.show(lines, self._completion.index)

    def _explained(self, word: str) -> str:
        if self._completion.commands:
            return f"{BY_NAME[word].arguments}  {BY_NAME[word].words}".strip()
        if self._screen.composer.text.startswith("/export "):
            return FORMATS[word].title if word in FORMATS else ""
        spec = self._screen.services.catalogue.parameters.get(word)
        return spec.title if spec is not None else ""
