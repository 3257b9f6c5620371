"""The line of keys at the bottom of the Events tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.binding import ActiveBinding
from textual.strip import Strip

from chat_tui.ui.action_table import ACTIONS
from chat_tui.ui.actions import key_words
from chat_tui.ui.keymap import NO_KEY
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.inked_view import InkedView
from chat_tui.ui.panel.legend import put_keys

_TYPING: Final = (("⏎", "apply"), ("esc", "clear"))
_GLYPHS: Final = {"enter": "⏎"}
_FIXED: Final = (("←→", "plot"),)


class EventKeys(InkedView, can_focus=False):
    """Keys with labels, as many as fit."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    EventKeys { height: 1; overflow: hidden; scrollbar-gutter: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys = {action.id: action.keys.split(",")[0] for action in ACTIONS if action.scope == "events"}
        self._typing = False

    def tell(self, active: Mapping[str, ActiveBinding]) -> None:
        """Show the keys that are bound now, including the user's own."""
        for key, each in reversed([*active.items()]):
            if each.binding.id in self._keys:
                self._keys[each.binding.id] = key
        self.refresh()

    def typing(self, typing: bool) -> None:
        """Switch between the keys for the filter and those for the list."""
        self._typing = typing
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Render the line."""
        line = LineBuilder(self.ink, self.width, "bar")
        return (put_keys(line, self._hints()) if y == 0 else line).strip()

    def _hints(self) -> tuple[tuple[str, str], ...]:
        if self._typing:
            return _TYPING
        shown = [action for action in ACTIONS if action.scope == "events" and action.short]
        keys = [(key, action.short) for action in shown if not (key := self._keys[action.id]).startswith(NO_KEY)]
        return (*((_GLYPHS.get(key, key_words(key)), word) for key, word in keys), *_FIXED)
