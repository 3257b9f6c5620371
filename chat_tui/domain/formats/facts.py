"""Facts about a session's messages for exports: model, time, reasoning, and the messages they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.counts import counted
from chat_tui.domain.formats.tree import Tree
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.reply import ChoiceState
from chat_tui.domain.session import RecordedExchange, Session, first_words
from chat_tui.domain.times import seconds_in

ASSISTANT = "assistant"
SYSTEM = "system"


def role_of(node: Node) -> str:
    """Return the role of a message; ``user`` if it has none."""
    role = node.message.get("role")
    return role if isinstance(role, str) else "user"


def title_of(session: Session) -> str:
    """Return the session's name, else the first words of its first user message, else its id."""
    if session.title:
        return session.title
    first = next((node for node in session.conversation.nodes.values() if role_of(node) == "user"), None)
    return (first_words(text_of(first.message)) if first is not None else "") or session.id


def system_messages(session: Session) -> list[JsonObject]:
    """Return the system prompt as a message; empty if there is none."""
    system = session.settings.system if session.settings is not None else None
    return [{"role": SYSTEM, "content": system}] if system else []


def exchange_of(session: Session, node: Node) -> RecordedExchange | None:
    """Return the exchange that produced a message."""
    return session.exchanges.get(node.exchange) if node.exchange is not None else None


def body_of(exchange: RecordedExchange) -> JsonObject:
    """Return the request body; empty if it is lost."""
    body = exchange.request.get("body")
    return body if isinstance(body, dict) else {}


def model_of(session: Session, node: Node) -> str:
    """Return the requested model of a reply, else the model that the response names; empty if unknown."""
    exchange = exchange_of(session, node)
    if exchange is None:
        return node.model
    for model in (exchange.asked.get("model"), exchange.reply.member("model")):
        if isinstance(model, str) and model:
            return model
    return ""


def choice_of(session: Session, node: Node) -> ChoiceState | None:
    """Return the reply's choice that became this message."""
    exchange = exchange_of(session, node)
    if exchange is None:
        return None
    return next((choice for choice in exchange.reply.choices if choice.index == (node.choice or 0)), None)


def reasoning_of(session: Session, node: Node) -> str:
    """Return the reasoning of a reply as text; empty if there is none."""
    for name in ("reasoning_content", "reasoning"):
        text = node.message.get(name)
        if isinstance(text, str) and text:
            return text
    choice = choice_of(session, node)
    return "".join(choice.reasoning) if choice is not None else ""


def is_whole(session: Session, node: Node) -> bool:
    """Return whether the message is complete, as far as known."""
    exchange = exchange_of(session, node)
    return exchange is None or exchange.reply.outcome == "complete"


def messages_before(session: Session, tree: Tree, node: Node) -> list[JsonObject]:
    """Return the messages that a message answers: as sent, else its branch after the system prompt."""
    exchange = exchange_of(session, node)
    sent = body_of(exchange).get("messages") if exchange is not None else None
    if isinstance(sent, list):
        return [message for message in sent if isinstance(message, dict)]
    return [*system_messages(session), *(each.message for each in tree.path_to(tree.parents[node.id]))]


def sent_ms(exchange: RecordedExchange) -> int | None:
    """Return when the request was sent, in milliseconds since the epoch; None if unknown."""
    sent = exchange.request.get("t")
    return int(sent) if isinstance(sent, (int, float)) and not isinstance(sent, bool) else None


def created_ms(session: Session) -> int:
    """Return when the session was created, in milliseconds since the epoch; 0 if unknown."""
    try:
        moment = datetime.fromisoformat(session.created)
    except ValueError:
        return 0
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0, int(moment.timestamp() * 1000))


def total_s(exchange: RecordedExchange) -> float:
    """Return the seconds from sending the request to the end, as far as recorded."""
    timing = (exchange.end or {}).get("timing")
    total = seconds_in(timing.get("total_s")) if isinstance(timing, dict) else None
    if total is not None:
        return total
    return max((event.at_s for event in exchange.events), default=exchange.first_byte_s or 0.0)


def times_ms(session: Session, tree: Tree) -> Mapping[str, int]:
    """Return when each message was written, in milliseconds since the epoch; always later than its parent.

    A reply counts as written when it ended, another message when it was first sent, an imported one at its imported
    time; if nothing is known, directly after the message before it.
    """
    sent = {exchange.id: sent_ms(exchange) for exchange in session.exchanges.values()}
    asked: dict[str, int] = {}
    for exchange in session.exchanges.values():
        moment = sent[exchange.id]
        if exchange.head is not None and moment is not None:
            asked.setdefault(exchange.head, moment)
    times: dict[str, int] = {}
    before = created_ms(session)
    for node in tree.nodes.values():
        parent = tree.parents[node.id]
        least = times[parent] + 1 if parent is not None else 0
        maker = exchange_of(session, node)
        moment = sent[maker.id] if maker is not None else asked.get(node.id, node.at_ms)
        if moment is not None and maker is not None:
            moment += round(total_s(maker) * 1000)
        before = times[node.id] = max(least, moment if moment is not None else before + 1)
    return times


def iso_time(moment_ms: int) -> str:
    """Format as ISO 8601 in UTC with milliseconds: ``2026-01-02T03:04:05.678Z``."""
    try:
        moment = datetime.fromtimestamp(moment_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def unused(name: str, taken: Mapping[str, object]) -> str:
    """Return a unique id by appending underscores to a name."""
    while name in taken:
        name += "_"
    return name


def others_note(shown: Sequence[Node], tree: Tree) -> tuple[str, ...]:
    """Return a note about the omitted branches, for formats that contain only one."""
    left = len(tree.nodes) - len(shown)
    return (f"Left out: {counted(left, 'message')} of other branches.",) if left else ()
