"""Collect notes about what an export format could not represent."""

from __future__ import annotations

from chat_tui.domain.formats.facts import counted
from chat_tui.domain.formats.tree import Tree


class Losses:
    """Counts losses by kind and summarises them in one sentence."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._sentences: dict[str, None] = {}

    def add(self, kind: str) -> None:
        """Count one message that lost something of a kind."""
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def say(self, sentence: str) -> None:
        """Add another sentence; duplicates are dropped."""
        self._sentences[sentence] = None

    def of_tree(self, tree: Tree) -> None:
        """Report the messages whose parent was invalid."""
        if tree.mended:
            self.say(f"{counted(tree.mended, 'message')} without a valid parent became the start of a branch.")

    def notes(self) -> tuple[str, ...]:
        """Return the sentences; empty if nothing was lost."""
        listed = ", ".join(f"{kind} ({counted(number, 'message')})" for kind, number in self._counts.items())
        return (*((f"Left out: {listed}.",) if listed else ()), *self._sentences)
