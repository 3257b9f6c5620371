"""The account of what a format could not carry."""

from __future__ import annotations

from chat_tui.domain.formats.facts import counted
from chat_tui.domain.formats.tree import Tree


class Losses:
    """Counts things by kind, and tells them in one sentence."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._sentences: dict[str, None] = {}

    def add(self, kind: str) -> None:
        """One message lost something of that kind."""
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def say(self, sentence: str) -> None:
        """Tell something else; once, however often it is said."""
        self._sentences[sentence] = None

    def of_tree(self, tree: Tree) -> None:
        """Tell of parents that could not be believed."""
        if tree.mended:
            self.say(f"{counted(tree.mended, 'message')} without a usable parent now begin a branch.")

    def notes(self) -> tuple[str, ...]:
        """The sentences; none where everything was carried."""
        listed = ", ".join(f"{kind} ({counted(number, 'message')})" for kind, number in self._counts.items())
        return (*((f"Left out: {listed}.",) if listed else ()), *self._sentences)
