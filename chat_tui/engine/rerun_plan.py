"""Plans a rerun: the turns of the selected path with their recorded settings and the requested changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from chat_tui.domain.checks import check
from chat_tui.domain.conversation import text_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.outgoing import outgoing
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import first_words
from chat_tui.domain.settings import SessionSettings, request_body
from chat_tui.engine.knowing import known_of
from chat_tui.engine.refusing import BlockedError, no_model, refuse_busy
from chat_tui.engine.turns import settings_of

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.conversation import Node
    from chat_tui.engine.turns import Turn
    from chat_tui.engine.workbench import Workbench

Change: TypeAlias = Callable[[SessionSettings], SessionSettings]


class Span(Struct, frozen=True):
    """A range of turn numbers, from 1; None: unbounded on that side."""

    first: int | None = None
    last: int | None = None

    @staticmethod
    def of(text: str) -> Span:
        """Parse ``3``, ``2..4``, ``2..`` or ``..4``.

        Raises:
            ValueError: The text has none of these forms, or the range is empty.
        """
        first, dots, last = text.partition("..")
        span = Span(int(first) if first else None, int(last) if last else None)
        if not dots:
            span = Span(span.first, span.first)
        if span.first is None and span.last is None:
            raise ValueError(f"{text!r} is not a range of turns")
        if (span.first or 1) < 1 or (span.last is not None and span.last < (span.first or 1)):
            raise ValueError(f"{text!r} is not a range of turns")
        return span

    def __contains__(self, number: int) -> bool:
        return (self.first or 1) <= number and (self.last is None or number <= self.last)


class RerunTurn(Struct, frozen=True, kw_only=True, eq=False):
    """One reply that is requested again."""

    number: int
    """Position among the requested replies of the path, from 1."""
    node: Node
    """The recorded reply."""
    path: Sequence[Node]
    """The selected path, the same for every turn."""
    place: int
    """Index of the reply on the path; at least 1."""
    exchange: Turn
    before: SessionSettings
    """The settings when it was recorded."""
    settings: SessionSettings
    provider: Provider | None
    """The provider it is sent to; None if unknown."""
    bench: Workbench
    """The session."""

    @property
    def head(self) -> str:
        """Id of the message it answers."""
        return self.path[self.place - 1].id

    @property
    def body(self) -> JsonObject:
        """The body that is sent, with the recorded history."""
        return request_body(self.settings, outgoing(self.provider, self.messages))

    @property
    def messages(self) -> list[JsonObject]:
        """The recorded history."""
        return self.bench.history_to(self.settings.provider, self.head)

    @property
    def prompt(self) -> str:
        """The first words of the message it answers."""
        return first_words(text_of(self.path[self.place - 1].message))


class RerunPlan(Struct, frozen=True, kw_only=True, eq=False):
    """The requests of a rerun; creating a plan sends nothing."""

    turns: tuple[RerunTurn, ...]
    """The turns in order; at least one."""
    follow: bool = False
    """Whether each turn continues from the new replies instead of the recorded ones."""


def plan_rerun(bench: Workbench, change: Change, *, follow: bool = False, span: Span | None = None) -> RerunPlan:
    """Plan a rerun of the selected path's turns.

    Messages that no service produced (imported or hand-written) are history, not turns.

    Args:
        bench: The session.
        change: Maps a turn's recorded settings to the new ones; called once per turn.
        follow: As in ``RerunPlan``.
        span: Only these turns.

    Raises:
        ProblemError: A reply is running; there is nothing to send; the provider is unknown; no model is selected; or
            the changes break a rule that the recorded settings do not break.
    """
    refuse_busy(running=bench.running, read_only=False)
    recorded = recorded_turns(bench)
    if not recorded:
        raise _nothing("This session has no reply from a service", "Send a message first.")
    turns = tuple(
        _turn(bench, number, recorded_turn, change)
        for number, recorded_turn in enumerate(recorded, 1)
        if span is None or number in span
    )
    if not turns:
        raise _nothing(f"No such turn: the session has {len(recorded)}", "Turns are numbered from 1.")
    for turn in _one_of_each_kind(turns):
        _refuse(bench, turn)
    return RerunPlan(turns=turns, follow=follow)


_Recorded: TypeAlias = "tuple[Sequence[Node], int, Turn]"


def recorded_turns(bench: Workbench) -> list[_Recorded]:
    """Return the replies that a service produced: the selected path, the index on it, the exchange."""
    path = bench.conversation.path()
    exchanges = (bench.exchanges.get(node.exchange or "") for node in path)
    return [(path, place, exchange) for place, exchange in enumerate(exchanges) if place and exchange is not None]


def _turn(bench: Workbench, number: int, recorded: _Recorded, change: Change) -> RerunTurn:
    path, place, exchange = recorded
    before = settings_of(bench, exchange)
    return RerunTurn(
        number=number,
        node=path[place],
        path=path,
        place=place,
        exchange=exchange,
        before=before,
        settings=(settings := change(before)),
        provider=bench.services.providers.get(settings.provider),
        bench=bench,
    )


def _one_of_each_kind(turns: Sequence[RerunTurn]) -> list[RerunTurn]:
    """Of turns with equal old and new settings, return the last: its history includes that of the others."""
    kinds: list[RerunTurn] = []
    for turn in turns:
        alike = (place for place, kind in enumerate(kinds) if _alike(kind, turn))
        place = next(alike, None)
        if place is None:
            kinds.append(turn)
        else:
            kinds[place] = turn
    return kinds


def _alike(one: RerunTurn, other: RerunTurn) -> bool:
    return one.settings == other.settings and one.before == other.before


def _refuse(bench: Workbench, turn: RerunTurn) -> None:
    services, settings = bench.services, turn.settings
    provider = services.providers.get(settings.provider)
    if provider is None:
        what = f"The provider of turn {turn.number}, {settings.provider!r}, is not configured"
        raise ProblemError(Problem(kind="usage", what=what, hint="Choose another: --provider ID or --base-url URL."))
    if not settings.model and provider.key_required:
        raise ProblemError(no_model(provider))
    if services.options.validation != "block" or settings == turn.before:
        return
    messages = turn.messages
    known = check(services.catalogue, services.providers.get(turn.before.provider, provider), turn.before, messages)
    found = check(services.catalogue, provider, settings, messages, known_of(services, settings))
    errors = [finding for finding in found if finding.level == "error" and finding not in known]
    if errors:
        raise BlockedError(errors, messages)


def providers_of(turns: Sequence[RerunTurn]) -> list[str]:
    """Return the providers of the turns, without duplicates."""
    return list(dict.fromkeys(turn.settings.provider for turn in turns))


def _nothing(what: str, hint: str) -> ProblemError:
    return ProblemError(Problem(kind="session", what=what, hint=hint))
