"""The renderers of a message's blocks: one part per block, rendered once per width."""

from __future__ import annotations

from typing import Protocol

from chat_tui.ui.transcript.blocks import Block
from chat_tui.ui.transcript.code import highlighted, plain
from chat_tui.ui.transcript.flows import Flow, code_line, text_line
from chat_tui.ui.transcript.rendering import Options, flows_of
from chat_tui.ui.transcript.rows import Row
from chat_tui.ui.transcript.spans import MUTED, Look, Span
from chat_tui.ui.transcript.tables import MAX_ROWS, Table, alignments, cells_of

LIVE_COLOURED = 80
MAX_LINES = 4_000


class Part(Protocol):
    """Renders one block as rows."""

    def rows(self, width: int) -> list[Row]:
        """Return the rows so far; existing rows stay the same while the block only grows at its end."""
        ...


class SettledPart:
    """A block that no longer changes."""

    def __init__(self, block: Block, options: Options) -> None:
        self._block = block
        self._options = options
        self._flows: list[Flow] | None = None
        self._rows: list[Row] = []
        self._width = -1

    def rows(self, width: int) -> list[Row]:
        """Implement ``Part``."""
        if self._flows is None:
            self._flows = flows_of(self._block, self._options)
            self._block.tokens = ()  # frees many small objects that are no longer needed
        if width != self._width:
            self._rows = [row for flow in self._flows for row in flow.rows(width)]
            self._width = width
        return self._rows


class FencePart:
    """A code fence: lines are added as they arrive; it is coloured while it is short, and again when it is closed."""

    def __init__(self, block: Block, options: Options) -> None:
        self._block = block
        self._options = options
        self._rows: list[Row] = []
        self._width = -1
        self._laid = 0
        self._coloured = 0

    def rows(self, width: int) -> list[Row]:
        """Implement ``Part``."""
        lines = self._block.lines
        if self._due(len(lines)):
            self._coloured = len(lines) + 1 if self._block.closed else len(lines)
            self._lay(width, highlighted(lines, self._block.info) if self._block.info else None)
        elif width != self._width:
            again = self._coloured and (self._block.closed or len(lines) <= LIVE_COLOURED)
            self._lay(width, highlighted(lines, self._block.info) if again else None)
        else:
            for index in range(self._laid, len(lines)):
                self._rows += self._line(index, plain(lines[index]), width)
            self._laid = len(lines)
        return self._rows

    def _due(self, count: int) -> bool:
        """Return whether the whole fence should be coloured now."""
        if not self._block.info or count > MAX_LINES:
            return False
        if self._block.closed:
            return self._coloured != count + 1
        return self._coloured < count <= LIVE_COLOURED

    def _lay(self, width: int, coloured: list[tuple[Span, ...]] | None) -> None:
        info = self._block.info
        self._rows = _label(info).rows(width) if info else []
        for index, line in enumerate(self._block.lines):
            self._rows += self._line(index, coloured[index] if coloured else plain(line), width)
        self._laid, self._width = len(self._block.lines), width

    def _line(self, index: int, spans: tuple[Span, ...], width: int) -> list[Row]:
        rows = code_line(spans, wrap=self._options.wrap_code).rows(width)
        if index in self._block.joined:
            rows[-1].end = ""
        return rows


def _label(info: str) -> Flow:
    line = text_line(info, Look("code-label"))
    return code_line(tuple(Span(span.text, span.look, "") for span in line.spans), wrap=False)


class TablePart:
    """A table that may still grow; rows after the first 200 are shown as plain text."""

    def __init__(self, block: Block, options: Options) -> None:
        self._block = block
        self._table = Table(options.known or {}, alignments(block.lines[1]))
        self._table.add(cells_of(block.lines[0]))
        self._taken = 2
        self._beyond: list[Row] = []
        self._laid = 0
        self._width = -1

    def rows(self, width: int) -> list[Row]:
        """Implement ``Part``."""
        lines = self._block.lines
        for line in lines[self._taken : MAX_ROWS + 2]:
            self._table.add(cells_of(line))
        self._taken = min(len(lines), MAX_ROWS + 2)
        rows = self._table.rows(width)
        if len(lines) <= MAX_ROWS + 2:
            return rows
        if width != self._width:
            note = f"(shown as plain text from row {MAX_ROWS + 1} on)"
            self._beyond = text_line(note, MUTED._replace(italic=True), end="").rows(width)
            self._width, self._laid = width, MAX_ROWS + 2
        for line in lines[self._laid :]:
            self._beyond += text_line(line, Look()).rows(width)
        self._laid = len(lines)
        return rows + self._beyond


class OpenTextPart:
    """Plain text that grows line by line."""

    def __init__(self, block: Block, options: Options) -> None:
        self._block = block
        self._options = options
        self._rows: list[Row] = []
        self._width = -1
        self._laid = 0

    def rows(self, width: int) -> list[Row]:
        """Implement ``Part``."""
        if width != self._width:
            note = f"({self._block.note})"
            self._rows = text_line(note, MUTED._replace(italic=True), end="").rows(width) if self._block.note else []
            self._laid, self._width = 0, width
        for index in range(self._laid, len(self._block.lines)):
            end = "" if index in self._block.joined else "\n"
            self._rows += text_line(self._block.lines[index], self._options.base, end=end).rows(width)
        self._laid = len(self._block.lines)
        return self._rows


def part_of(block: Block, options: Options) -> Part:
    """Create the renderer of a block."""
    if block.kind == "fence":
        return FencePart(block, options)
    if block.kind == "table":
        return TablePart(block, options)
    if block.kind == "literal":
        return OpenTextPart(block, options)
    return SettledPart(block, options)
