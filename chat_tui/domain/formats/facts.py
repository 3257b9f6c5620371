"""What a session tells about its messages beside their text: model, time, reasoning, what they answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.formats.tree import Tree
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.reply import ChoiceState
from chat_tui.domain.session import RecordedExchange, Session, first_words
from chat_tui.domain.times import seconds_in

ASSISTANT = "assistant"
SYSTEM = "system"


def role_of(node: Node) -> str:
    """The role of a message; ``user`` where it has none."""
    role = node.message.get("role")
    return role if isinstance(role, str) else "user"


def title_of(session: Session) -> str:
    """The session's name, else the first words of its first user message, else its id."""
    if session.title:
        return session.title
    first = next((node for node in session.conversation.nodes.values() if role_of(node) == "user"), None)
    return (first_words(text_of(first.message)) if first is not None else "") or session.id


def system_messages(session: Session) -> list[JsonObject]:
    """The system prompt as the first message; empty where none is set."""
    system = session.settings.system if session.settings is not None else None
    return [{"role": SYSTEM, "content": system}] if system else []


def exchange_of(session: Session, node: Node) -> RecordedExchange | None:
    """The exchange that made a message."""
    return session.exchanges.get(node.exchange) if node.exchange is not None else None


def body_of(exchange: RecordedExchange) -> JsonObject:
    """The body that was asked to be sent; empty where it is lost."""
    body = exchange.request.get("body")
    return body if isinstance(body, dict) else {}


def model_of(session: Session, node: Node) -> str:
    """The model that was asked for a reply, else the one that says it answered; empty where nothing tells."""
    exchange = exchange_of(session, node)
    if exchange is None:
        return node.model
    for model in (exchange.asked.get("model"), exchange.reply.member("model")):
        if isinstance(model, str) and model:
            return model
    return ""


def choice_of(session: Session, node: Node) -> ChoiceState | None:
    """The choice of a reply that became this message."""
    exchange = exchange_of(session, node)
    if exchange is None:
        return None
    return next((choice for choice in exchange.reply.choices if choice.index == (node.choice or 0)), None)


def reasoning_of(session: Session, node: Node) -> str:
    """The reasoning of a reply as text; empty where there is none."""
    for name in ("reasoning_content", "reasoning"):
        text = node.message.get(name)
        if isinstance(text, str) and text:
            return text
    choice = choice_of(session, node)
    return "".join(choice.reasoning) if choice is not None else ""


def is_whole(session: Session, node: Node) -> bool:
    """The message came to its end, as far as is known."""
    exchange = exchange_of(session, node)
    return exchange is None or exchange.reply.outcome == "complete"


def messages_before(session: Session, tree: Tree, node: Node) -> list[JsonObject]:
    """What a message answers: as it was sent, else its branch after the system prompt."""
    exchange = exchange_of(session, node)
    sent = body_of(exchange).get("messages") if exchange is not None else None
    if isinstance(sent, list):
        return [message for message in sent if isinstance(message, dict)]
    return [*system_messages(session), *(each.message for each in tree.path_to(tree.parents[node.id]))]


def sent_ms(exchange: RecordedExchange) -> int | None:
    """When it was sent, in milliseconds since the epoch; None where the file does not tell."""
    sent = exchange.request.get("t")
    return int(sent) if isinstance(sent, (int, float)) and not isinstance(sent, bool) else None


def created_ms(session: Session) -> int:
    """When the session began, in milliseconds since the epoch; 0 where the file does not tell."""
    try:
        moment = datetime.fromisoformat(session.created)
    except ValueError:
        return 0
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0, int(moment.timestamp() * 1000))


def total_s(exchange: RecordedExchange) -> float:
    """Seconds from the sending to the end, as far as the file tells."""
    timing = (exchange.end or {}).get("timing")
    total = seconds_in(timing.get("total_s")) if isinstance(timing, dict) else None
    if total is not None:
        return total
    return max((event.at_s for event in exchange.events), default=exchange.first_byte_s or 0.0)


def times_ms(session: Session, tree: Tree) -> Mapping[str, int]:
    """When each message was written, in milliseconds since the epoch; later than its parent in any case.

    A reply was written when it ended, another message when it was first sent, one from elsewhere when that told;
    where nothing tells, right after the one before it.
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
    """ISO 8601 in UTC with milliseconds: ``2026-01-02T03:04:05.678Z``."""
    try:
        moment = datetime.fromtimestamp(moment_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def unused(name: str, taken: Mapping[str, object]) -> str:
    """An id that is not taken, made from a name by adding underscores."""
    while name in taken:
        name += "_"
    return name


def others_note(shown: Sequence[Node], tree: Tree) -> tuple[str, ...]:
    """A sentence where a format holds one branch and there are others."""
    left = len(tree.nodes) - len(shown)
    return (f"Left out: {counted(left, 'message')} of other branches.",) if left else ()


def counted(number: int, word: str) -> str:
    """``1 message``, ``2 messages``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
