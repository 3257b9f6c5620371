"""Feeds a running exchange into the transcript, which paints at its own pace."""

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
    """The view of one exchange at a time: a listener of the engine, a writer of the transcript."""

    def __init__(
        self,
        transcript: Callable[[], Transcript],
        ticks_s: Callable[[], float],
        ended: Callable[[Exchange], None],
        elsewhere: Callable[[Exchange], bool] = lambda _: False,
    ) -> None:
        """Make a view.

        Args:
            transcript: Where replies grow.
            ticks_s: The monotonic clock.
            ended: Told of each exchange that is over.
            elsewhere: Whether a reply of several choices was shown somewhere else, and need not be in the transcript.
        """
        self._transcript = transcript
        self._ticks_s = ticks_s
        self._ended = ended
        self._elsewhere = elsewhere
        self.exchange: Exchange | None = None
        """The running one; None while nothing runs."""
        self.waiting_since_s = 0.0
        """When the present wait before a retry began, on the monotonic clock."""
        self.data_at_s = 0.0
        """When something last came, on that clock."""
        self._content = self._reasoning = 0

    def begin(self, exchange: Exchange) -> None:
        """Follow an exchange from its start."""
        self.exchange = exchange
        self.waiting_since_s = self.data_at_s = self._ticks_s()
        self._content = self._reasoning = 0

    def listen(self, exchange: Exchange, step: Step) -> None:
        """A step of an exchange. One that is no longer on the screen is only told when it ends."""
        self.data_at_s = self._ticks_s()
        if isinstance(step, Attempted):
            self.waiting_since_s = self.data_at_s
        if exchange is self.exchange:
            self._grow(exchange)
        if exchange.done:
            self.exchange = None if exchange is self.exchange else self.exchange
            self._ended(exchange)

    def caught_up(self) -> None:
        """The transcript was given everything there is so far by other means."""
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
