"""The user's tools and those of the session, each on or off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chat_tui.domain.literal import visible_line
from chat_tui.ui.screens.overlay import Overlay


class ToolLine(Struct, frozen=True):
    """One tool of the list."""

    name: str
    words: str
    """What it does, whether it can be run, where it is from."""
    on: bool
    """It goes with the next request."""


class ToolList(Overlay[None]):
    """Turns tools on and off at once.

    Args:
        lines: Brings the tools as they are now.
        turn: Told of a tool that is to be turned on or off.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("space", "turn", "On or off", show=False),
    ]
    DEFAULT_CSS = """
    ToolList .window { width: 90%; max-width: 100; padding: 1 2; }
    ToolList OptionList { margin: 1 0; max-height: 20; }
    """

    def __init__(self, lines: Callable[[], Sequence[ToolLine]], turn: Callable[[str], None]) -> None:
        super().__init__()
        self._lines = lines
        self._turn = turn
        self._shown = tuple(lines())

    def compose(self) -> ComposeResult:
        """Title, tools, keys."""
        with Vertical(classes="window"):
            yield Static(Content("Tools of this session"), classes="title")
            yield OptionList(*map(_option, self._shown), compact=True, markup=False)
            yield Static(Content("enter or space: on or off · esc: close"), classes="quiet")

    def on_mount(self) -> None:
        """Start at the first tool."""
        listing = self.query_one(OptionList)
        listing.highlighted = 0
        listing.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter."""
        event.stop()
        self.action_turn()

    def action_turn(self) -> None:
        """On or off."""
        listing = self.query_one(OptionList)
        self._turn(self._shown[listing.highlighted or 0].name)
        known = {line.name: line for line in self._lines()}
        self._shown = tuple(known.get(line.name, ToolLine(line.name, line.words, on=False)) for line in self._shown)
        for place, line in enumerate(self._shown):
            listing.replace_option_prompt_at_index(place, _option(line).prompt)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


def _option(line: ToolLine) -> Option:
    mark = "● " if line.on else "○ "
    return Option(
        Content.assemble(mark, (visible_line(line.name), "bold"), "  ", (visible_line(line.words), "$foreground 60%"))
    )
