"""Paces the painting of streamed text: at most thirty frames per second and a quarter of the time."""

from __future__ import annotations

FRAME_S = 1 / 30
LONGEST_S = 0.3
SHARE = 4


class Pacing:
    """Decides how long to wait before the next frame. All times are seconds on one monotonic clock."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._cost = 0.0

    def delay(self, now: float) -> float:
        """Return the seconds from ``now`` to the next frame; 0 after a pause."""
        period = min(max(FRAME_S, SHARE * self._cost), LONGEST_S)
        return max(self._last + period - now, 0.0)

    def painted(self, started: float, cost: float) -> None:
        """Record a frame that began at ``started`` and took ``cost`` seconds."""
        self._last = started
        self._cost = cost
