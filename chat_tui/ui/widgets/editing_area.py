"""Textual's text area without its crash when an undo removes lines."""

from __future__ import annotations

from textual.geometry import Offset
from textual.widgets import TextArea


class EditingArea(TextArea):
    """Textual restores the cursor only after an undone text has been laid out.

    If the scrollbar disappears in between, Textual looks for the cursor on a line that no longer exists, and raises.
    """

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor; not while it is below the last line, since it is about to be moved."""
        if self.cursor_location[0] >= self.document.line_count:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center, animate)
