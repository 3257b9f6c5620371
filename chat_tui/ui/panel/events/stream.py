"""What the Events tab knows of one stream: arrivals, gaps, the filter and what it lets through. No drawing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from time import perf_counter
from typing import Final

from chat_tui.domain.arrivals import Arrival, Arrivals
from chat_tui.domain.event_filter import EventFilter, parse_filter
from chat_tui.domain.event_meaning import Contribution, meaning
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.gaps import Gaps

_AT_ONCE: Final = 64
"""Arrivals between two looks at the clock."""
_KEPT: Final = 400
"""Meanings that are kept: those in view, and some around."""


class EventStream:
    """One stream as it grows. Whatever arrives is looked at once; a new filter goes over everything in slices.

    A *row* is a place among what the filter lets through, a *place* one among all arrivals.
    """

    def __init__(self) -> None:
        self.arrivals = Arrivals()
        self.gaps = Gaps()
        self.filter_text = ""
        self._filter = EventFilter()
        self._found: list[int] = []
        self._checked = 0
        self._kinds: list[frozenset[str] | None] = []
        self._meanings: dict[int, tuple[Contribution, ...]] = {}

    def take(self, events: Sequence[StreamEvent], comments: Sequence[Comment]) -> bool:
        """Add what is new in these growing lists; whether anything was."""
        new = self.arrivals.take(events, comments)
        if new:
            self.gaps.take(item.at_s for item in self.arrivals.items[-new:])
            self._kinds += [None] * new
        return new > 0

    def set_filter(self, text: str) -> None:
        """Begin to filter by another text; ``advance`` does the work."""
        self.filter_text = text
        self._filter = parse_filter(text)
        self._found, self._checked = [], 0

    def advance(self, budget_s: float) -> bool:
        """Go on filtering for about so many seconds; whether everything was looked at."""
        items = self.arrivals.items
        if not self.filtered:
            return True
        deadline = perf_counter() + budget_s
        while self._checked < len(items):
            for place in range(self._checked, min(self._checked + _AT_ONCE, len(items))):
                if self._filter.accepts(items[place], self.arrivals.gap_s(place), partial(self.kinds, place)):
                    self._found.append(place)
            self._checked = min(self._checked + _AT_ONCE, len(items))
            if perf_counter() > deadline:
                break
        return self._checked == len(items)

    @property
    def filtered(self) -> bool:
        """Whether the filter can leave anything out."""
        return bool(self._filter.terms)

    @property
    def total(self) -> int:
        """How many arrivals there are."""
        return len(self.arrivals.items)

    @property
    def rows(self) -> int:
        """How many of them are let through, as far as the filter has got."""
        return len(self._found) if self.filtered else self.total

    def place_of(self, row: int) -> int:
        """Which arrival stands in a row."""
        return self._found[row] if self.filtered else row

    def row_of(self, place: int) -> int:
        """The row of an arrival; if it is left out, that of the next one, or the last row."""
        if not self.filtered:
            return min(place, max(0, self.total - 1))
        return min(bisect_left(self._found, place), max(0, len(self._found) - 1))

    def kinds(self, place: int) -> frozenset[str]:
        """The kinds of what an arrival brings; found out once."""
        known = self._kinds[place]
        if known is None:
            known = frozenset(told.kind for told in meaning(self.arrivals.items[place]))
            self._kinds[place] = known
        return known

    def meaning(self, place: int) -> tuple[Contribution, ...]:
        """What an arrival brings."""
        known = self._meanings.get(place)
        if known is None:
            if len(self._meanings) >= _KEPT:
                self._meanings.clear()
            known = self._meanings[place] = meaning(self.arrivals.items[place])
        return known

    def item(self, place: int) -> Arrival:
        """An arrival."""
        return self.arrivals.items[place]
