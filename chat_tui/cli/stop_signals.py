"""Signals that end what a command is doing, and keep what came."""

from __future__ import annotations

import signal
from collections.abc import Callable


class StopSignals:
    """Interrupt, terminate and hang-up call ``stop`` from the moment this is made; needs a running loop.

    Args:
        stop: Ends what is being done. What is done next sets another.
    """

    seen: list[int]
    """The signals that came, in order."""

    def __init__(self, stop: Callable[[], object]) -> None:
        import asyncio

        self.stop = stop
        self.seen = []
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._come, number)

    @property
    def exit_code(self) -> int:
        """As of a process that the first of them ended; 0 where none came."""
        return 128 + self.seen[0] if self.seen else 0

    def _come(self, number: int) -> None:
        self.seen.append(number)
        self.stop()
