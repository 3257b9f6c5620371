"""Collect notes about what an export format could not represent."""

from __future__ import annotations

from collections.abc import Hashable

from chat_tui.domain.counts import counted
from chat_tui.domain.formats.tree import Tree


class Losses:
    """Counts the messages with losses by kind and summarises them in one sentence."""

    def __init__(self) -> None:
        self._losing: dict[str, set[Hashable]] = {}
        self._sentences: dict[str, None] = {}

    def add(self, kind: str, message: Hashable) -> None:
        """Count a message that lost something of a kind; a message counts once.

        Args:
            kind: What was lost.
            message: Identifies the message.
        """
        self._losing.setdefault(kind, set()).add(message)

    def say(self, sentence: str) -> None:
        """Add another sentence; duplicates are dropped."""
        self._sentences[sentence] = None

    def of_tree(self, tree: Tree) -> None:
        """Report the messages whose parent was invalid."""
        if tree.mended:
            self.say(f"{counted(tree.mended, 'message')} without a valid parent became the start of a branch.")

    def notes(self) -> tuple[str, ...]:
        """Return the sentences; empty if nothing was lost."""
        listed = ", ".join(f"{kind} ({counted(len(losing), 'message')})" for kind, losing in self._losing.items())
        return (*((f"Left out: {listed}.",) if listed else ()), *self._sentences)
