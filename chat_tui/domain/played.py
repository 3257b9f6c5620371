"""An exchange during playback: a recorded one of which only the first part has arrived."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import field
from msgspec.structs import replace

from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.reply import Reply
from chat_tui.domain.session import RecordedExchange


class PlayedExchange(RecordedExchange, frozen=True, kw_only=True, dict=True, eq=False):
    """A recorded exchange of which only a part has happened yet.

    As long as it runs its ``reply`` is open and grows; once it has ended, the reply is made of the played events just
    as a recorded one is made of the recorded events.
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
        """One more has come."""
        if isinstance(arrival, Comment):
            self.commented.append(arrival)
        else:
            self.arrived.append(arrival)
            self.reply.apply(arrival)


def asked(exchange: RecordedExchange) -> PlayedExchange:
    """An exchange right after its request went out."""
    members = {name: getattr(exchange, name) for name in exchange.__struct_fields__}
    members |= {"request_source": lambda: exchange.request, "batches": ()}
    members |= {"attempts": (), "status": None, "headers": {}, "first_byte_s": None, "end": None}
    return _open(PlayedExchange(**members), Reply(plain=exchange.plain))


def retried(playing: PlayedExchange, exchange: RecordedExchange) -> PlayedExchange:
    """The same after one more try failed."""
    return _open(replace(playing, attempts=exchange.attempts[: len(playing.attempts) + 1]), playing.reply)


def answered(playing: PlayedExchange, exchange: RecordedExchange) -> PlayedExchange:
    """The same after status and headers came."""
    response = replace(playing, status=exchange.status, headers=exchange.headers, first_byte_s=exchange.first_byte_s)
    return _open(response, playing.reply)


def ended(playing: PlayedExchange, exchange: RecordedExchange) -> PlayedExchange:
    """The same after its end, which may be that the recording breaks off; its reply is closed."""
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
    """Give it its open reply; it stands where the folded one of a recorded exchange is remembered."""
    vars(playing)["reply"] = reply
    return playing
