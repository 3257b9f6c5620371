"""The keys of a view, shown on its last rows."""

from __future__ import annotations

from typing import Final, TypeAlias

from rich.cells import cell_len
from textual.strip import Strip

from chat_tui.ui.panel.cells import Ink, LineBuilder

Legend: TypeAlias = tuple[tuple[str, str], ...]
"""Keys with their labels."""
_ROOM_FOR_TWO: Final = 16
"""Below this height the legend has one row, below the next limit none."""
_ROOM_FOR_ONE: Final = 6


def legend_rows(legend: Legend, width: int, height: int) -> list[Legend]:
    """Arrange the keys in rows of at most ``width`` cells; rows that do not fit a view of that height are dropped."""
    most = 2 if height >= _ROOM_FOR_TWO else 1 if height >= _ROOM_FOR_ONE else 0
    rows: list[Legend] = []
    row: Legend = ()
    used = 0
    for key, word in legend:
        cells = cell_len(key) + cell_len(word) + 3
        if row and used + cells > width:
            rows.append(row)
            row, used = (), 0
        row, used = (*row, (key, word)), used + cells
    return [*rows, row][:most] if row else []


def paint_legend(ink: Ink, width: int, row: Legend) -> Strip:
    """Render one row of the legend."""
    return put_keys(LineBuilder(ink, width, "bar"), row).strip()


def put_keys(line: LineBuilder, keys: Legend) -> LineBuilder:
    """Append keys with their labels to a line, as many of the first ones as fit whole."""
    for key, word in keys:
        if cell_len(key) + cell_len(word) + 3 > line.room:
            break
        line.put(f" {key}", "accent").put(f" {word} ", "quiet")
    return line
