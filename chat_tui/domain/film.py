"""Lay a recorded session out on a timeline for playback: every recorded item in order, each with its time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeAlias

from msgspec import Struct

from chat_tui.domain.arrivals import Arrivals
from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.json_values import JsonObject, value_at
from chat_tui.domain.session import RecordedExchange, Session, first_words
from chat_tui.domain.times import LONGEST_S, seconds_in

GAP_S: Final = 2.0
"""Default for the longest pause between two turns."""
_READING_S: Final = 1.0
"""Time between messages that were not sent (typed or imported), for which no times are known."""


class Asked(Struct, frozen=True):
    """The request was sent."""


class Retried(Struct, frozen=True):
    """An attempt failed; the next one follows after a wait."""

    number: int
    words: str
    wait_s: float


class Answered(Struct, frozen=True):
    """Status and headers arrived."""


class Ended(Struct, frozen=True):
    """The exchange ended, or its recording stops here."""


class Selected(Struct, frozen=True):
    """Another path of the conversation was selected."""

    head: str | None


Item: TypeAlias = Node | Asked | Retried | Answered | StreamEvent | Comment | Ended | Selected


class Frame(Struct, frozen=True):
    """One item of a turn and its time."""

    at_s: float
    """Seconds since the start of its turn."""
    item: Item


class FilmTurn(Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """Messages that were written together, and the exchange that followed them, if any."""

    start_s: float
    """Seconds since the start of the film."""
    length_s: float
    written: tuple[Node, ...]
    exchange: RecordedExchange | None = None
    replies: tuple[Node, ...] = ()
    """The messages that the exchange produced."""
    selected: tuple[str | None, ...] = ()
    """The path selected at the end of the film, if it differs."""
    written_before: int = 0
    """Number of messages of ``Film.nodes`` before the turn."""
    idle_s: float | None = None
    """Longest pause between two items, in seconds; None: as recorded."""

    @property
    def end_s(self) -> float:
        """Seconds from the start of the film to the end of the turn."""
        return self.start_s + self.length_s

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """The items in order of time. The first access parses the events of the exchange."""
        return _frames(self.written, self.exchange, self.selected, self.idle_s)

    @property
    def title(self) -> str:
        """The first words of the last message written in the turn."""
        return first_words(text_of(self.written[-1].message)) if self.written else ""


class Film(Struct, frozen=True, dict=True, eq=False):
    """A session laid out on a timeline.

    The length of a turn is taken from its recorded end: unless pauses are cut, events are parsed only when shown.
    """

    session: Session
    turns: tuple[FilmTurn, ...]
    nodes: tuple[Node, ...]
    """Every message, in order of appearance."""

    @property
    def length_s(self) -> float:
        """Seconds from the first message to the last end."""
        return self.turns[-1].end_s if self.turns else 0.0

    @cached_property
    def starts(self) -> tuple[float, ...]:
        """Start of each turn, in seconds."""
        return tuple(turn.start_s for turn in self.turns)

    def turn_at(self, time_s: float) -> int:
        """Return the index of the turn that plays at a time, or has ended last by then; 0 for an empty film."""
        return max(0, bisect_right(self.starts, time_s) - 1)


def film_of(session: Session, *, gap_s: float = GAP_S, idle_s: float | None = None) -> Film:
    """Lay a session out on a timeline.

    Args:
        session: May be complete, truncated or damaged; whatever could be read is played.
        gap_s: Longest pause between two turns; shorter ones are unchanged.
        idle_s: Longest pause within a turn; None: every turn keeps its recorded timing.

    Returns:
        The film; it has no turns if the session has no message and no exchange.
    """
    turns: list[FilmTurn] = []
    nodes: list[Node] = []
    replies = _replies(session)
    end_s = 0.0
    for written, exchange in _groups(session, replies):
        before = turns[-1] if turns else None
        start_s = end_s + (_gap(before.exchange, exchange, gap_s) if before is not None else 0.0)
        turn = FilmTurn(
            start_s=start_s,
            length_s=_length(written, exchange, idle_s),
            written=written,
            exchange=exchange,
            replies=replies.get(exchange.id, ()) if exchange is not None else (),
            written_before=len(nodes),
            idle_s=idle_s,
        )
        nodes += [*turn.written, *turn.replies]
        turns.append(turn)
        end_s = turn.end_s
    head = session.conversation.head
    if turns and head_after(turns[-1]) != head:
        turns.append(
            FilmTurn(start_s=end_s + gap_s, length_s=0.0, written=(), selected=(head,), written_before=len(nodes))
        )
    return Film(session, tuple(turns), tuple(nodes))


def head_after(turn: FilmTurn) -> str | None:
    """Return the head after a turn: its first reply, else the message it answers, else the last one written."""
    if turn.selected:
        return turn.selected[-1]
    if turn.replies:
        return turn.replies[0].id
    if turn.exchange is not None and turn.exchange.head is not None:
        return turn.exchange.head
    return turn.written[-1].id if turn.written else None


def _replies(session: Session) -> dict[str, tuple[Node, ...]]:
    found: dict[str, tuple[Node, ...]] = {}
    for node in session.conversation.nodes.values():
        if node.exchange in session.exchanges and node.exchange is not None:
            found[node.exchange] = (*found.get(node.exchange, ()), node)
    return found


_Group: TypeAlias = tuple[tuple[Node, ...], RecordedExchange | None]


def _groups(session: Session, replies: Mapping[str, Sequence[Node]]) -> Iterator[_Group]:
    """Yield messages and exchanges in the order they happened; each user message starts a turn."""
    nodes = session.conversation.nodes
    places = {node_id: place for place, node_id in enumerate(nodes)}
    written = [node for node in nodes.values() if node.exchange not in session.exchanges]
    done = 0
    for exchange in session.exchanges.values():
        own = replies.get(exchange.id)
        until = places[own[0].id] if own else places.get(exchange.head or "", -1) + 1
        first = done
        while done < len(written) and places[written[done].id] < until:
            done += 1
        *alone, last = list(_prompts(written[first:done])) or [()]
        yield from ((group, None) for group in alone)
        yield last, exchange
    yield from ((group, None) for group in _prompts(written[done:]))


def _prompts(written: Sequence[Node]) -> Iterator[tuple[Node, ...]]:
    group: list[Node] = []
    for node in written:
        if group and node.message.get("role") == "user":
            yield tuple(group)
            group = []
        group.append(node)
    if group:
        yield tuple(group)


def _gap(before: RecordedExchange | None, after: RecordedExchange | None, most_s: float) -> float:
    """Return the pause between the end of one exchange and the start of the next, as far as their end records tell."""
    ended, next_ended = (_time_ms(each.end if each is not None else None) for each in (before, after))
    total = _total_s(after) if after is not None else None
    if ended is None or next_ended is None or total is None:
        return most_s
    return min(most_s, max(0.0, (next_ended - ended) / 1000 - total))


def _length(written: Sequence[Node], exchange: RecordedExchange | None, idle_s: float | None) -> float:
    total = _total_s(exchange) if exchange is not None and not exchange.attempts and idle_s is None else None
    if total is not None:
        return total
    return _frames(written, exchange, (), idle_s)[-1].at_s


def _frames(
    written: Sequence[Node], exchange: RecordedExchange | None, selected: Sequence[str | None], idle_s: float | None
) -> tuple[Frame, ...]:
    if exchange is None:
        items: list[Item] = [*written, *(Selected(head) for head in selected)]
        return tuple(Frame(place * _READING_S, item) for place, item in enumerate(items))
    found = [Frame(0.0, node) for node in written]
    found += _paced(_of_exchange(exchange), idle_s)
    return tuple(found)


def _paced(happened: Sequence[Frame], idle_s: float | None) -> Iterator[Frame]:
    """Yield the frames with monotonic times and no pause longer than ``idle_s``."""
    before_s = now_s = 0.0
    for frame in happened:
        at_s = max(before_s, frame.at_s) if math.isfinite(frame.at_s) else before_s
        pause = at_s - before_s
        now_s += pause if idle_s is None else min(pause, idle_s)
        before_s = at_s
        yield Frame(at_s if idle_s is None else now_s, frame.item)


def _of_exchange(exchange: RecordedExchange) -> list[Frame]:
    tries = list(_tries(exchange))
    sent_s = tries[-1][0] + tries[-1][1].wait_s if tries else 0.0
    frames = [Frame(0.0, Asked()), *(Frame(tried_s, tried) for tried_s, tried in tries)]
    arrivals = Arrivals()
    arrivals.take(exchange.events, exchange.comments)
    total = _total_s(exchange)
    stopped = exchange.end is not None and exchange.end.get("outcome") == "stopped"
    end_s = LONGEST_S if total is None else total if stopped and total > sent_s else sent_s + total
    times = [min(sent_s + item.at_s, end_s) for item in arrivals.items]
    if exchange.status is not None:
        first_s = sent_s + (exchange.first_byte_s or 0.0)
        frames.append(Frame(min(first_s, end_s, *times[:1]), Answered()))
    frames += [Frame(at_s, item) for at_s, item in zip(times, arrivals.items, strict=True)]
    latest = max((frame.at_s for frame in frames if math.isfinite(frame.at_s)), default=0.0)
    return [*frames, Frame(latest if total is None else end_s, Ended())]


def _tries(exchange: RecordedExchange) -> Iterator[tuple[float, Retried]]:
    """Yield failed attempts with their times; without a recorded time, an attempt directly follows the wait."""
    began = _time_ms(exchange.request) if exchange.attempts else None
    due_s = 0.0
    for place, attempt in enumerate(exchange.attempts, 1):
        at = _time_ms(attempt)
        if at is not None and began is not None:
            due_s = max(due_s, (at - began) / 1000)
        number, words = attempt.get("number"), value_at(attempt, ("problem", "message"))
        wait_s = seconds_in(attempt.get("wait_s")) or 0.0
        words = words if isinstance(words, str) else ""
        yield due_s, Retried(number if isinstance(number, int) else place, words, wait_s)
        due_s += wait_s


def _total_s(exchange: RecordedExchange) -> float | None:
    """Return the duration of an exchange, if its end record contains it."""
    return seconds_in(value_at(exchange.end, ("timing", "total_s"))) if exchange.end is not None else None


def _time_ms(record: JsonObject | None) -> float | None:
    time = record.get("t") if record is not None else None
    return float(time) if isinstance(time, int | float) and not isinstance(time, bool) and abs(time) < 1e15 else None
