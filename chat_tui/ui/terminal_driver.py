"""The Textual driver of a workbench in a terminal: whatever the terminal sends is input, and never an error."""

from __future__ import annotations

import codecs
import os
import select
import signal
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Final, TypeAlias

from textual import events
from textual._parser import ParseTimeout, Peek1, Read1
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

_READ_BYTES: Final = 4096
_LOOK_S: Final = 0.1
Characters: TypeAlias = Generator[Read1 | Peek1, str, None]


class TerminalParser(XTermParser):
    """Textual's parser with two differences.

    All of a bracketed paste is text; Textual's own types an escape sequence within a paste as keys, and what follows it
    too, so that a line end sends the message. A malformed sequence is dropped; it would end Textual's own parser.
    """

    def parse(self, token_callback: Callable[[Message], None]) -> Characters:
        """Parse characters; those between the marks of a paste never reach Textual's parser."""

        def tell(token: Message) -> None:
            if not (isinstance(token, events.Paste) and not token.text):
                token_callback(token)

        keys = super().parse(tell)
        awaited, last = next(keys), ""
        while True:
            try:
                character = yield awaited
                awaited = keys.send(character)
            except ParseTimeout as waited:
                awaited, last = keys.throw(waited), ""
                continue
            except (ValueError, ArithmeticError):
                keys = super().parse(tell)
                awaited, last = next(keys), ""
                continue
            last = (last + character)[-len(BRACKETED_PASTE_START) :]
            if last == BRACKETED_PASTE_START:
                pasted = yield from self._pasted()
                token_callback(events.Paste(pasted.replace("\x00", "")))
                for mark in BRACKETED_PASTE_END:
                    awaited = keys.send(mark)

    def _pasted(self) -> Generator[Read1, str, str]:
        """Return everything up to the end mark."""
        found: list[str] = []
        last = ""
        while last != BRACKETED_PASTE_END:
            found.append((yield self.read1()))
            last = (last + found[-1])[-len(BRACKETED_PASTE_END) :]
        return "".join(found[: -len(BRACKETED_PASTE_END)])


class TerminalDriver(LinuxDriver):
    """Textual's ``LinuxDriver`` with the parser above; bytes that are not UTF-8 become U+FFFD instead of an error."""

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

    def _read_once(self, parser: XTermParser, decoder: codecs.IncrementalDecoder, *, final: bool = False) -> None:
        ready, _, _ = select.select([self.fileno], [], [], _LOOK_S)
        if ready and (text := decoder.decode(os.read(self.fileno, _READ_BYTES), final)):
            self._tell(parser.feed(text))
        self._tell(parser.tick())

    def _tell(self, tokens: Iterable[Message]) -> None:
        for token in tokens:
            self.process_message(token)


def _fail(error: Exception) -> None:
    raise error
