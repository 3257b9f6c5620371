"""The messages of a transcript with their heights, laid out as they come into view."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import islice
from time import perf_counter

from chat_tui.ui.transcript.entries import Entry
from chat_tui.ui.transcript.layout import Heights
from chat_tui.ui.transcript.message import MessageView
from chat_tui.ui.transcript.thumbnails import Thumbnails

KEPT = 300


class Store:
    """Messages in order, by key.

    Raises:
        ValueError: Two entries have the same key.

    Attributes:
        views: The messages.
        heights: Their heights: exact once laid out, else estimates.
        width: Width of the text column in cells.
        wrap_code: Wrap long code lines.
        thumbnails: The pictures of images; None: images are shown as lines only.
        unfinished: Whether a message in view needs another layout.
    """

    def __init__(
        self,
        entries: Sequence[Entry] = (),
        *,
        width: int = 80,
        wrap_code: bool = True,
        thumbnails: Thumbnails | None = None,
        old: Store | None = None,
    ) -> None:
        self.width = width
        self.wrap_code = wrap_code
        self.thumbnails = thumbnails
        self.views = list(self._viewed(entries, old))
        self.heights = Heights(view.laid if view.exact else view.estimate(width) for view in self.views)
        self.unfinished = False
        self._index = {view.key: index for index, view in enumerate(self.views)}
        if len(self._index) < len(self.views):
            raise ValueError("two messages have the same key")
        self._recent: OrderedDict[str, None] = OrderedDict()

    def _viewed(self, entries: Sequence[Entry], old: Store | None) -> Iterator[MessageView]:
        """Yield a view per entry: the old one with its key, else one at its index with equal text, else a new one."""
        keys = {entry.key for entry in entries} if old is not None else set()
        for index, entry in enumerate(entries):
            found = old.index(entry.key) if old is not None else None
            if found is None and old is not None and index < len(old.views):
                there = old.views[index]
                found = index if there.key not in keys and there.shows(entry) else None
            if found is None or old is None:
                yield MessageView(entry, wrap_code=self.wrap_code, thumbnails=self.thumbnails)
            else:
                view = old.views[found]
                view.update(entry)
                yield view

    def index(self, key: str | None) -> int | None:
        """Return the index of a message."""
        return None if key is None else self._index.get(key)

    def append(self, entry: Entry) -> None:
        """Append a message.

        Raises:
            ValueError: There is a message with this key.
        """
        if entry.key in self._index:
            raise ValueError(f"there is a message {entry.key!r} already")
        self._index[entry.key] = len(self.views)
        view = MessageView(entry, wrap_code=self.wrap_code, thumbnails=self.thumbnails)
        self.views.append(view)
        self.heights.append(view.estimate(self.width))

    def estimate(self, index: int) -> None:
        """Estimate the height of a message that changed out of view."""
        view = self.views[index]
        self.heights.set(index, max(view.estimate(self.width), 1))

    def resize(self, width: int) -> None:
        """Set the width; all heights become estimates again."""
        self.width = width
        self.heights = Heights(view.estimate(width) for view in self.views)

    def anchor(self, line: int) -> tuple[str, int] | None:
        """Return a width-independent position of a line: a message's key and a number of characters into it."""
        if not self.views:
            return None
        index, row = self.heights.locate(line)
        view = self.views[index]
        return view.key, sum(each.weight for each in islice(view.rows(), row))

    def line_of(self, anchor: tuple[str, int], budget: float) -> int:
        """Return the line of an anchor at the current width."""
        index = self._index[anchor[0]]
        self.lay_out(index, perf_counter() + budget)
        rest, line = anchor[1], self.heights.top(index)
        for row in self.views[index].rows():
            rest -= row.weight
            if rest < 0:
                break
            line += 1
        return min(line, self.heights.top(index + 1) - 1)

    def lay_out(self, index: int, deadline: float) -> None:
        """Lay out one message and update its height."""
        view = self.views[index]
        if view.lay_out(self.width, deadline):
            self.heights.set(index, view.laid)
        else:
            self.unfinished = True
            self.heights.set(index, view.laid if view.live else max(view.laid, view.estimate(self.width)))
        self._recent[view.key] = None
        self._recent.move_to_end(view.key)

    def fill_down(self, line: int, height: int, budget: float) -> int:
        """Lay out the messages in view from ``line`` on.

        Args:
            line: The first line in view, by the heights so far.
            height: Number of lines in view.
            budget: Time to spend in seconds.

        Returns:
            The first line in view after layout, so that its content does not move.
        """
        self.unfinished = False
        if not self.views:
            return 0
        deadline = perf_counter() + budget
        index, row = self.heights.locate(line)
        before, laid = self.heights[index], self.views[index].laid
        self.lay_out(index, deadline)
        after = self.heights[index]
        if row >= max(laid, 1) and after != before:
            row = max(after - (before - row), 0)
        line = self.heights.top(index) + row
        index += 1
        while index < len(self.views) and self.heights.top(index) < line + height:
            self.lay_out(index, deadline)
            index += 1
        self._trim()
        return line

    def fill_up(self, height: int, budget: float) -> int:
        """Lay out the last ``height`` lines; return the first of them."""
        self.unfinished = False
        deadline = perf_counter() + budget
        index, filled = len(self.views), 0
        while index > 0 and filled < height:
            index -= 1
            self.lay_out(index, deadline)
            filled += self.heights[index]
        self._trim()
        return max(self.heights.total - height, 0)

    def _trim(self) -> None:
        """Drop the rows of messages that were least recently in view; their heights stay."""
        while len(self._recent) > KEPT:
            key, _ = self._recent.popitem(last=False)
            index = self._index.get(key)
            if index is not None and not self.views[index].live:
                self.views[index].forget()
