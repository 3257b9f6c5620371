"""The lines above the composer that list the attachments of the next message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from chat_tui.domain.literal import visible_line

_MOST: Final = 4
"""Maximum number of lines; further attachments are only counted."""
_REMOVAL: Final = "  backspace removes it"


class AttachmentLine(Static):
    """One line per attachment; hidden if there are none."""

    DEFAULT_CSS = """
    AttachmentLine { display: none; height: auto; margin: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._attached: Sequence[str] = ()

    def on_resize(self) -> None:
        """Cut the lines to the new width."""
        self.show(self._attached)

    def show(self, attached: Sequence[str]) -> None:
        """Show the attachments, with a hint on removal after the last if it fits; of many, count the first ones."""
        self._attached = attached
        self.display = bool(attached)
        shown = attached if len(attached) <= _MOST else attached[1 - _MOST :]
        lines = [Content.assemble(("+ ", "$accent"), visible_line(words)) for words in shown]
        if len(shown) < len(attached):
            lines.insert(0, Content.styled(f"+ {len(attached) - len(shown)} more", "$accent"))
        if lines and lines[-1].cell_length + len(_REMOVAL) <= self._room:
            lines[-1] = Content.assemble(lines[-1], (_REMOVAL, "$foreground 60%"))
        self.update(Content("\n").join([line.truncate(self._room, ellipsis=True) for line in lines]))

    @property
    def _room(self) -> int:
        """Width of a line in cells; before the first layout it is derived from the parent or screen."""
        around = self.parent if isinstance(self.parent, Widget) else self.screen
        return max(20, around.size.width - 4)
