"""The Textual driver of a workbench in a terminal: whatever the terminal sends is input, and never an error."""

from __future__ import annotations

import codecs
import errno
import os
import select
import signal
import threading
from collections.abc import Iterable
from typing import Final

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from chat_tui.ui.terminal_parser import TerminalParser

_READ_BYTES: Final = 4096
_LOOK_S: Final = 0.1


class TerminalDriver(LinuxDriver):
    """Textual's ``LinuxDriver`` with our parser; bytes that are not UTF-8 become U+FFFD instead of an error."""

    def run_input_thread(self) -> None:
        """Read until the app ends; a terminal that cannot be read any more counts as closed."""
        parser, decoder = TerminalParser(self._debug), codecs.getincrementaldecoder("utf-8")("replace")
        try:
            while not self.exit_event.is_set():
                self._read_once(parser, decoder)
            self._read_once(parser, decoder, final=True)
        except OSError:
            if not self.exit_event.is_set():
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)

    def _run_input_thread(self) -> None:
        """Read input in a thread; an error in it ends the app as any other internal error does."""
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - last resort: Textual would print the traceback and exit with 0
            self._app.call_later(_fail, error)

    def _read_once(self, parser: TerminalParser, decoder: codecs.IncrementalDecoder, *, final: bool = False) -> None:
        ready, _, _ = select.select([self.fileno], [], [], _LOOK_S)
        if ready:
            data = os.read(self.fileno, _READ_BYTES)
            if not data:
                raise OSError(errno.EIO, os.strerror(errno.EIO))  # what a closed terminal says to its first reader
            if text := decoder.decode(data, final):
                self._tell(parser.feed(text))
        self._tell(parser.tick())

    def _tell(self, tokens: Iterable[Message]) -> None:
        for token in tokens:
            self.process_message(token)


def _fail(error: Exception) -> None:
    raise error
