"""One item of a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from textual.content import Content

from chat_tui.domain.literal import visible_line


class Choice(Struct, frozen=True):
    """One item of a pick list."""

    value: str
    title: str
    detail: str = ""

    def fits(self, words: Sequence[str]) -> bool:
        """Return whether every word, given in lower case, occurs in it."""
        text = f"{self.title}\n{self.detail}\n{self.value}".lower()
        return all(word in text for word in words)

    def content(self) -> Content:
        """Return the title, followed by the detail in a fainter colour."""
        return Content.assemble(visible_line(self.title), "  ", (visible_line(self.detail), "$foreground 55%"))
