"""Undo and redo on the chat screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chat_tui.domain.counts import counted
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.undoing import redo, undo
from chat_tui.ui.actions import first_key

if TYPE_CHECKING:
    from chat_tui.domain.conversation import Node
    from chat_tui.engine.workbench import Workbench
    from chat_tui.ui.screens.chat import ChatScreen


class Undoing:
    """Moves through the history of heads and says how the path changed."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def undo(self) -> None:
        """Undo the last edit, drop, choice of a branch, or turn."""
        self._walk(undo, "Undone", "redo", "There is nothing to undo.")

    def redo(self) -> None:
        """Redo what was undone."""
        self._walk(redo, "Redone", "undo", "There is nothing to redo.")

    def hint(self) -> str:
        """Return the key for undo, to be named in notes."""
        return first_key("undo", self._screen.services.options.keys)

    def _walk(self, walk: Callable[[Workbench], bool], done: str, other: str, nothing: str) -> None:
        screen = self._screen
        before = screen.bench.conversation.path()
        try:
            moved = walk(screen.bench)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        if not moved:
            screen.tell(nothing)
            return
        screen.views.conversation()
        screen.views.settings()
        screen.transcript.action_follow()
        key = first_key(other, screen.services.options.keys)
        way = "redoes this" if other == "redo" else "undoes this"
        screen.tell(f"{done}: {difference(before, screen.bench.conversation.path())}; {key} {way}.")


def difference(before: tuple[Node, ...], after: tuple[Node, ...]) -> str:
    """Describe how a path differs from the one before, counted in messages: ``2 messages removed, 1 restored``."""
    shared = sum(1 for one, other in zip(before, after, strict=False) if one.id == other.id)
    out, back = len(before) - shared, len(after) - shared
    ways = (out, "removed"), (back, "restored")
    parts = [f"{counted(number, 'message')} {way}" for number, way in ways if number]
    return ", ".join(parts) or "no messages changed"
