"""Opens the tokens of the current message, or says how to request them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.tokens import asking_names, entries_of, tokens_of
from chat_tui.engine.turns import turn_of

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class TokenView:
    """Shows the tokens of one choice."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def show(self) -> None:
        """Show the tokens of the message under the cursor, else of the last message."""
        from chat_tui.ui.screens.tokens import TokensScreen

        bench = self._screen.bench
        key = self._screen.transcript.cursor or bench.conversation.head or ""
        node = bench.conversation.nodes.get(key)
        turn = turn_of(bench, key) if node is not None else None
        wanted = node.choice or 0 if node is not None else 0
        choices = turn.reply.choices if turn is not None else []
        choice = next((choice for choice in choices if choice.index == wanted), None)
        tokens = tokens_of(entries_of(choice.logprobs)) if choice is not None else []
        if tokens:
            self._screen.app.push_screen(TokensScreen(tokens))
        else:
            self._screen.tell(self._how(), severity="warning")

    def _how(self) -> str:
        names = asking_names(self._screen.services.catalogue, self._screen.panel_view.provider())
        if not names:
            return "This message has no token probabilities, and this provider is not known to report them."
        return f"This message has no token probabilities. Set {' and '.join(names)} and send again."
