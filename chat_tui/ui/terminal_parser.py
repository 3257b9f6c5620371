"""Parses what a terminal sends: no sequence is an error, and a paste is text whatever is in it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeAlias

from textual import events
from textual._parser import ParseTimeout, Peek1, Read1
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message

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
