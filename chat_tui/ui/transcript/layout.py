"""The vertical layout: exact or estimated heights of messages, and the mapping from a line to its message."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class Heights:
    """Heights of messages in lines, with cached prefix sums.

    A change invalidates the sums after it, which are recomputed on demand; changing the last height costs nothing.
    """

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        self._tops = [0]

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    @property
    def total(self) -> int:
        """The sum of all heights."""
        return self.top(len(self._heights))

    def set(self, index: int, height: int) -> None:
        """Change one height."""
        if self._heights[index] != height:
            self._heights[index] = height
            del self._tops[index + 1 :]

    def append(self, height: int) -> None:
        """Append a height."""
        self._heights.append(height)

    def top(self, index: int) -> int:
        """Return the first line of message ``index``; for their number, the line after the last."""
        tops = self._tops
        if index >= len(tops):
            total = tops[-1]
            for height in self._heights[len(tops) - 1 : index]:
                total += height
                tops.append(total)
        return tops[index]

    def locate(self, line: int) -> tuple[int, int]:
        """Return the message that contains ``line``, and the row in it; clamped to the messages. Needs a message."""
        self.top(len(self._heights))
        index = min(max(bisect_right(self._tops, line) - 1, 0), len(self._heights) - 1)
        while index > 0 and self._heights[index] == 0:
            index -= 1
        return index, max(line - self._tops[index], 0)


def estimated(text: str, width: int) -> int:
    """Estimate cheaply how many rows ``text`` takes at ``width`` cells."""
    return text.count("\n") + len(text) // max(width, 1) + 1 if text else 0
