"""Splits growing Markdown text into blocks; a settled block is never parsed again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from chat_tui.ui.transcript.outline import Piece, outline

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_PARAGRAPH = 2_000
LINE_COST = 30
MAX_NESTED = 8_000
MAX_PIECE = 2_400
_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})(.*)")
_TABLE_ENDS = re.compile(
    r"[ \t]*$| {4}| {0,3}(?:\t|>|#{1,6}(?:[ \t]|$)|(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)"
    r"|`{3}|~{3}|([-*_])(?:[ \t]*\1){2,}[ \t]*$)"
)
_UNDECIDED = re.compile(r"[ \t]*[-=*_+#>`~|:]{1,3}[ \t]*")


class Fragment(NamedTuple):
    """A complete line or, with ``more``, a part of a very long one."""

    text: str
    more: bool = False


@dataclass(slots=True)
class Block:
    """A block of a message.

    Attributes:
        kind: paragraph, heading, item, quote, code, rule, fence, table, literal.
        lines: Its source lines; for a fence and a table they grow while the block is open.
        spaced: Whether a blank row precedes it.
        tokens: The parser's tokens, for the kinds that nest.
        info: A fence's info string.
        closed: Whether it is complete.
        joins: Whether its last line continues in the next block.
        joined: The indices of lines that continue in the next line.
        note: Why it is shown as plain text.
    """

    kind: str
    lines: list[str]
    spaced: bool = False
    tokens: tuple[Token, ...] = ()
    info: str = ""
    closed: bool = True
    joins: bool = False
    joined: set[int] = field(default_factory=set)
    note: str = ""

    def add(self, text: str, *, more: bool) -> None:
        """Append a line."""
        if more:
            self.joined.add(len(self.lines))
        self.lines.append(text)


@dataclass(slots=True)
class Splitter:
    """Splits growing text. The result depends only on the text, not on how it was chunked.

    Only the last block is parsed again when lines arrive, and its size is bounded: a long paragraph is cut at the end
    of a line, a fence and a table continue line by line without the parser, an item or a quote of more than 8,000
    characters becomes plain text.

    Attributes:
        blocks: The settled blocks; the last one may be open (``closed`` is false).
    """

    blocks: list[Block] = field(default_factory=list)
    _tail: list[Fragment] = field(default_factory=list)
    _gap: bool = False
    _mode: str = "block"
    _close: re.Pattern[str] | None = None
    _indent: int = 0
    _blank: bool = False

    def feed(self, fragments: Sequence[Fragment]) -> None:
        """Add complete lines."""
        modes = {
            "block": self._feed_block,
            "fence": self._feed_fence,
            "table": self._feed_table,
            "literal": self._feed_literal,
            "giant": self._feed_giant,
        }
        step = 40
        for index in range(0, len(fragments), step):
            rest = list(fragments[index : index + step])
            while rest:
                rest = modes[self._mode](rest)

    def finish(self) -> None:
        """Settle the remaining lines, after the last line has been fed."""
        for piece in outline([fragment.text for fragment in self._tail]):
            self.blocks.append(self._block(piece, self.blocks))
        self._tail = []
        if self.blocks:
            self.blocks[-1].closed = True

    def preview(self, partial: str) -> list[Block]:
        """Return the blocks of the unsettled lines plus the incomplete last line; no state changes."""
        if self._mode != "block":
            return self._preview_open(partial)
        lines = [fragment.text for fragment in self._tail]
        if partial and not _UNDECIDED.fullmatch(partial):
            lines.append(partial)
        if sum(map(len, lines)) > MAX_NESTED:
            return [Block("literal", lines, spaced=True)]
        shown: list[Block] = self.blocks[-1:]
        for piece in outline(lines):
            shown.append(self._block(piece, shown, lines))
        return shown[len(self.blocks[-1:]) :]

    def _preview_open(self, partial: str) -> list[Block]:
        if not partial or (self._mode == "fence" and re.fullmatch(r" {0,3}[`~]+", partial)):
            return []
        kinds = {"fence": "codeline", "giant": "paragraph"}
        return [Block(kinds.get(self._mode, "literal"), [partial])]

    def _feed_block(self, fragments: list[Fragment]) -> list[Fragment]:
        count = next((index + 1 for index, fragment in enumerate(fragments) if fragment.more), len(fragments))
        self._tail += fragments[:count]
        return self._settle() + fragments[count:]

    def _settle(self) -> list[Fragment]:
        """Settle all blocks but the last; return the lines that must be processed in another mode."""
        tail = self._tail
        forced = bool(tail) and tail[-1].more
        pieces = outline([fragment.text for fragment in tail])
        if not pieces and not forced:
            self._gap = self._gap or bool(tail)
            self._tail = []
        for piece in pieces:
            last = piece is pieces[-1]
            cut = self._cut_after(piece)
            if cut is not None:
                lines = [fragment.text for fragment in tail[piece.start : cut]]
                self.blocks.append(Block("paragraph", lines, self._spaced("paragraph", piece.start, self.blocks)))
                return self._restart(cut, "block")
            if piece.kind in ("fence", "table") and not (last and forced and piece.start == len(tail) - 1):
                return self._open(piece)
            if self._too_long(piece):
                note = "shown as plain text: longer than 8,000 characters"
                spaced = self._spaced("literal", piece.start, self.blocks)
                self.blocks.append(Block("literal", [], spaced, closed=False, note=note))
                self._blank = False
                return self._restart(piece.start, "literal")
            if last and not forced:
                self._restart(piece.start, "block")
                self._tail = tail[piece.start :]
                return []
            self.blocks.append(self._block(piece, self.blocks))
        if forced:
            if pieces:
                self.blocks[-1].joins = True
            self._restart(len(tail), "giant")
        return []

    def _restart(self, at: int, mode: str) -> list[Fragment]:
        """Drop the tail before line ``at``, switch to ``mode``, and return the remaining lines."""
        rest = self._tail[at:]
        self._gap = self._gap if at == 0 else not self._tail[at - 1].text.strip(" \t")
        self._tail = []
        self._mode = mode
        return rest

    def _cut_after(self, piece: Piece) -> int | None:
        """Return the line after which a long paragraph (or a heading that began as one) is cut, if more follows."""
        if piece.kind not in ("paragraph", "heading"):
            return None
        size = 0
        for index in range(piece.start, piece.end - (2 if piece.kind == "heading" else 1)):
            size += len(self._tail[index].text) + LINE_COST
            if size >= MAX_PARAGRAPH:
                return index + 1
        return None

    def _too_long(self, piece: Piece) -> bool:
        if piece.kind not in ("item", "quote", "code"):
            return False
        return sum(len(fragment.text) + 1 for fragment in self._tail[piece.start : piece.end]) > MAX_NESTED

    def _open(self, piece: Piece) -> list[Fragment]:
        spaced = self._spaced(piece.kind, piece.start, self.blocks)
        opener = self._tail[piece.start].text
        if piece.kind == "fence" and (match := _FENCE.match(opener)):
            self._indent = len(match[1])
            self._close = re.compile(rf" {{0,3}}{match[2][0]}{{{len(match[2])},}}[ \t]*")
            self.blocks.append(Block("fence", [], spaced, info=match[3].strip(), closed=False))
            return self._restart(piece.start + 1, "fence")
        head = [opener, self._tail[piece.start + 1].text]
        self.blocks.append(Block("table", head, spaced, closed=False))
        return self._restart(piece.start + 2, "table")

    def _feed_fence(self, fragments: list[Fragment]) -> list[Fragment]:
        block, close = self.blocks[-1], self._close
        for index, (text, more) in enumerate(fragments):
            if close is not None and not more and close.fullmatch(text):
                block.closed = True
                self._gap, self._mode = False, "block"
                return fragments[index + 1 :]
            indent = min(self._indent, len(text) - len(text.lstrip(" ")))
            block.add(text[indent:], more=more)
        return []

    def _feed_table(self, fragments: list[Fragment]) -> list[Fragment]:
        block = self.blocks[-1]
        for index, (text, more) in enumerate(fragments):
            if more or _TABLE_ENDS.match(text):
                block.closed = True
                self._gap, self._mode = False, "block"
                return fragments[index:]
            block.lines.append(text)
        return []

    def _feed_literal(self, fragments: list[Fragment]) -> list[Fragment]:
        block = self.blocks[-1]
        for index, (text, more) in enumerate(fragments):
            if self._blank and text and text[0] not in " \t":
                block.closed = True
                self._gap, self._mode = True, "block"
                return fragments[index:]
            self._blank = not text.strip(" \t")
            block.add(text, more=more)
        return []

    def _feed_giant(self, fragments: list[Fragment]) -> list[Fragment]:
        for index, (text, more) in enumerate(fragments):
            self.blocks.append(Block("paragraph", [text], joins=more))
            if not more:
                self._gap, self._mode = False, "block"
                return fragments[index + 1 :]
        return []

    def _block(self, piece: Piece, before: Sequence[Block], lines: Sequence[str] | None = None) -> Block:
        texts = [fragment.text for fragment in self._tail] if lines is None else lines
        source = list(texts[piece.start : piece.end])
        gap = self._gap if piece.start == 0 else not texts[piece.start - 1].strip(" \t")
        block = Block(piece.kind, source, _spaced(piece.kind, before, gap=gap), piece.tokens)
        if piece.kind == "fence" and (match := _FENCE.match(source[0])):
            block.info, block.lines = match[3].strip(), source[1:]
        return block

    def _spaced(self, kind: str, start: int, before: Sequence[Block]) -> bool:
        gap = self._gap if start == 0 else not self._tail[start - 1].text.strip(" \t")
        return _spaced(kind, before, gap=gap)


def _spaced(kind: str, before: Sequence[Block], *, gap: bool) -> bool:
    """Return whether a blank row precedes a block of ``kind``."""
    if not before or before[-1].joins:
        return False
    if kind == before[-1].kind and kind in ("item", "paragraph"):
        return gap
    return True


def fragments_of(line: str) -> list[Fragment]:
    """Split a complete line into fragments of at most 2,400 characters, at spaces where possible."""
    fragments: list[Fragment] = []
    while len(line) > MAX_PIECE:
        space = line.find(" ", MAX_PARAGRAPH, MAX_PIECE)
        at = MAX_PIECE if space < 0 else space + 1
        fragments.append(Fragment(line[:at], more=True))
        line = line[at:]
    fragments.append(Fragment(line))
    return fragments


def ripe(partial: str) -> tuple[list[Fragment], str]:
    """Return the fragments of an incomplete line that can be settled already, and the remaining text."""
    fragments = fragments_of(partial)
    return fragments[:-1], fragments[-1].text
