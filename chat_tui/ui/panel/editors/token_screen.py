"""Looks up the tokens of a text, to pick some of them."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, Static

from chat_tui.domain.counts import counted
from chat_tui.ui.panel.editors.dialog import Dialog, line
from chat_tui.ui.panel.editors.form_painter import note_of
from chat_tui.ui.panel.editors.tokens import TokenSource
from chat_tui.ui.widgets.line_input import LineInput
from chat_tui.ui.workers import start_worker

_PAUSE_S = 0.2
"""The tokenizer is queried after a pause in typing this long."""


class TokenScreen(Dialog["list[tuple[int, str]] | None"]):
    """An input for the text with its tokens below; returns the ticked ones."""

    DEFAULT_CSS = """
    TokenScreen {
        & > .dialog--box { width: 60; height: 22; }
        & OptionList, & OptionList:focus { height: 1fr; border: none; padding: 0; margin-top: 1; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("ctrl+a", "all", "All", show=False, priority=True),
        Binding("ctrl+s", "save", "Add", show=False, priority=True),
    ]

    def __init__(self, source: TokenSource) -> None:
        super().__init__()
        self._source = source
        self._tokens: list[tuple[int, str]] = []
        self._picked: set[int] = set()
        self._asked = ""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Compose the title, the input, the tokens, the state and the keys."""
        with Vertical(classes="dialog--box"):
            yield line("Find tokens", "title")
            yield line("Spaces matter: “ rain” and “rain” are different tokens.", "about")
            yield LineInput(placeholder="text", id="token-text")
            yield OptionList(id="tokens", markup=False, compact=True)
            yield line("", "state", id="state")
            yield line("⏎ select · ^a all · ^s add selected · esc cancel", "keys")

    def on_mount(self) -> None:
        """Focus the input."""
        self.query_one(OptionList).can_focus = False
        self.query_one(LineInput).focus()

    @on(LineInput.Changed)
    def _typed(self, event: LineInput.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE_S, self._ask)

    @on(LineInput.Submitted)
    def _entered(self, event: LineInput.Submitted) -> None:
        event.stop()
        index = self.query_one(OptionList).highlighted
        if index is not None and index < len(self._tokens):
            number = self._tokens[index][0]
            self._picked ^= {number}
            self._draw(index)

    def action_move(self, lines: int) -> None:
        """Move the cursor in the list of tokens."""
        listing = self.query_one(OptionList)
        if self._tokens:
            listing.highlighted = max(0, min((listing.highlighted or 0) + lines, len(self._tokens) - 1))

    def action_all(self) -> None:
        """Tick all tokens, or none if all are ticked."""
        every = {number for number, _ in self._tokens}
        self._picked = set() if every <= self._picked else every
        self._draw(self.query_one(OptionList).highlighted)

    def action_save(self) -> None:
        """Close with the ticked tokens."""
        chosen = {number: (number, text) for number, text in self._tokens if number in self._picked}
        self.dismiss(list(chosen.values()))

    def _ask(self) -> None:
        text = self.query_one(LineInput).value
        if text != self._asked:
            self._asked = text
            self._say("requesting tokens …" if text else "")
            start_worker(self, partial(self._bring, text), group="tokens")

    async def _bring(self, text: str) -> None:
        found = await self._source.tokens(text) if text else []
        if not self.is_mounted or text != self._asked:
            return
        self._tokens = found or []
        self._picked &= {number for number, _ in self._tokens}
        self._draw(0 if found else None)
        words = counted(len(self._tokens), "token") if text else ""
        self._say("This service has no tokenizer endpoint; type the token ids." if found is None else words)

    def _draw(self, highlighted: int | None) -> None:
        listing = self.query_one(OptionList)
        listing.clear_options()
        for number, text in self._tokens:
            listing.add_option(Content(f"{'●' if number in self._picked else '○'} {number:>8}  {note_of(text)}"))
        listing.highlighted = highlighted

    def _say(self, text: str) -> None:
        self.query_one("#state", Static).update(Content(text))
