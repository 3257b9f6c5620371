"""Converts a Markdown block to flows: headings, lists, quotes, code, with their prefixes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from chat_tui.ui.transcript.blocks import Block
from chat_tui.ui.transcript.code import highlighted, plain
from chat_tui.ui.transcript.flows import BLANK, Flow, Line, Rule, code_line, text_line
from chat_tui.ui.transcript.inline import References, inline_lines, is_definition
from chat_tui.ui.transcript.spans import MUTED, TEXT, Look, Span
from chat_tui.ui.transcript.tables import Table

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_PREFIX = 32
_BULLETS = ("•", "◦", "▪")


class Options(Struct, frozen=True):
    """Rendering options.

    Attributes:
        wrap_code: Wrap long code lines; else cut them at the width.
        known: Link reference definitions of the message.
        base: The look of plain text.
    """

    wrap_code: bool = True
    known: References | None = None
    base: Look = TEXT


def flows_of(block: Block, options: Options) -> list[Flow]:
    """Return the flows of a settled block, without the blank row before it.

    Growing fences and tables have their own renderers in ``parts``.
    """
    if block.kind == "paragraph":
        return _paragraph(block, options)
    if block.kind == "literal":
        return _literal(block, options)
    if block.kind == "codeline":
        return [code_line(plain(line), wrap=options.wrap_code) for line in block.lines]
    if block.kind == "rule":
        return [Rule(block.lines[0])]
    walker = _Walker(block, options)
    walker.walk(block.tokens)
    if walker.too_deep:
        return _literal(block, options)
    return walker.flows


def _literal(block: Block, options: Options) -> list[Flow]:
    note: list[Flow] = [text_line(f"({block.note})", MUTED._replace(italic=True), end="")] if block.note else []
    ends = ["" if index in block.joined else "\n" for index in range(len(block.lines))]
    return note + [text_line(line, options.base, end=end) for line, end in zip(block.lines, ends, strict=True)]


def _paragraph(block: Block, options: Options) -> list[Flow]:
    flows: list[Flow] = []
    for defined, lines in groupby(block.lines, is_definition):
        if defined:
            flows += [text_line(line, MUTED) for line in lines]
        else:
            source = "\n".join([line.lstrip(" \t") for line in lines])
            flows += [Line(spans) for spans in inline_lines(source, options.base, options.known or {})]
    if block.joins and isinstance(flows[-1], Line):
        flows[-1] = Line(flows[-1].spans, end="")
    return flows


class _Walker:
    """Converts block tokens to flows, tracking the prefixes of open containers."""

    def __init__(self, block: Block, options: Options) -> None:
        self.flows: list[Flow] = []
        self.too_deep = False
        self._options = options
        self._base = options.base
        self._prefixes: list[Span] = []
        self._marker: dict[int, Span] = {}
        self._bullets = 0
        self._lines = block.lines
        self._blank_at = 0
        self._start = (block.tokens[0].map or [0])[0] if block.tokens else 0
        self._table: list[list[str]] | None = None

    def walk(self, tokens: Sequence[Token]) -> None:
        """Append the flows of ``tokens``."""
        self._bullets = int(bool(tokens) and tokens[0].type == "list_item_open" and not tokens[0].info)
        for token in tokens:
            if token.nesting >= 0 and token.block:
                self._separate(token)
            if token.type == "list_item_open":
                self._open_item(token)
            elif token.type == "blockquote_open":
                self._push(Span("▎ ", Look("quote-bar"), "> "))
            elif token.type in ("list_item_close", "blockquote_close"):
                self._close()
            elif token.type in ("bullet_list_open", "bullet_list_close"):
                self._bullets += token.nesting
            else:
                self._leaf(token)

    def _open_item(self, token: Token) -> None:
        if self._marker:
            self._emit(())  # an item that begins with a list: emit its own bullet first
        mark = f"{token.info}{token.markup} " if token.info else f"{_BULLETS[max(self._bullets - 1, 0) % 3]} "
        exact = mark if token.info else f"{token.markup} "
        self._marker[len(self._prefixes)] = Span(mark, Look("marker"), exact)
        self._push(Span(" " * len(mark), TEXT))

    def _push(self, prefix: Span) -> None:
        self._prefixes.append(prefix)
        self.too_deep = self.too_deep or sum(len(span.text) for span in self._prefixes) > MAX_PREFIX

    def _close(self) -> None:
        if self._marker:
            self._emit(())  # an empty item
        self._prefixes.pop()

    def _separate(self, token: Token) -> None:
        """Add a blank row where the source has a blank line before this token, within the block."""
        line = token.map[0] - self._start if token.map else 0
        if self.flows and not self._marker and line > self._blank_at and not self._lines[line - 1].strip(" \t>"):
            self._blank_at = line
            self._blank()

    def _blank(self) -> None:
        prefix = tuple(self._prefixes)
        self.flows.append(Line((), prefix) if any(span.look.role == "quote-bar" for span in prefix) else BLANK)

    def _first(self) -> tuple[Span, ...]:
        spans = tuple(self._marker.get(index, span) for index, span in enumerate(self._prefixes))
        self._marker = {}
        return spans

    def _rest(self) -> tuple[Span, ...]:
        return tuple(Span(span.text, span.look, "") for span in self._prefixes)

    def _emit(self, spans: tuple[Span, ...]) -> None:
        self.flows.append(Line(spans, self._first(), self._rest()))

    def _leaf(self, token: Token) -> None:
        kind = token.type
        if self._table is not None or kind == "table_open":
            self._table_token(token)
        elif kind in ("paragraph_open", "heading_open"):
            self._base = (
                Look(f"heading{min(int(token.tag[1]), 3)}", bold=True) if kind == "heading_open" else self._quiet()
            )
        elif kind in ("paragraph_close", "heading_close"):
            self._base = self._options.base
        elif kind == "inline":
            for spans in inline_lines(token.content, self._base, self._options.known or {}):
                self._emit(spans)
        elif kind in ("fence", "code_block"):
            self._code(token)
        elif kind == "hr":
            self.flows.append(Rule(token.markup, self._first()))

    def _table_token(self, token: Token) -> None:
        if token.type == "table_open":
            self._table = []
        elif self._table is None:
            return
        elif token.type == "tr_open":
            self._table.append([])
        elif token.type == "inline":
            self._table[-1].append(token.content)
        elif token.type == "table_close":
            table = Table(self._options.known or {}, first=self._first(), rest=self._rest())
            for cells in self._table:
                table.add(cells)
            self.flows.append(table)
            self._table = None

    def _quiet(self) -> Look:
        return Look("quote") if any(span.look.role == "quote-bar" for span in self._prefixes) else self._options.base

    def _code(self, token: Token) -> None:
        lines = token.content.removesuffix("\n").split("\n")
        coloured = highlighted(lines, token.info) if token.type == "fence" else None
        for index, line in enumerate(lines):
            spans = coloured[index] if coloured else plain(line)
            self.flows.append(code_line(spans, wrap=self._options.wrap_code, first=self._first(), rest=self._rest()))
