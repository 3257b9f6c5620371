"""A text that may grow, as rows at a width; settled parts are rendered once."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from chat_tui.ui.transcript.blocks import Block, Fragment, Splitter, fragments_of, ripe
from chat_tui.ui.transcript.flows import text_line
from chat_tui.ui.transcript.parts import Part, part_of
from chat_tui.ui.transcript.plain import PlainSplitter
from chat_tui.ui.transcript.rendering import Options
from chat_tui.ui.transcript.rows import Row
from chat_tui.ui.transcript.spans import MUTED, shield

MAX_TEXT = 2_000_000
_LINES_AT_ONCE = 40
_CARRIAGE_RETURN = shield("\r")


class Document:
    """One text of a message.

    Args:
        text: The text so far.
        markdown: Render it as Markdown; else literally.
        options: Rendering options.
        live: Whether more may arrive; if not, the end of ``text`` is settled too.
    """

    def __init__(self, text: str, options: Options, *, markdown: bool = True, live: bool = False) -> None:
        self._options = options
        self._live = live
        self._splitter: Splitter | PlainSplitter = Splitter() if markdown else PlainSplitter()
        self._incoming: list[str] = []
        self._size = 0
        self._lines: list[str] = []
        self._at = 0
        self._partial = ""
        self._parts: list[tuple[Block, Part]] = []
        self._frozen_parts = 0
        self._frozen: list[Row] = []
        self._open: list[Row] = []
        self._tail: list[Row] = []
        self._width = -1
        self._finished = False
        self.grow(text)

    def grow(self, text: str) -> None:
        """Append text; it is processed at the next layout. Text beyond 2 MB is dropped, with a note."""
        room = MAX_TEXT - self._size
        self._size += len(text)
        if room > 0 and text:
            self._incoming.append(text[:room])

    def complete(self) -> None:
        """Mark the text as complete; the next layout settles the end."""
        self._live = False

    @property
    def row_lists(self) -> tuple[Sequence[Row], ...]:
        """The rows of the last layout, in order, as lists that must not be modified."""
        return self._frozen, self._open, self._tail

    def lay_out(self, width: int, deadline: float) -> bool:
        """Update the rows.

        Args:
            width: Width of the text column in cells.
            deadline: When to stop, on ``time.perf_counter``'s clock; at least a little is done.

        Returns:
            Whether everything is laid out; if not, call again.
        """
        self._take_incoming()
        if width != self._width:
            self._width = width
            self._frozen_parts, self._frozen, self._open, self._tail = 0, [], [], []
        fed = False
        while True:
            if not self._freeze(deadline):
                return False
            if self._at >= len(self._lines):
                break
            if fed and perf_counter() > deadline:
                return False
            fed = True
            lines = self._lines[self._at : self._at + _LINES_AT_ONCE]
            self._splitter.feed(
                [piece for line in lines for piece in fragments_of(line.removesuffix(_CARRIAGE_RETURN))]
            )
            self._at += _LINES_AT_ONCE
        self._lines, self._at = [], 0
        fragments, self._partial = ripe(self._partial)
        if fragments:
            self._splitter.feed(fragments)
            self._freeze(deadline)
        if not self._live and not self._finished:
            self._finish()
            return self.lay_out(width, deadline)
        self._lay_tail()
        return True

    def _take_incoming(self) -> None:
        if not self._incoming:
            return
        lines = (self._partial + shield("".join(self._incoming))).split("\n")
        self._incoming = []
        self._partial = lines.pop()
        self._lines += lines

    def _finish(self) -> None:
        self._finished = True
        if self._partial:
            self._splitter.feed([Fragment(self._partial)])
            self._partial = ""
        self._splitter.finish()

    def _freeze(self, deadline: float) -> bool:
        """Render newly settled blocks once, and the open block anew; return False at the deadline."""
        blocks = self._splitter.blocks
        for block in blocks[len(self._parts) :]:
            self._parts.append((block, part_of(block, self._options)))
        self._open = []
        while self._frozen_parts < len(self._parts):
            block, part = self._parts[self._frozen_parts]
            if not block.closed:
                rows = part.rows(self._width)
                self._open = [Row(), *rows] if block.spaced else rows
                return True
            if block.spaced:
                self._frozen.append(Row())
            self._frozen += part.rows(self._width)
            self._frozen_parts += 1
            if perf_counter() > deadline and self._frozen_parts < len(self._parts):
                return False
        return True

    def _lay_tail(self) -> None:
        self._tail = []
        for block in self._splitter.preview(self._partial.removesuffix(_CARRIAGE_RETURN)):
            if block.spaced:
                self._tail.append(Row())
            self._tail += part_of(block, self._options).rows(self._width)
        if self._size > MAX_TEXT:
            note = "(longer than 2 MB: the rest is in the session file)"
            self._tail += text_line(note, MUTED._replace(italic=True)).rows(self._width)
