"""One link, whole, before it is opened: where it leads, and the question whether to go there."""

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
    """Answers what to do with the link; None where it was left. A link that may not be opened says why."""

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
        """Title, whole target, where it leads, keys."""
        with Vertical(classes="window"):
            yield Static(literal(visible_line(self._link.title) or "Link"), classes="title")
            with VerticalScroll(can_focus=False):
                yield Static(Content(visible_line(self._link.target)), id="link-target")
            if self._refusal:
                yield Static(literal(f"Not opened: {self._refusal}."), classes="refused")
                yield Static(Content("y copies it · esc closes"), classes="quiet")
            else:
                yield Static(literal(f"Leads to {host_words(self._link.target)}"), id="link-host")
                yield Static(Content("enter opens it in the browser · y copies it · esc closes"), classes="quiet")

    def action_open(self) -> None:
        """Open it, where that may be."""
        if not self._refusal:
            self.dismiss("open")

    def action_copy(self) -> None:
        """Copy it."""
        self.dismiss("copy")

    def action_scroll(self, lines: int) -> None:
        """Move through a long target."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
