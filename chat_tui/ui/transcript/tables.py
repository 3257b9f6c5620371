"""Tables: cells aligned in columns that fit the width, row by row as they arrive."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from chat_tui.ui.transcript.inline import References, inline_lines
from chat_tui.ui.transcript.rows import Row, breaks, wrapped
from chat_tui.ui.transcript.spans import MUTED, TEXT, Look, Span, cut, plain_text

MAX_ROWS = 200
MINIMUM_COLUMN = 5
_PIPE = re.compile(r"(?<!\\)\|")
Cell = tuple[Span, ...]


def cells_of(line: str) -> list[str]:
    """Split a table's source line into cells."""
    cells = [cell.strip(" \t").replace("\\|", "|") for cell in _PIPE.split(line.strip(" \t"))]
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return cells


def alignments(delimiters: str) -> list[str]:
    """Return ``left``, ``right`` or ``center`` for each column of a delimiter line."""
    kinds = {(True, True): "center", (False, True): "right"}
    return [kinds.get((cell.startswith(":"), cell.endswith(":")), "left") for cell in cells_of(delimiters)]


class Table:
    """A table that can grow; it is laid out again only when a column's width changes.

    Args:
        known: Link reference definitions.
        aligned: ``left``, ``right`` or ``center`` for each column.
        first: Prefix of the first row.
        rest: Prefix of the others.
    """

    def __init__(
        self, known: References, aligned: Sequence[str] = (), first: tuple[Span, ...] = (), rest: tuple[Span, ...] = ()
    ) -> None:
        self._known = known
        self._aligned = aligned
        self._first, self._rest = first, rest
        self._cells: list[list[Cell]] = []
        self._natural: list[int] = []
        self._least: list[int] = []
        self._columns: list[int] | None = None
        self._width = 0
        self._rows: list[Row] = []
        self._laid = 0

    def add(self, cells: Sequence[str]) -> None:
        """Append a row; the first one is the header."""
        base = TEXT if self._cells else Look("table-head", bold=True)
        row = [self._cell(cell, base) for cell in cells]
        for index, cell in enumerate(row):
            if index == len(self._natural):
                self._natural.append(1)
            self._natural[index] = max(self._natural[index], cell_len(plain_text(cell)))
        self._cells.append(row)

    def _cell(self, source: str, base: Look) -> Cell:
        return tuple(span for line in inline_lines(source, base, self._known) for span in line)

    def rows(self, width: int) -> list[Row]:
        """Return the rows at ``width`` cells; see ``Flow``."""
        room = width - sum(cell_len(span.text) for span in self._first)
        columns = fitted(self._natural, room - 3 * (len(self._natural) - 1))
        if columns != self._columns or width != self._width:
            self._rows, self._laid = [], 0
            self._columns, self._width = columns, width
        for index in range(self._laid, len(self._cells)):
            self._rows += self._lay(index, columns, width)
        self._laid = len(self._cells)
        return self._rows

    def _lay(self, index: int, columns: list[int] | None, width: int) -> list[Row]:
        cells = self._cells[index]
        prefix = self._rest if index else self._first
        if columns is None:  # too many columns for this width: show each table row as one line of text
            bar = Span(" | ", MUTED)
            joined = [span for cell in cells for span in (bar, *cell)][1:]
            return wrapped(joined, width, first=prefix, rest=self._rest)
        parts = [self._wrap(cells[column] if column < len(cells) else (), size) for column, size in enumerate(columns)]
        rows = []
        for line in range(max(map(len, parts), default=1)):
            spans = list(prefix if line == 0 else self._rest)
            for column, size in enumerate(columns):
                if column:
                    spans.append(Span(" │ ", MUTED, " | "))
                spans += self._padded(parts[column][line] if line < len(parts[column]) else (), size, column)
            rows.append(Row(tuple(spans)))
        if index == 0:
            rows.append(self._ruler(columns))
        return rows

    def _ruler(self, columns: list[int]) -> Row:
        spans: list[Span] = list(self._rest)
        for column, size in enumerate(columns):
            if column:
                spans.append(Span("─┼─", MUTED, " | "))
            spans.append(Span("─" * size, MUTED, "-" * max(size, 3)))
        return Row(tuple(spans))

    def _wrap(self, cell: Cell, size: int) -> list[Cell]:
        return [cut(cell, start, end) for start, end in breaks(plain_text(cell), size, size)]

    def _padded(self, cell: Cell, size: int, column: int) -> list[Span]:
        aligned = self._aligned[column] if column < len(self._aligned) else "left"
        free = max(size - cell_len(plain_text(cell)), 0)
        left = {"left": 0, "right": free, "center": free // 2}[aligned]
        spans = [Span(" " * left, TEXT, ""), *cell, Span(" " * (free - left), TEXT, "")]
        return [span for span in spans if span.text]


def fitted(natural: Sequence[int], room: int) -> list[int] | None:
    """Compute column widths that fit ``room`` cells by shrinking the widest ones; None if that is impossible."""
    widths = list(natural)
    if not widths or room < MINIMUM_COLUMN * len(widths):
        return widths if widths and sum(widths) <= room else None
    excess = sum(widths) - room
    while excess > 0:
        widest = max(widths)
        following = max([width for width in widths if width < widest], default=MINIMUM_COLUMN)
        those = [index for index, width in enumerate(widths) if width == widest]
        step = max(min(widest - following, -(-excess // len(those))), 1)
        for index in those:
            step = min(step, excess)
            widths[index] -= step
            excess -= step
    return widths
