"""Undo and redo: moves the head along its history. Nothing is removed from the tree or the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.engine.refusing import refuse_busy

if TYPE_CHECKING:
    from chat_tui.engine.workbench import Workbench


def undo(bench: Workbench) -> bool:
    """Undo the last action: an edit, a dropped message, a switch of branches, a message with its reply.

    Returns:
        Whether there was an action to undo.

    Raises:
        ProblemError: A reply is running, or the session is read-only.
    """
    refuse_busy(running=bench.running, read_only=bench.read_only)
    if not bench.history.can_undo:
        return False
    bench.select(bench.history.back, "undo")
    return True


def redo(bench: Workbench) -> bool:
    """Redo the last undone action; otherwise like ``undo``."""
    refuse_busy(running=bench.running, read_only=bench.read_only)
    if not bench.history.can_redo:
        return False
    bench.select(bench.history.forth, "redo")
    return True
