"""Shows a link in full before it is opened: its target, and the question whether to open it."""

from __future__ import annotations

from typing import ClassVar, Final, Literal, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.links import Link, host_words, refusal
from chat_tui.domain.literal import visible_line
from chat_tui.ui.literal import literal
from chat_tui.ui.screens.overlay import Overlay

Wish: TypeAlias = Literal["open", "copy"]

_STEP: Final = 5


class LinkScreen(Overlay[Wish | None]):
    """Returns what to do with the link, or None if cancelled. If the link may not be opened, it says why."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", show=False),
        Binding("y", "copy", "Copy", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", f"scroll(-{_STEP})", show=False),
        Binding("pagedown", f"scroll({_STEP})", show=False),
    ]
    DEFAULT_CSS = """
    LinkScreen VerticalScroll { height: auto; max-height: 12; margin: 1 0; }
    """

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link
        self._refusal = refusal(link.target)

    def compose(self) -> ComposeResult:
        """Compose the title, the whole target, its host and the keys."""
        with Vertical(classes="window"):
            yield Static(literal(visible_line(self._link.title) or "Link"), classes="title")
            with VerticalScroll(can_focus=False):
                yield Static(Content(visible_line(self._link.target)), id="link-target")
            if self._refusal:
                yield Static(literal(f"Not opened: {self._refusal}."), classes="refused")
                yield Static(Content("y copy · esc close"), classes="quiet")
            else:
                yield Static(literal(f"Opens {host_words(self._link.target)}"), id="link-host")
                yield Static(Content("enter open in the browser · y copy · esc close"), classes="quiet")

    def action_open(self) -> None:
        """Open the link, if that is allowed."""
        if not self._refusal:
            self.dismiss("open")

    def action_copy(self) -> None:
        """Copy the link."""
        self.dismiss("copy")

    def action_scroll(self, lines: int) -> None:
        """Scroll a long target."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
