"""Parsed text without a width: lines, rules and tables that can be laid out at any width."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from chat_tui.ui.transcript.rows import Row, clipped, wrapped
from chat_tui.ui.transcript.spans import MUTED, Look, Span, spans_of


class Flow(Protocol):
    """Something that can be laid out as rows."""

    def rows(self, width: int) -> list[Row]:
        """Return the rows at ``width`` cells; deterministic."""
        ...


class Line(Struct, frozen=True):
    """One logical line of text.

    Attributes:
        spans: The content.
        first: Prefix of the first row.
        rest: Prefix of wrapped rows; omitted from copies.
        fill: The role of the cells after the text ("code" draws a panel).
        wrap: Wrap at words; else cut at the width.
        end: The text a copy has after the line.
    """

    spans: tuple[Span, ...] = ()
    first: tuple[Span, ...] = ()
    rest: tuple[Span, ...] = ()
    fill: str = ""
    wrap: bool = True
    end: str = "\n"

    def rows(self, width: int) -> list[Row]:
        """Implement ``Flow``."""
        if self.wrap:
            rows = wrapped(self.spans, width, first=self.first, rest=self.rest, fill=self.fill)
        else:
            rows = clipped(self.spans, width, first=self.first, fill=self.fill)
        if self.end != "\n":
            rows[-1].end = rows[-1].end.removesuffix("\n") + self.end
        return rows


class Rule(Struct, frozen=True):
    """A thematic break, at most 40 cells long."""

    source: str
    first: tuple[Span, ...] = ()

    def rows(self, width: int) -> list[Row]:
        """Implement ``Flow``."""
        used = sum(len(span.text) for span in self.first)
        length = max(min(width - used, 40), 1)
        return [Row((*self.first, Span("─" * length, MUTED, self.source)))]


BLANK = Line()


def code_line(
    spans: tuple[Span, ...], *, wrap: bool, first: tuple[Span, ...] = (), rest: tuple[Span, ...] = ()
) -> Line:
    """Create a line of a code panel, with one cell of padding on the left."""
    air = Span(" ", Look("code"), "")
    return Line(spans, (*first, air), (*rest, air), "code", wrap)


def text_line(text: str, look: Look, *, end: str = "\n") -> Line:
    """Create a line of literal text."""
    return Line(tuple(spans_of(text, look)), end=end)
