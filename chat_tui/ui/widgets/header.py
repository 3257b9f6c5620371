"""The top line: provider and model, the session's title, and whether it is saved."""

from __future__ import annotations

from msgspec import Struct
from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from chat_tui.domain.literal import visible_line

_LEAST_TITLE = 12
"""Minimum number of cells for the title; one that would be cut shorter is omitted."""


class HeaderState(Struct, frozen=True, kw_only=True):
    """What the top line shows."""

    provider: str
    model: str
    title: str = ""
    save_problem: str | None = None
    read_only: bool = False
    offline: bool = False
    """Whether recorded responses replace the service."""
    kept: bool = True
    """Whether the session has or will have a file."""
    written: bool = False
    """Whether any of it is on disk."""


class Header(Widget):
    """One line; if it is too narrow, the right side is cut first, and there the title before the saved state."""

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="header")
        self._state = HeaderState(provider="", model="")

    def show(self, state: HeaderState) -> None:
        """Show another state."""
        if state != self._state:
            self._state = state
            self.refresh()

    def render(self) -> RenderResult:
        """Render the line, fitted to the width."""
        return header_line(self._state, self.content_size.width)


def header_line(state: HeaderState, width: int) -> Content:
    """Build the top line in exactly ``width`` cells, or its left side only if there is no room for more."""
    saved = _saving(state)
    left = _left(state, width)
    space = width - left.cell_length
    if space < saved.cell_length + 2:
        return left.truncate(width, ellipsis=True)
    title = Content.styled(visible_line(state.title), "$foreground 60%")
    right, room = saved, space - saved.cell_length - 5
    if state.title and room >= min(title.cell_length, _LEAST_TITLE):
        right = Content.assemble(title.truncate(room, ellipsis=True), "  ", saved)
    return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


def _left(state: HeaderState, width: int) -> Content:
    name = ("chat-tui   ", "bold") if width >= 60 else ("", "")
    model = visible_line(state.model) if state.model else "no model"
    return Content.assemble(
        name,
        ("offline ", "$warning") if state.offline else ("", ""),
        (visible_line(state.provider), ""),
        (" ▸ ", "$foreground 50%"),
        (model, "bold $accent" if state.model else "$warning"),
    )


def _saving(state: HeaderState) -> Content:
    if state.save_problem:
        return Content.styled(f"● not saved: {visible_line(state.save_problem)}", "$error")
    if state.read_only:
        return Content.styled("● read only", "$warning")
    if not state.kept:
        return Content.styled("● not saved", "$warning")
    if state.written:
        return Content.styled("● saved", "$success")
    return Content.styled("○ new", "$foreground 60%")
