"""The list of the user's and the session's tools, each on or off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chat_tui.domain.literal import visible_line
from chat_tui.ui.screens.overlay import Overlay

Wish: TypeAlias = Literal["server"] | None
"""What to open next: the tools of an MCP server."""


_KEYS: Final = "enter on/off · a all · m tools of an MCP server · esc close"


class ToolLine(Struct, frozen=True):
    """One tool of the list."""

    name: str
    description: str
    """What the tool does."""
    origin: str
    """The command that runs it, if any, and its source."""
    on: bool
    """Whether it is offered in the next request."""


class ToolList(Overlay[Wish]):
    """Switches tools on and off; changes apply immediately.

    Args:
        lines: Returns the tools in their current state.
        turn: Called with the name of a tool to switch on or off.
        at: The name of the tool to start with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("space", "turn", "On or off", show=False),
        Binding("a", "turn_all", "All on or off", show=False),
        Binding("m", "server", "Tools of an MCP server", show=False),
    ]
    DEFAULT_CSS = """
    ToolList .window { width: 90%; max-width: 100; padding: 0 2; }
    ToolList OptionList { margin: 1 0; max-height: 45vh; text-wrap: nowrap; text-overflow: ellipsis; }
    ToolList #tool-words { height: 3; margin-bottom: 1; }
    ToolList #tool-origin { height: 1; color: $foreground 60%; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, lines: Callable[[], Sequence[ToolLine]], turn: Callable[[str], None], *, at: str = "") -> None:
        super().__init__()
        self._lines = lines
        self._turn = turn
        self._shown = tuple(lines())
        self._at = next((place for place, line in enumerate(self._shown) if line.name == at), 0)

    def compose(self) -> ComposeResult:
        """Compose the title, the tools and the keys."""
        with Vertical(classes="window"):
            yield Static(Content("Tools of this session"), classes="title")
            yield OptionList(*map(_option, self._shown), compact=True, markup=False)
            if not self._shown:
                yield Static(Content("None yet. /tool FILE adds the tools in a JSON or Python file."), classes="quiet")
            yield Static(id="tool-origin", markup=False)
            yield Static(id="tool-words", markup=False)
            yield Static(Content(_KEYS), classes="quiet")

    def on_mount(self) -> None:
        """Highlight the requested tool."""
        listing = self.query_one(OptionList)
        listing.highlighted = self._at if self._shown else None
        listing.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show origin and description of the highlighted tool."""
        event.stop()
        line = self._shown[event.option_index]
        self.query_one("#tool-origin", Static).update(Content(visible_line(line.origin)))
        words = " ".join(line.description.split()) or "No description."
        self.query_one("#tool-words", Static).update(Content(visible_line(words)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Switch the tool on enter."""
        event.stop()
        self.action_turn()

    def action_turn(self) -> None:
        """Switch the tool on or off."""
        listing = self.query_one(OptionList)
        if listing.highlighted is not None:
            self._turn(self._shown[listing.highlighted].name)
            self._draw()

    def action_turn_all(self) -> None:
        """Switch all tools on, or off if all are on."""
        on = not all(line.on for line in self._shown)
        for line in self._shown:
            if line.on is not on:
                self._turn(line.name)
        self._draw()

    def action_server(self) -> None:
        """Close and open the tools of an MCP server."""
        self.dismiss("server")

    def _draw(self) -> None:
        listing = self.query_one(OptionList)
        known = {line.name: line for line in self._lines()}
        self._shown = tuple(known.get(line.name, replace(line, on=False)) for line in self._shown)
        for place, line in enumerate(self._shown):
            listing.replace_option_prompt_at_index(place, _option(line).prompt)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


def _option(line: ToolLine) -> Option:
    mark = "● " if line.on else "○ "
    words = visible_line(" ".join(line.description.split()))
    return Option(Content.assemble(mark, (visible_line(line.name), "bold"), "  ", (words, "$foreground 60%")))
