"""Base of modal screens that return at most one answer, however fast keys are pressed."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class AnsweringScreen(ModalScreen[Answer]):
    """Ignores a second answer, from a key pressed before the screen was removed."""

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with an answer, unless the screen is closed already or another lies above it."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
