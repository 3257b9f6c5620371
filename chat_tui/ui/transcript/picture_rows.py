"""A picture as rows of half blocks: two pixels per cell, in the terminal's colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from chat_tui.domain.pictures import Picture, Rgb, cells
from chat_tui.ui.transcript.rows import Row
from chat_tui.ui.transcript.spans import Look

AIR: Final = 1
"""Number of cells to the left of a picture in a message."""
_UPPER: Final = "▀"
_LOWER: Final = "▄"


@dataclass(slots=True, eq=False)
class PictureRow(Row):
    """One row of a picture in a message, or a placeholder for it. It is omitted from copies.

    Attributes:
        picture: None until it is decoded.
        line: Index of the row in the picture.
        ask: Called when the placeholder is painted.
    """

    picture: Picture | None = None
    line: int = 0
    ask: Callable[[], None] | None = None

    def segments(self, base: Style, style: Callable[[Look], Style]) -> list[Segment]:  # noqa: ARG002 - as any row
        """Return the segments of the row, indented by ``AIR``."""
        if self.picture is None:
            return []
        return [Segment(" " * AIR, base), *picture_segments(self.picture, self.line, base)]

    def painted_now(self) -> None:
        """Request the picture if it is not decoded yet."""
        if self.picture is None and self.ask is not None:
            self.ask()


def picture_segments(picture: Picture, line: int, base: Style) -> list[Segment]:
    """Return the segments of one row of a picture.

    Args:
        picture: The picture.
        line: Index of the row.
        base: The style behind it.
    """
    triplet = base.bgcolor.triplet if base.bgcolor is not None else None
    ground = (triplet.red, triplet.green, triplet.blue) if triplet is not None else None
    segments = []
    for upper, lower, columns in cells(picture, line, ground):
        if upper is None and lower is None:
            segments.append(Segment(" " * columns, base))
        elif upper is None or lower is None:
            half = _UPPER if lower is None else _LOWER
            segments.append(Segment(half * columns, base + Style(color=_colour(upper or lower))))
        else:
            segments.append(Segment(_UPPER * columns, Style(color=_colour(upper), bgcolor=_colour(lower))))
    return segments


def _colour(rgb: Rgb | None) -> Color | None:
    return Color.from_rgb(*rgb) if rgb is not None else None
