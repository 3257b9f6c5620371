"""The list of completions above the composer."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from chat_tui.domain.literal import visible_line

MOST_ROWS = 6


class CompletionList(Widget):
    """A short list; hidden while it is empty."""

    DEFAULT_CSS = """
    CompletionList { height: auto; max-height: 6; display: none; padding: 0 2; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__(id="completion")
        self._lines: tuple[tuple[str, str], ...] = ()
        self._index: int | None = None

    def show(self, lines: Sequence[tuple[str, str]], index: int | None) -> None:
        """Show words with their explanations, one of them highlighted."""
        self._lines, self._index = tuple(lines), index
        self.display = bool(lines)
        self.refresh(layout=True)

    def render(self) -> RenderResult:
        """Render the part of the list around the highlighted word."""
        first = max(0, min((self._index or 0) - MOST_ROWS // 2, len(self._lines) - MOST_ROWS))
        window = self._lines[first : first + MOST_ROWS]
        widest = max((len(word) for word, _ in window), default=0)
        rows = [
            Content.assemble(
                (visible_line(word).ljust(min(widest, 40)), "bold $accent" if place == self._index else ""),
                "  ",
                (visible_line(words), "$foreground 60%"),
            ).truncate(max(1, self.content_size.width), ellipsis=True)
            for place, (word, words) in enumerate(window, first)
        ]
        return Content("\n").join(rows)
