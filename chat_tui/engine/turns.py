"""Looks up exchanges: the one behind a message, the one before another, and what each one sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.settings import SessionSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat_tui.domain.conversation import Node
    from chat_tui.domain.merging.choice import ChoiceState
    from chat_tui.engine.exchange import Exchange
    from chat_tui.engine.workbench import Workbench

Turn: TypeAlias = "Exchange | RecordedExchange"


def turn_of(bench: Workbench, node_id: str) -> Turn | None:
    """Return the exchange that produced a message; for a user message, the last one that sent it."""
    node = bench.conversation.nodes.get(node_id)
    if node is None:
        return None
    if node.exchange is not None:
        return bench.exchanges.get(node.exchange)
    return next((turn for turn in reversed(bench.exchanges.values()) if turn.head == node_id), None)


def choice_of(bench: Workbench, node: Node) -> ChoiceState | None:
    """Return the choice of a reply that became this message; None if the message is not a reply."""
    turn = turn_of(bench, node.id) if node.exchange is not None else None
    choices = turn.reply.choices if turn is not None else ()
    return next((choice for choice in choices if choice.index == (node.choice or 0)), None)


def last_turn(bench: Workbench) -> Turn | None:
    """Return the latest exchange on the selected path, including running and failed ones."""
    return _last(bench, bench.conversation.path(), also_unanswered=True)


def turn_before(bench: Workbench, turn: Turn) -> Turn | None:
    """Return the exchange whose reply this one's request continues; None for the first."""
    return _last(bench, bench.conversation.at(turn.head).path()[:-1], also_unanswered=False)


def try_before(bench: Workbench, turn: Turn) -> Turn | None:
    """Return the previous exchange that answered the same message."""
    tries = [other for other in bench.exchanges.values() if other.head == turn.head]
    place = next((index for index, other in enumerate(tries) if other is turn), 0)
    return tries[place - 1] if place else None


def asked_of(turn: Turn) -> JsonObject:
    """Return the body that was sent, without its messages; cheap for recorded exchanges."""
    if isinstance(turn, RecordedExchange):
        return turn.asked
    return {name: value for name, value in turn.call.body.items() if name != "messages"}


def body_of(turn: Turn) -> JsonObject:
    """Return the body that was sent; for a recorded exchange, read from the session file."""
    body = turn.request.get("body") if isinstance(turn, RecordedExchange) else turn.call.body
    return body if isinstance(body, dict) else {}


def settings_of(bench: Workbench, turn: Turn) -> SessionSettings:
    """Return the settings of a request. If the file lacks them, they are derived from the body's members."""
    if turn.settings is not None:
        return turn.settings
    body = body_of(turn)
    model, provider = body.get("model"), turn.request.get("provider")
    return SessionSettings(
        provider=provider if isinstance(provider, str) else bench.settings.provider,
        model=model if isinstance(model, str) else bench.settings.model,
        parameters={name: value for name, value in body.items() if name not in ("model", "messages")},
        system=_system_of(body, len(bench.conversation.at(turn.head).path())),
    )


def _last(bench: Workbench, path: Sequence[Node], *, also_unanswered: bool) -> Turn | None:
    for node in reversed(path):
        if node.exchange is None and not also_unanswered:
            continue
        turn = turn_of(bench, node.id)
        if turn is not None:
            return turn
    return None


def _system_of(body: JsonObject, said: int) -> str | None:
    """Return the body's system prompt: its first message, if the body has one more than the conversation had."""
    messages = body.get("messages")
    first = messages[0] if isinstance(messages, list) and len(messages) == said + 1 else None
    if not isinstance(first, dict) or first.get("role") not in ("system", "developer"):
        return None
    content = first.get("content")
    return content if isinstance(content, str) else None
