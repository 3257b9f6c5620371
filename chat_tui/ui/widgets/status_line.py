"""The bottom line: keys on the left, live figures on the right."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget


class StatusLine(Widget):
    """One line. If there is little room, keys are dropped from the right to make room for the figures."""

    DEFAULT_CSS = """
    StatusLine { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__(id="status-line")
        self._keys = tuple(keys)
        self._figures = Content("")

    @property
    def figures(self) -> str:
        """The text of the right side."""
        return self._figures.plain

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show other keys."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.refresh()

    def show(self, figures: Content) -> None:
        """Show other figures."""
        if not figures.is_same(self._figures):
            self._figures = figures
            self.refresh()

    def render(self) -> RenderResult:
        """Render the line, fitted to the width."""
        return status_line(self._keys, self._figures, self.content_size.width)


def status_line(keys: Sequence[tuple[str, str]], figures: Content, width: int) -> Content:
    """Format keys and figures in ``width`` cells: as many whole keys as fit beside the figures."""
    figures = figures.truncate(width, ellipsis=True)
    room = width - figures.cell_length - (3 if figures.cell_length else 0)
    shown = Content("")
    for key, word in keys:
        entry = Content.assemble((key, "bold"), " ", (word, "$foreground 70%"))
        longer = Content.assemble(shown, "   ", entry) if shown else entry
        if longer.cell_length > room:
            break
        shown = longer
    return Content.assemble(shown, " " * max(0, width - shown.cell_length - figures.cell_length), figures)
