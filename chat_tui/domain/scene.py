"""State of a film at one moment, computed by applying its frames from the start of a turn."""

from __future__ import annotations

from itertools import islice

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.film import Answered, Asked, Ended, Film, Item, Retried, Selected, head_after
from chat_tui.domain.played import PlayedExchange, answered, asked, ended, retried
from chat_tui.domain.session import RecordedExchange


class Scene:
    """The state at the start of a turn; ``take`` advances it frame by frame.

    Args:
        film: The film.
        number: Index of the turn, from 0.
    """

    conversation: Conversation
    """The messages that exist at this moment, with the selected path."""
    exchanges: dict[str, RecordedExchange]
    """The exchanges that have begun, in order."""
    playing: PlayedExchange | None
    """The exchange in progress."""
    waiting: Retried | None
    """The failed attempt whose retry is pending."""

    def __init__(self, film: Film, number: int) -> None:
        self.turn = film.turns[number] if film.turns else None
        before = film.turns[:number]
        written = self.turn.written_before if self.turn is not None else 0
        head = head_after(before[-1]) if before else None
        self.conversation = Conversation.of(islice(film.nodes, written), head)
        self.exchanges = {turn.exchange.id: turn.exchange for turn in before if turn.exchange is not None}
        self.playing = None
        self.waiting = None

    @property
    def record(self) -> RecordedExchange | None:
        """The exchange in progress, or else the last one."""
        return next(reversed(self.exchanges.values()), None)

    def take(self, item: Item) -> None:
        """Apply the next frame of this turn."""
        if isinstance(item, StreamEvent | Comment):
            self.waiting = None
            if self.playing is not None:
                self.playing.take(item)
        elif isinstance(item, Node):
            self.conversation = self.conversation.add(item)
        elif isinstance(item, Selected):
            self.conversation = self.conversation.at(item.head)
        elif self.turn is not None and self.turn.exchange is not None:
            self._go_on(item, self.turn.exchange)

    def _go_on(self, item: Asked | Retried | Answered | Ended, exchange: RecordedExchange) -> None:
        playing = self.playing
        self.waiting = item if isinstance(item, Retried) else None
        if isinstance(item, Asked):
            playing = asked(exchange)
            self.conversation = self.conversation.at(exchange.head or self.conversation.head)
        elif playing is None:
            return
        elif isinstance(item, Retried):
            playing = retried(playing, exchange)
        elif isinstance(item, Answered):
            playing = answered(playing, exchange)
        else:
            playing = ended(playing, exchange)
            self._add_replies()
        self.exchanges[exchange.id] = playing
        self.playing = playing if playing.running else None

    def _add_replies(self) -> None:
        if self.turn is None:
            return
        for node in self.turn.replies:
            self.conversation = self.conversation.add(node)
        self.conversation = self.conversation.at(head_after(self.turn))
