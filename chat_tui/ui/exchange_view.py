"""Feeds a running exchange into the transcript, which paints at its own rate."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from chat_tui.domain.events import Attempted, Step
from chat_tui.engine.exchange import Exchange
from chat_tui.ui.conversation_view import live_key, shown_choice
from chat_tui.ui.tool_cards import coming_calls

if TYPE_CHECKING:
    from chat_tui.ui.transcript.widget import Transcript


class ExchangeView:
    """Follows one exchange at a time: listens to the engine and writes to the transcript."""

    def __init__(
        self,
        transcript: Callable[[], Transcript],
        ticks_s: Callable[[], float],
        ended: Callable[[Exchange], None],
        elsewhere: Callable[[Exchange], bool] = lambda _: False,
    ) -> None:
        """Create a view.

        Args:
            transcript: Returns the transcript to which replies are appended.
            ticks_s: The monotonic clock.
            ended: Called with each exchange when it ends.
            elsewhere: Whether a reply of several choices is shown in another view, so the transcript does not show it.
        """
        self._transcript = transcript
        self._ticks_s = ticks_s
        self._ended = ended
        self._elsewhere = elsewhere
        self.exchange: Exchange | None = None
        """The running exchange; None while nothing runs."""
        self.waiting_since_s = 0.0
        """When the current wait before a retry began, on the monotonic clock."""
        self.data_at_s = 0.0
        """When data last arrived, on the monotonic clock."""
        self._content = self._reasoning = 0

    def begin(self, exchange: Exchange) -> None:
        """Follow an exchange from its start."""
        self.exchange = exchange
        self.waiting_since_s = self.data_at_s = self._ticks_s()
        self._content = self._reasoning = 0

    def listen(self, exchange: Exchange, step: Step) -> None:
        """Process a step of an exchange. Of an exchange that is not followed, only the end matters."""
        self.data_at_s = self._ticks_s()
        if isinstance(step, Attempted):
            self.waiting_since_s = self.data_at_s
        if exchange is self.exchange:
            self._grow(exchange)
        if exchange.done:
            self.exchange = None if exchange is self.exchange else self.exchange
            self._ended(exchange)

    def caught_up(self) -> None:
        """Mark all text received so far as shown, after the transcript was rebuilt from the workbench."""
        choice = shown_choice(self.exchange.reply) if self.exchange is not None else None
        self._content = len(choice.said()) if choice is not None else 0
        self._reasoning = len(choice.reasoning) if choice is not None else 0

    def _grow(self, exchange: Exchange) -> None:
        choice = shown_choice(exchange.reply)
        if choice is None or (len(exchange.reply.choices) > 1 and self._elsewhere(exchange)):
            return
        said = choice.said()
        text = "".join(said[self._content :])
        thinking = "".join(choice.reasoning[self._reasoning :])
        self._content, self._reasoning = len(said), len(choice.reasoning)
        calling = choice.tool_calls.states or choice.function_call
        self._transcript().grow(live_key(exchange), text, thinking, partial(coming_calls, choice) if calling else None)
