"""Signals that end the program: the event loop is told to leave, and a deadline holds even if the loop is blocked.

A terminal that is gone counts as SIGHUP, which reaches only the first process of its session.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

LIMIT_S: Final = 1.9
"""Maximum time from the signal to the end of the process."""
_LOOK_S: Final = 1.0
"""Time between two looks at whether the terminal is still there."""
_ENDING: Final = ("SIGTERM", "SIGHUP", "SIGINT")


class EndingSignals:
    """Catches SIGTERM, SIGHUP and SIGINT. Writing to a closed terminal can block, hence the deadline."""

    def __init__(self, leave: Callable[[int], None], restore: Callable[[], None]) -> None:
        """Prepare; no signal is caught before ``listen``.

        Args:
            leave: Called in the loop with the exit code, once.
            restore: Called at the deadline, before the process ends; restores the terminal as far as possible.
        """
        self._leave = leave
        self._restore = restore
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: dict[signal.Signals, Any] = {}
        self._code: int | None = None

    def listen(self) -> None:
        """Catch the signals from now on; must be called in the loop and in the main thread."""
        self._loop = asyncio.get_running_loop()
        for name in _ENDING:
            number = getattr(signal, name, None)
            if number is not None:
                self._before[number] = signal.signal(number, self._received)
        if hasattr(select, "poll") and os.isatty(0):
            self._watch()

    def rest(self) -> None:
        """Restore the previous signal handlers."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _received(self, number: int, _: FrameType | None) -> None:
        if self._code is not None or self._loop is None:
            return
        self._code = 128 + number
        if hasattr(signal, "setitimer"):
            self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._too_late)
            signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
        self._loop.call_soon_threadsafe(self._leave, self._code)

    def _watch(self) -> None:
        terminal = select.poll()
        terminal.register(0, 0)
        if terminal.poll(0):
            self._received(signal.SIGHUP, None)
        elif self._code is None and self._loop is not None:
            self._loop.call_later(_LOOK_S, self._watch)

    def _too_late(self, _: int, __: FrameType | None) -> None:
        try:
            self._restore()
        finally:
            os._exit(self._code or 1)
