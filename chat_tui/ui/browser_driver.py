"""The Textual driver of a workbench shown in a browser; it exchanges packets on standard input and output."""

from __future__ import annotations

import codecs
import os
import signal
import threading
from collections.abc import Iterable
from contextlib import closing, suppress
from functools import partial
from typing import Any, Final

from textual import events
from textual.app import App
from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver, _ExitInput
from textual.geometry import Size
from textual.message import Message

from chat_tui.ui.terminal_parser import TerminalParser

_TAKEN: Final = "\x1b[?1049h\x1b[?25l"
"""Selects the alternate screen and hides the cursor."""
_TYPED: Final = "D"
"""The type of the packets that contain what a terminal would send."""


class BrowserDriver(WebDriver):
    """Textual's ``WebDriver`` with four differences.

    What the terminal in the page sends is parsed by our parser. The end of the input acts like a closed terminal: the
    program saves and exits, however the server ended. A closed output is not an error. Signals are left to the app,
    which exits in order.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """Create the driver; the arguments are those of ``WebDriver``."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._write = partial(self._written)

    def start_application_mode(self) -> None:
        """Write the ready line, set up the terminal and start to read input."""
        self._write(b"__GANGLION__\n")
        self.write(_TAKEN)
        if self._mouse:
            self._enable_mouse_support()
        size = Size(*(self._size or (80, 24)))
        self.send_message(events.Resize(size, size))
        self._request_terminal_sync_mode_support()
        self._enable_bracketed_paste()
        self._key_thread.start()

    def run_input_thread(self) -> None:
        """Read until the input or the app ends; at the end of the input, send SIGHUP to this process.

        A packet that cannot be understood counts as the end.
        """
        parser, decoder = TerminalParser(self._debug), codecs.getincrementaldecoder("utf-8")("replace")
        packets = ByteStream()
        with suppress(_ExitInput, ValueError, KeyError, TypeError), closing(self._input_reader):
            for data in self._input_reader:
                for kind, payload in packets.feed(data) if data else ():
                    if kind == _TYPED:
                        self._tell(parser.feed(decoder.decode(payload)))
                    else:
                        self._on_meta(kind, payload)
                self._tell(parser.tick())
        if not self.exit_event.is_set():
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)

    def _tell(self, tokens: Iterable[Message]) -> None:
        for token in tokens:
            self.process_message(token)

    def _written(self, packet: bytes) -> int:
        """Write the whole packet; ignore a closed pipe."""
        rest = memoryview(packet)
        try:
            while rest:
                rest = rest[os.write(self.fileno, rest) :]
        except BrokenPipeError:
            pass
        return len(packet)
