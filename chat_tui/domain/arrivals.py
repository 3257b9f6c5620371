"""Events and comments of one stream merged into one list in order of arrival, as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from chat_tui.domain.events import Comment, StreamEvent

Arrival: TypeAlias = StreamEvent | Comment


class Arrivals:
    """Takes what is new of two growing lists; what was merged once is never looked at again."""

    items: list[Arrival]
    """In order of arrival. Of what came with one read, comments stand first: the time alone tells no more."""
    numbers: list[int | None]
    """For each item, which event it is, from 0; None for a comment."""
    places: list[int]
    """For each event, its place in ``items``."""

    def __init__(self) -> None:
        self.items = []
        self.numbers = []
        self.places = []
        self._comments = 0

    @property
    def comments(self) -> int:
        """How many comments there are."""
        return self._comments

    def extends(self, events: Sequence[StreamEvent], comments: Sequence[Comment]) -> bool:
        """Whether these lists can be what was taken so far, grown."""
        return len(events) >= len(self.places) and len(comments) >= self._comments

    def take(self, events: Sequence[StreamEvent], comments: Sequence[Comment]) -> int:
        """Add what these lists hold beyond what was taken before.

        Args:
            events: All events so far.
            comments: All comments so far.

        Returns:
            How many items are new.
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
        """Seconds between an item and the one before it, or the sending of the request; never below 0."""
        return max(0.0, self.items[place].at_s - (self.items[place - 1].at_s if place else 0.0))

    def _add_comment(self, comment: Comment) -> None:
        self._comments += 1
        self.numbers.append(None)
        self.items.append(comment)


def raw_text(arrival: Arrival) -> str:
    """The data of an event, or the words of a comment."""
    return arrival.data if isinstance(arrival, StreamEvent) else arrival.text
