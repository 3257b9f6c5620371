"""The names of the tabs on one line."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.inked_view import InkedView


class TabBar(InkedView, can_focus=False):
    """One line of names, one of them active; a click chooses one."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TabBar { height: 1; overflow: hidden; scrollbar-gutter: auto; }
    """

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names
        self._active = 0

    def activate(self, index: int) -> None:
        """Mark another name as active."""
        self._active = index
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Render the names, the active one with a light background."""
        line = LineBuilder(self.ink, self.width, "bar")
        for index, name in enumerate(self._names if y == 0 else ()):
            line.put(f" {name} ", "tab" if index == self._active else "quiet")
        return line.strip()

    def on_click(self, event: events.Click) -> None:
        """Choose the name under the pointer."""
        place = event.get_content_offset(self)
        end = 0
        for index, name in enumerate(self._names):
            end += len(name) + 2
            if place is not None and place.x < end:
                self.post_message(self.Chosen(index))
                return
