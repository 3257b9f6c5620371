"""Incrementally merge the events and comments of one stream into a single list in order of arrival."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from chat_tui.domain.events import Comment, StreamEvent

Arrival: TypeAlias = StreamEvent | Comment


class Arrivals:
    """Merges two growing lists; items that were already merged are never read again."""

    items: list[Arrival]
    """In order of arrival. Within one network read, comments come first, since only the time stamp orders them."""
    numbers: list[int | None]
    """For each item, the index of the event, from 0; None for a comment."""
    places: list[int]
    """For each event, its index in ``items``."""

    def __init__(self) -> None:
        self.items = []
        self.numbers = []
        self.places = []
        self._comments = 0

    @property
    def comments(self) -> int:
        """Number of comments."""
        return self._comments

    def extends(self, events: Sequence[StreamEvent], comments: Sequence[Comment]) -> bool:
        """Return whether these lists can be later states of the lists merged so far."""
        return len(events) >= len(self.places) and len(comments) >= self._comments

    def take(self, events: Sequence[StreamEvent], comments: Sequence[Comment]) -> int:
        """Merge the items that were added to the lists since the last call.

        Args:
            events: All events so far.
            comments: All comments so far.

        Returns:
            Number of new items.
        """
        before = len(self.items)
        for place in range(len(self.places), len(events)):
            event = events[place]
            while self._comments < len(comments) and comments[self._comments].at_s <= event.at_s:
                self._add_comment(comments[self._comments])
            self.numbers.append(len(self.places))
            self.places.append(len(self.items))
            self.items.append(event)
        while self._comments < len(comments):
            self._add_comment(comments[self._comments])
        return len(self.items) - before

    def gap_s(self, place: int) -> float:
        """Return the seconds between an item and the one before it (or the request being sent); never below 0."""
        return max(0.0, self.items[place].at_s - (self.items[place - 1].at_s if place else 0.0))

    def _add_comment(self, comment: Comment) -> None:
        self._comments += 1
        self.numbers.append(None)
        self.items.append(comment)


def raw_text(arrival: Arrival) -> str:
    """Return the data of an event or the text of a comment."""
    return arrival.data if isinstance(arrival, StreamEvent) else arrival.text
