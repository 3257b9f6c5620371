"""Base of lists of rows with a cursor; rows are rendered as they come into view."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size

from chat_tui.ui.panel.inked_view import InkedView


class CursorList(InkedView, can_focus=True):
    """Moves the cursor and keeps it visible; subclasses render the rows, each one line high."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "move(-10)", "Page up", show=False),
        Binding("pagedown", "move(10)", "Page down", show=False),
        Binding("home", "move(-1000000)", "First", show=False),
        Binding("end", "move(1000000)", "Last", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.cursor = 0
        """Index of the row under the cursor."""

    @property
    @abstractmethod
    def row_count(self) -> int:
        """Number of rows."""

    def action_move(self, rows: int) -> None:
        """Move the cursor by a number of rows; it stops at the ends."""
        self.go_to(self.cursor + rows)

    def go_to(self, row: int) -> None:
        """Move the cursor to a row, or the nearest existing one, and scroll it into view."""
        self.cursor = max(0, min(self.row_count - 1, row))
        top, window = self.scroll_offset.y, max(1, self.size.height)
        if not top <= self.cursor < top + window:
            self.scroll_to(y=self.cursor if self.cursor < top else self.cursor - window + 1, animate=False)
        self.refresh()

    def row_at(self, event: events.Click) -> int | None:
        """Return the index of the clicked row, which may be past the last one; None outside the content."""
        place = event.get_content_offset(self)
        return None if place is None else place.y + self.scroll_offset.y

    def fit(self) -> None:
        """Adapt to a changed number of rows or width."""
        self.virtual_size = Size(self.width, self.row_count)
        self.cursor = min(self.cursor, max(0, self.row_count - 1))
        self.refresh()

    def on_resize(self) -> None:
        """Adapt to the new width."""
        self.fit()
