"""An exchange during playback: a recorded exchange of which only the first part has arrived."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import field
from msgspec.structs import replace

from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.reply import Reply
from chat_tui.domain.session import RecordedExchange


class PlayedExchange(RecordedExchange, frozen=True, kw_only=True, dict=True, eq=False):
    """A recorded exchange, played up to some point.

    While it is running, its ``reply`` is open and grows; afterwards the reply is computed from the played events, as
    for any recorded exchange.
    """

    arrived: list[StreamEvent] = field(default_factory=list)
    commented: list[Comment] = field(default_factory=list)
    running: bool = True

    @property
    def events(self) -> Sequence[StreamEvent]:
        """The events so far."""
        return self.arrived

    @property
    def comments(self) -> Sequence[Comment]:
        """The comments so far."""
        return self.commented

    def take(self, arrival: StreamEvent | Comment) -> None:
        """Add the next event or comment."""
        if isinstance(arrival, Comment):
            self.commented.append(arrival)
        else:
            self.arrived.append(arrival)
            self.reply.apply(arrival)


def asked(exchange: RecordedExchange) -> PlayedExchange:
    """Return the exchange right after its request was sent."""
    members = {name: getattr(exchange, name) for name in exchange.__struct_fields__}
    members |= {"request_source": lambda: exchange.request, "batches": ()}
    members |= {"attempts": (), "status": None, "headers": {}, "first_byte_s": None, "end": None}
    return _open(PlayedExchange(**members), Reply(plain=exchange.plain))


def retried(playing: PlayedExchange, exchange: RecordedExchange) -> PlayedExchange:
    """Return the exchange after one more failed attempt."""
    return _open(replace(playing, attempts=exchange.attempts[: len(playing.attempts) + 1]), playing.reply)


def answered(playing: PlayedExchange, exchange: RecordedExchange) -> PlayedExchange:
    """Return the exchange after status and headers arrived."""
    response = replace(playing, status=exchange.status, headers=exchange.headers, first_byte_s=exchange.first_byte_s)
    return _open(response, playing.reply)


def ended(playing: PlayedExchange, exchange: RecordedExchange) -> PlayedExchange:
    """Return the exchange after its end (or the end of its recording), with a closed reply."""
    return replace(
        playing,
        attempts=exchange.attempts,
        status=exchange.status,
        headers=exchange.headers,
        first_byte_s=exchange.first_byte_s,
        end=exchange.end,
        running=False,
    )


def _open(playing: PlayedExchange, reply: Reply) -> PlayedExchange:
    """Attach the open reply, in place of the cached property of a recorded exchange."""
    vars(playing)["reply"] = reply
    return playing
