"""History of the conversation's head: the stops that undo and redo move between."""

from __future__ import annotations

from collections.abc import Container
from typing import Final, Literal, TypeAlias, cast

from msgspec import Struct

from chat_tui.domain.json_values import JsonObject

HeadStep: TypeAlias = Literal["", "joined", "passing", "undo", "redo"]
"""How the head came to a message.

* empty: by an action of its own, which undo reverts.
* ``joined``: as part of the previous action; both are reverted together.
* ``passing``: as the first part of the next action.
* ``undo``, ``redo``: by moving within the history.
"""

_STEPS: Final = frozenset({"joined", "passing", "undo", "redo"})


class Heads(Struct, frozen=True):
    """An immutable snapshot of a history."""

    stops: tuple[str | None, ...] = (None,)
    """The head after each action; initially None."""
    place: int = 0
    """Index of the current stop; those after it were undone."""
    passing: bool = False
    """Whether the next action belongs to the last one."""

    def within(self, nodes: Container[str]) -> Heads:
        """Drop stops at messages that do not exist, and stops that then repeat the one before."""
        stops: list[str | None] = [None]
        place = 0
        for number, stop in enumerate(self.stops):
            if (stop is None or stop in nodes) and (number == 0 or stop != stops[-1]):
                if number:
                    stops.append(stop)
                else:
                    stops[0] = stop
            if number == self.place:
                place = len(stops) - 1
        return Heads(tuple(stops), place, self.passing)


class HeadHistory:
    """Mutable history of actions. A new action discards undone stops here; the tree never loses messages."""

    def __init__(self, heads: Heads | None = None) -> None:
        known = heads or Heads()
        self._stops = [*known.stops]
        self._place = known.place
        self._passing = known.passing
        self._begun = False
        """Whether an action has begun that has not moved the head yet."""

    @property
    def heads(self) -> Heads:
        """A snapshot of the history."""
        return Heads(tuple(self._stops), self._place, self._passing)

    @property
    def can_undo(self) -> bool:
        """Whether there is an action to undo."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an action to redo."""
        return self._place + 1 < len(self._stops)

    @property
    def back(self) -> str | None:
        """The head after undo; only valid if ``can_undo``."""
        return self._stops[self._place - 1]

    @property
    def forth(self) -> str | None:
        """The head after redo; only valid if ``can_redo``."""
        return self._stops[self._place + 1]

    def copy(self) -> HeadHistory:
        """Return an independent copy."""
        twin = HeadHistory(self.heads)
        twin._begun = self._begun
        return twin

    def move(self, head: str | None, step: HeadStep = "") -> None:
        """Record a move of the head. An undo or redo to a message other than the history's counts as an action."""
        begun, self._begun = self._begun, False
        if step == "undo" and self.can_undo and self.back == head:
            self._place -= 1
        elif step == "redo" and self.can_redo and self.forth == head:
            self._place += 1
        elif (step == "joined" and not begun) or self._passing:
            self._replace(head)
        elif head != self._stops[self._place]:
            self._push(head)
        else:
            self._begun = True
        self._passing = step == "passing"

    def _push(self, head: str | None) -> None:
        del self._stops[self._place + 1 :]
        self._stops.append(head)
        self._place += 1

    def _replace(self, head: str | None) -> None:
        """Let the last action end here; if it leads back to where it began, it is removed."""
        if head == self._stops[self._place]:
            return
        del self._stops[self._place :]
        if self._stops and self._stops[-1] == head:
            self._place -= 1
        else:
            self._stops.append(head)


def step_of(record: JsonObject) -> HeadStep:
    """Return how a ``head`` or ``message`` record moves the head; by an action of its own if it does not say."""
    step = record.get("step")
    return cast("HeadStep", step) if isinstance(step, str) and step in _STEPS else ""
