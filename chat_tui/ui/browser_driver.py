"""The Textual driver of a workbench shown in a browser: packets on standard input and output."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.drivers.web_driver import WebDriver


class BrowserDriver(WebDriver):
    """Textual's ``WebDriver`` with three differences.

    The end of the input acts like a closed terminal: the program saves and ends, however the server ended. A reader
    that has gone is not an error. Signals are left to the app, which exits in order.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """Create the driver, as ``WebDriver``."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._write = partial(self._written)

    def start_application_mode(self) -> None:
        """Start application mode; keys typed before the page reports the focus are accepted, too."""
        super().start_application_mode()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        if not self._mouse:
            self._disable_mouse_support()
        self._app.call_later(self._app.post_message, events.AppFocus())

    def run_input_thread(self) -> None:
        """Read until the input or the app ends; at the end of the input, send SIGHUP to this process."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)

    def _written(self, packet: bytes) -> int:
        """Write the whole packet; ignore a closed pipe."""
        rest = memoryview(packet)
        try:
            while rest:
                rest = rest[os.write(self.fileno, rest) :]
        except BrokenPipeError:
            pass
        return len(packet)
