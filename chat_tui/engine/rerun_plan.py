"""What a rerun would send: the turns of the selected path, each as it was asked, with changes on top."""

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
    """Turns by number, from 1; None: no limit on that side."""

    first: int | None = None
    last: int | None = None

    @staticmethod
    def of(text: str) -> Span:
        """``3``, ``2..4``, ``2..`` or ``..4``.

        Raises:
            ValueError: It is none of these, or ends before it begins.
        """
        first, dots, last = text.partition("..")
        span = Span(int(first) if first else None, int(last) if last else None)
        if not dots:
            span = Span(span.first, span.first)
        if span.first is None and span.last is None:
            raise ValueError(f"{text!r} names no turns")
        if (span.first or 1) < 1 or (span.last is not None and span.last < (span.first or 1)):
            raise ValueError(f"{text!r} names no turns")
        return span

    def __contains__(self, number: int) -> bool:
        return (self.first or 1) <= number and (self.last is None or number <= self.last)


class RerunTurn(Struct, frozen=True, kw_only=True, eq=False):
    """One reply that is asked for again."""

    number: int
    """Among the replies of the path that were asked for, from 1."""
    node: Node
    """The recorded reply."""
    path: Sequence[Node]
    """The selected path, the same for every turn."""
    place: int
    """Of the reply on the path; at least 1."""
    exchange: Turn
    before: SessionSettings
    """What was set when it was recorded."""
    settings: SessionSettings
    provider: Provider | None
    """Whom it asks; None where it is not known here."""

    @property
    def head(self) -> str:
        """The message it answers."""
        return self.path[self.place - 1].id

    @property
    def body(self) -> JsonObject:
        """What is sent, with the recorded history."""
        return request_body(self.settings, outgoing(self.provider, self.messages))

    @property
    def messages(self) -> list[JsonObject]:
        """The recorded history."""
        return [node.message for node in self.path[: self.place]]

    @property
    def prompt(self) -> str:
        """The first words of what it answers."""
        return first_words(text_of(self.path[self.place - 1].message))


class RerunPlan(Struct, frozen=True, kw_only=True, eq=False):
    """What would be asked; nothing is sent by having one."""

    turns: tuple[RerunTurn, ...]
    """In order; at least one."""
    follow: bool = False
    """Each turn goes on from the new replies instead of the recorded ones."""


def plan_rerun(bench: Workbench, change: Change, *, follow: bool = False, span: Span | None = None) -> RerunPlan:
    """The turns of the selected path.

    Messages nobody asked a service for (imported, or written by hand) are history, not turns.

    Args:
        bench: The session.
        change: From what was set at a turn to what is set now; asked once a turn.
        follow: As of ``RerunPlan``.
        span: Only these.

    Raises:
        ProblemError: A reply is running; there is nothing to send; a provider nobody knows, no model; the changes break
            a rule that what was recorded does not break.
    """
    refuse_busy(running=bench.running, read_only=False)
    recorded = recorded_turns(bench)
    if not recorded:
        raise _nothing("There is no reply in this session that a service was asked for", "Send a message first.")
    turns = tuple(
        _turn(bench, number, recorded_turn, change)
        for number, recorded_turn in enumerate(recorded, 1)
        if span is None or number in span
    )
    if not turns:
        raise _nothing(f"There is no such turn: the session has {len(recorded)}", "Turns count from 1.")
    for turn in _one_of_each_kind(turns):
        _refuse(bench, turn)
    return RerunPlan(turns=turns, follow=follow)


_Recorded: TypeAlias = "tuple[Sequence[Node], int, Turn]"


def recorded_turns(bench: Workbench) -> list[_Recorded]:
    """The replies that a service was asked for: the selected path, the place on it, the exchange."""
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
    )


def _one_of_each_kind(turns: Sequence[RerunTurn]) -> list[RerunTurn]:
    """Of turns that are asked and were asked alike, the last: its history holds that of the others."""
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
        what = f"The provider of turn {turn.number}, {settings.provider!r}, is not known here"
        raise ProblemError(Problem(kind="usage", what=what, hint="Name another: --provider ID or --base-url URL."))
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
    """Whom the turns ask, each once."""
    return list(dict.fromkeys(turn.settings.provider for turn in turns))


def _nothing(what: str, hint: str) -> ProblemError:
    return ProblemError(Problem(kind="session", what=what, hint=hint))
