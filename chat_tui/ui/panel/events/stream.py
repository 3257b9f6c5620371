"""The model of the Events tab for one stream: arrivals, gaps, the filter and its matches. No rendering."""

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
"""Number of arrivals filtered between two checks of the time budget."""
_KEPT: Final = 400
"""Maximum number of cached meanings: those in view and some around."""


class EventStream:
    """A growing stream. New arrivals are added once; a new filter is applied to all of them in slices.

    A *row* is an index among the arrivals that the filter accepts, a *place* an index among all arrivals.
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
        """Add the new items of these growing lists; return whether there were any."""
        new = self.arrivals.take(events, comments)
        if new:
            self.gaps.take(item.at_s for item in self.arrivals.items[-new:])
            self._kinds += [None] * new
        return new > 0

    def set_filter(self, text: str) -> None:
        """Start filtering by another text; ``advance`` does the work."""
        self.filter_text = text
        self._filter = parse_filter(text)
        self._found, self._checked = [], 0

    def advance(self, budget_s: float) -> bool:
        """Continue filtering for about that many seconds; return whether everything has been filtered."""
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
        """Whether the filter can exclude anything."""
        return bool(self._filter.terms)

    @property
    def total(self) -> int:
        """Number of arrivals."""
        return len(self.arrivals.items)

    @property
    def rows(self) -> int:
        """Number of arrivals accepted by the filter so far."""
        return len(self._found) if self.filtered else self.total

    def place_of(self, row: int) -> int:
        """Return the place of the arrival in a row."""
        return self._found[row] if self.filtered else row

    def row_of(self, place: int) -> int:
        """Return the row of an arrival; if it is filtered out, that of the next one, or the last row."""
        if not self.filtered:
            return min(place, max(0, self.total - 1))
        return min(bisect_left(self._found, place), max(0, len(self._found) - 1))

    def kinds(self, place: int) -> frozenset[str]:
        """Return the kinds of an arrival's contributions; computed once."""
        known = self._kinds[place]
        if known is None:
            known = frozenset(told.kind for told in meaning(self.arrivals.items[place]))
            self._kinds[place] = known
        return known

    def meaning(self, place: int) -> tuple[Contribution, ...]:
        """Return the contributions of an arrival, cached."""
        known = self._meanings.get(place)
        if known is None:
            if len(self._meanings) >= _KEPT:
                self._meanings.clear()
            known = self._meanings[place] = meaning(self.arrivals.items[place])
        return known

    def item(self, place: int) -> Arrival:
        """Return an arrival."""
        return self.arrivals.items[place]
