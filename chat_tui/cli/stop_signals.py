"""Handles signals by stopping what a command does, so that received data is saved."""

from __future__ import annotations

import signal
from collections.abc import Callable


class StopSignals:
    """Calls ``stop`` on SIGINT, SIGTERM and SIGHUP; must be created in a running event loop.

    Args:
        stop: Stops the current operation. The attribute may be replaced for the next one.
    """

    seen: list[int]
    """The signals received, in order."""

    def __init__(self, stop: Callable[[], object]) -> None:
        import asyncio

        self.stop = stop
        self.seen = []
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._come, number)

    @property
    def exit_code(self) -> int:
        """The exit code of a process terminated by the first signal; 0 if none was received."""
        return 128 + self.seen[0] if self.seen else 0

    def _come(self, number: int) -> None:
        self.seen.append(number)
        self.stop()
