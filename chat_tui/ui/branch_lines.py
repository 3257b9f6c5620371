"""The text that describes a branch in a line of the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from chat_tui.domain.branches import Branch, branches
from chat_tui.domain.conversation import Node
from chat_tui.domain.json_values import Json
from chat_tui.engine.branch_facts import FactBook, words_of
from chat_tui.ui.changes import changes, knobs

if TYPE_CHECKING:
    from chat_tui.engine.workbench import Workbench


class BranchLine(Struct, frozen=True):
    """What a line shows next to the tree's connectors."""

    words: str
    """First words of the first message it does not share with another branch."""
    said_by: str
    """The role of that message."""
    model: str
    turned: str
    """Parameter changes of its first request against the branch it departs from."""
    outcome: str
    """Empty on success."""
    time: str
    messages: int

    def fits(self, words: Sequence[str]) -> bool:
        """Return whether every word, given in lower case, occurs in the line."""
        text = f"{self.words}\n{self.model}\n{self.turned}\n{self.outcome}".lower()
        return all(word in text for word in words)


class BranchTable:
    """The branches of a session with their lines, each created on first use."""

    def __init__(self, bench: Workbench) -> None:
        self.branches = branches(bench.conversation)
        self.path = frozenset(node.id for node in bench.conversation.path())
        """Ids of the messages on the selected path."""
        self._bench = bench
        self._facts = FactBook(bench)
        self._lines: dict[int, BranchLine] = {}
        self._today = datetime.fromtimestamp(bench.services.clock.now_s(), UTC).astimezone().date()

    @property
    def current(self) -> int:
        """Index of the branch in which the selected path ends; 0 where there is none."""
        places = (place for place, branch in enumerate(self.branches) if branch.current is not None)
        return next(places, 0)

    def line(self, place: int) -> BranchLine:
        """Return the line of a branch."""
        line = self._lines.get(place)
        if line is None:
            line = self._lines[place] = self._made(self.branches[place])
        return line

    def fitting(self, typed: str) -> list[int]:
        """Return the indexes of the branches whose line contains every typed word."""
        words = typed.lower().split()
        return [place for place in range(len(self.branches)) if not words or self.line(place).fits(words)]

    def excerpt(self, place: int, most: int) -> list[tuple[str, str]]:
        """Return speaker and first words of the branch's own messages: its beginning, its end, a count between.

        Args:
            place: Index of the branch.
            most: Maximum number of lines.
        """
        own = self.branches[place].own
        shown = [(self._facts.speaker(node).rsplit("/", 1)[-1], words_of(node)) for node in _ends(own, most)]
        if len(own) > most > 1:
            shown[most // 2] = ("", f"… {len(own) - most + 1:,} more messages")
        return shown

    def _made(self, branch: Branch) -> BranchLine:
        facts = self._facts.of(branch)
        catalogue = self._bench.services.catalogue
        before, own = (knobs(body, catalogue) for body in facts.asked)
        return BranchLine(
            words=words_of(branch.first),
            said_by=str(branch.first.message.get("role", "")),
            model=facts.model.rsplit("/", 1)[-1],
            turned=_turned(before, own),
            outcome=facts.outcome,
            time=self._when(facts.at_ms),
            messages=branch.length,
        )

    def _when(self, at_ms: int | None) -> str:
        if at_ms is None:
            return ""
        try:
            moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
        except (OverflowError, OSError, ValueError):
            return ""
        if moment.date() == self._today:
            return f"{moment:%H:%M}"
        return f"{moment:%d %b}" if moment.year == self._today.year else f"{moment:%Y-%m}"


def _turned(before: Mapping[str, Json], own: Mapping[str, Json]) -> str:
    """Return the difference if both made a request; the model is left to a column of its own."""
    return changes(before, own) if before and own else ""


def _ends(own: Sequence[Node], most: int) -> Sequence[Node]:
    """Return the first and last nodes, ``most`` in all."""
    if len(own) <= most:
        return own
    first = -(-most // 2)
    return [*own[:first], *own[len(own) - (most - first) :]]
