"""When streamed text is painted: at most thirty times a second, and never more than a quarter of the time."""

from __future__ import annotations

FRAME_S = 1 / 30
LONGEST_S = 0.3
SHARE = 4


class Pacing:
    """Decides how long to wait before the next frame. All times are of one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._cost = 0.0

    def delay(self, now: float) -> float:
        """Seconds from ``now`` to the next frame; 0 after a pause."""
        period = min(max(FRAME_S, SHARE * self._cost), LONGEST_S)
        return max(self._last + period - now, 0.0)

    def painted(self, started: float, cost: float) -> None:
        """A frame began at ``started`` and took ``cost`` seconds."""
        self._last = started
        self._cost = cost
