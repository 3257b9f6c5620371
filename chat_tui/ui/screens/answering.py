"""A screen over the others that answers at most once, however fast the keys come."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class AnsweringScreen(ModalScreen[Answer]):
    """A second answer, from a key that was pressed before the screen had gone, is dropped."""

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with an answer, unless it is closed already or something lies above."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
