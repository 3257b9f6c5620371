"""The lines above the composer that tell what goes out with the next message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from chat_tui.domain.literal import visible_line

_MOST: Final = 4
"""Lines; what is beyond is counted."""


class AttachmentLine(Static):
    """One line for each attachment; not there while nothing is attached."""

    DEFAULT_CSS = """
    AttachmentLine { display: none; height: auto; margin: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._attached: Sequence[str] = ()

    def on_resize(self) -> None:
        """Cut the lines to the width that they have now."""
        self.show(self._attached)

    def show(self, attached: Sequence[str]) -> None:
        """Tell of these, the last with the way to remove it; of many, how many stand before the last ones."""
        self._attached = attached
        self.display = bool(attached)
        shown = attached if len(attached) <= _MOST else attached[1 - _MOST :]
        lines = [Content.assemble(("+ ", "$accent"), visible_line(words)) for words in shown]
        if len(shown) < len(attached):
            lines.insert(0, Content.styled(f"+ {len(attached) - len(shown)} more", "$accent"))
        if lines:
            lines[-1] = Content.assemble(lines[-1], ("  backspace removes", "$foreground 45%"))
        self.update(Content("\n").join([line.truncate(self._room, ellipsis=True) for line in lines]))

    @property
    def _room(self) -> int:
        """Cells of a line; before the first layout those of the screen."""
        around = self.parent if isinstance(self.parent, Widget) else self.screen
        return max(20, around.size.width - 4)
