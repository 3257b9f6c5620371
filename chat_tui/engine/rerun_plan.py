"""What a rerun would send: the turns of the selected path, each as it was asked, with changes on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from chat_tui.domain.checks import check
from chat_tui.domain.conversation import text_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import first_words
from chat_tui.domain.settings import SessionSettings, request_body
from chat_tui.engine.knowing import known_of
from chat_tui.engine.refusing import BlockedError, no_model, refuse_busy
from chat_tui.engine.turns import settings_of

if TYPE_CHECKING:
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
    head: str
    """The message it answers."""
    exchange: Turn
    before: SessionSettings
    """What was set when it was recorded."""
    settings: SessionSettings
    body: JsonObject
    """With the recorded history."""

    @property
    def prompt(self) -> str:
        """The first words of what it answers."""
        messages = self.body.get("messages")
        last = messages[-1] if isinstance(messages, list) and messages else None
        return first_words(text_of(last)) if isinstance(last, dict) else ""


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
    chosen = [(number, *pair) for number, pair in enumerate(recorded, 1) if span is None or number in span]
    if not chosen:
        raise _nothing(f"There is no such turn: the session has {len(recorded)}", "Turns count from 1.")
    turns = tuple(_turn(bench, number, node, exchange, change) for number, node, exchange in chosen)
    for turn in turns:
        _refuse(bench, turn)
    return RerunPlan(turns=turns, follow=follow)


def recorded_turns(bench: Workbench) -> list[tuple[Node, Turn]]:
    """The replies of the selected path with the exchanges that made them."""
    path = bench.conversation.path()
    pairs = ((node, bench.exchanges.get(node.exchange)) for node in path if node.exchange is not None)
    return [(node, exchange) for node, exchange in pairs if exchange is not None and exchange.head is not None]


def _turn(bench: Workbench, number: int, node: Node, exchange: Turn, change: Change) -> RerunTurn:
    before = settings_of(bench, exchange)
    settings = change(before)
    head = exchange.head or ""
    messages = [each.message for each in bench.conversation.at(head).path()]
    body = request_body(settings, messages)
    return RerunTurn(
        number=number, node=node, head=head, exchange=exchange, before=before, settings=settings, body=body
    )


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
    messages = [each.message for each in bench.conversation.at(turn.head).path()]
    errors = [
        finding
        for finding in check(services.catalogue, provider, settings, messages, known_of(services, settings))
        if finding.level == "error"
    ]
    if errors:
        recorded = services.providers.get(turn.before.provider, provider)
        known = check(services.catalogue, recorded, turn.before, messages)
        errors = [finding for finding in errors if finding not in known]
    if errors:
        raise BlockedError(errors, messages)


def providers_of(turns: Sequence[RerunTurn]) -> list[str]:
    """Whom the turns ask, each once."""
    return list(dict.fromkeys(turn.settings.provider for turn in turns))


def _nothing(what: str, hint: str) -> ProblemError:
    return ProblemError(Problem(kind="session", what=what, hint=hint))
