"""Shows the tokens of a message, each with its probability and its alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Static

from chat_tui.domain.counts import counted
from chat_tui.domain.json_values import dump_json
from chat_tui.domain.literal import visible_line
from chat_tui.domain.tokens import Alternative, Token
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.cursor_list import CursorList
from chat_tui.ui.panel.editors.dialog import Dialog, line

_TOKEN_CELLS: Final = 18
_BAR_CELLS: Final = 10
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_DOUBTFUL: Final = 0.5


class TokenList(CursorList):
    """The list of tokens, one per line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("n", "next_doubtful", "Next uncertain", show=False)]

    class Moved(Message):
        """The cursor is on another token."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__()
        self._tokens = tokens

    @property
    def row_count(self) -> int:
        """The number of tokens."""
        return len(self._tokens)

    def go_to(self, row: int) -> None:
        """Move the cursor and post ``Moved``."""
        super().go_to(row)
        self.post_message(self.Moved())

    def action_next_doubtful(self) -> None:
        """Move to the next token that was not the likeliest or had a low probability, wrapping around."""
        count = len(self._tokens)
        places = ((self.cursor + step) % count for step in range(1, count + 1))
        self.go_to(next((place for place in places if doubtful(self._tokens[place])), self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked row."""
        row = self.row_at(event)
        if row is not None:
            self.go_to(row)

    def render_line(self, y: int) -> Strip:
        """Render one token: its text, a bar, its probability, the alternatives."""
        index = y + self.scroll_offset.y
        if index >= len(self._tokens):
            return LineBuilder(self.ink, self.width).strip()
        token = self._tokens[index]
        built = LineBuilder(self.ink, self.width, "current" if index == self.cursor else "")
        built.put(f"{index + 1:>5} ", "faint")
        built.put(quoted(token.whole or token.text), "value" if doubtful(token) else "text", limit=_TOKEN_CELLS)
        built.to(6 + _TOKEN_CELLS + 1)
        built.put(bar(token.probability), _ink(token)).put(f" {percent(token.probability):>7}  ", "quiet")
        built.put(alternatives(token.others), "faint")
        return built.strip()


class TokensScreen(Dialog[None]):
    """Shows all tokens of a message."""

    DEFAULT_CSS = """
    TokensScreen {
        & > .dialog--box { height: 90%; max-width: 110; }
        & TokenList { height: 1fr; margin-top: 1; }
        & #token-others { max-height: 6; margin: 1 0 0 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q,t", "close", "Close", show=False)]

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__()
        self._tokens = tokens

    def compose(self) -> ComposeResult:
        """Compose the title, the tokens and the keys."""
        unsure = sum(doubtful(token) for token in self._tokens)
        with Vertical(classes="dialog--box"):
            yield line(f"{counted(len(self._tokens), 'token')} · {unsure:,} uncertain", "title")
            yield TokenList(self._tokens)
            yield line("", "about", id="token-others")
            yield line("↑↓ move · n next uncertain · esc close", "keys")

    def on_mount(self) -> None:
        """Focus the list."""
        self.query_one(TokenList).focus()
        self.on_token_list_moved()

    def on_token_list_moved(self) -> None:
        """Show all alternatives of the token under the cursor; its row may have room for the first ones only."""
        token = self._tokens[self.query_one(TokenList).cursor]
        self.query_one("#token-others", Static).update(Content(visible_line(alternatives(token.others))))


def doubtful(token: Token) -> bool:
    """Return whether another token was likelier, or this one's probability was below one half."""
    return not token.was_first or (token.probability is not None and token.probability < _DOUBTFUL)


def quoted(text: str) -> str:
    """Quote a token, so that its blanks are visible."""
    return dump_json(text)


def percent(probability: float | None) -> str:
    """Format a probability: ``98.4 %``; ``< 0.1 %`` below that, ``?`` if unknown."""
    if probability is None:
        return "?"
    return "< 0.1 %" if probability < 0.001 else f"{probability * 100:.1f} %"


def bar(probability: float | None) -> str:
    """Format a probability as a bar of ten cells, with a resolution of an eighth of a cell."""
    eighths = round((probability or 0.0) * _BAR_CELLS * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(_BAR_CELLS)


def alternatives(others: Sequence[Alternative]) -> str:
    """Format alternatives: ``"a" 1.2 %   "b" 0.3 %``."""
    return "   ".join(f"{quoted(other.text)} {percent(other.probability)}" for other in others)


def _ink(token: Token) -> str:
    if not token.was_first:
        return "error"
    return "warn" if doubtful(token) else "literal"
