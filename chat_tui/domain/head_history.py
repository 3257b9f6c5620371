"""Which messages were the head, one after the other: what undo and redo walk on."""

from __future__ import annotations

from collections.abc import Container
from typing import Final, Literal, TypeAlias, cast

from msgspec import Struct

from chat_tui.domain.json_values import JsonObject

HeadStep: TypeAlias = Literal["", "joined", "passing", "undo", "redo"]
"""How the head came to a message.

* empty: by an act of its own, which undo takes back.
* ``joined``: as part of the act before; both are taken back at once.
* ``passing``: on the way to the next act, which then is one with this.
* ``undo``, ``redo``: back and forth on the way the head has gone.
"""

_STEPS: Final = frozenset({"joined", "passing", "undo", "redo"})


class Heads(Struct, frozen=True):
    """A history as a value."""

    stops: tuple[str | None, ...] = (None,)
    """Where the head stood after each act; at first, nowhere."""
    place: int = 0
    """Which of them it stands on; those behind it were undone."""
    passing: bool = False
    """The next act is one with the last."""

    def within(self, nodes: Container[str]) -> Heads:
        """Without the stops at messages that are not there, and without those that then repeat the one before."""
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
    """Grows by acts. What was undone is forgotten here with the next act; in the tree nothing ever is."""

    def __init__(self, heads: Heads | None = None) -> None:
        known = heads or Heads()
        self._stops = [*known.stops]
        self._place = known.place
        self._passing = known.passing
        self._begun = False
        """An act has begun where the head stood already."""

    @property
    def heads(self) -> Heads:
        """The history so far."""
        return Heads(tuple(self._stops), self._place, self._passing)

    @property
    def can_undo(self) -> bool:
        """There is an act to take back."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """An act was taken back."""
        return self._place + 1 < len(self._stops)

    @property
    def back(self) -> str | None:
        """Where undo leads, if it can."""
        return self._stops[self._place - 1]

    @property
    def forth(self) -> str | None:
        """Where redo leads, if it can."""
        return self._stops[self._place + 1]

    def copy(self) -> HeadHistory:
        """Another that goes its own way from here."""
        twin = HeadHistory(self.heads)
        twin._begun = self._begun
        return twin

    def move(self, head: str | None, step: HeadStep = "") -> None:
        """The head is this message now. An undo or redo that leads elsewhere than this history does is an act."""
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
        """The last act leads here; one that leads back to where it began is none."""
        if head == self._stops[self._place]:
            return
        del self._stops[self._place :]
        if self._stops and self._stops[-1] == head:
            self._place -= 1
        else:
            self._stops.append(head)


def step_of(record: JsonObject) -> HeadStep:
    """How a ``head`` or ``message`` record moves the head; an act of its own where it does not tell."""
    step = record.get("step")
    return cast("HeadStep", step) if isinstance(step, str) and step in _STEPS else ""
