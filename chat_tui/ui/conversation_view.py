"""The workbench's state as transcript entries: pure functions, so they can be tested without a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from chat_tui.domain.conversation import Conversation, Node, text_of
from chat_tui.domain.costs import Cost, images_in
from chat_tui.domain.format_check import FormatResult, read_result, wanted_format
from chat_tui.domain.json_values import Json, JsonObject, value_at
from chat_tui.domain.links import citation_lines, noted
from chat_tui.domain.message_parts import part_lines, speaker
from chat_tui.domain.reply import ChoiceState, Reply
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.think_tags import Parted, parted
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.pricing import cost_of_turn
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.changes import changes, knobs
from chat_tui.ui.figures import reply_footer, thought_words
from chat_tui.ui.format_lines import checked_words
from chat_tui.ui.message_images import message_images, reply_images
from chat_tui.ui.message_marks import message_marks
from chat_tui.ui.reply_manner import reply_manner
from chat_tui.ui.tool_cards import answer_words, call_lines, cards_of, coming_calls, is_long_result
from chat_tui.ui.transcript.entries import Card, Entry
from chat_tui.ui.upstream_lines import adapted_words

SYSTEM_KEY = "system"
_MARKS = {"truncated": "cut off", "stopped": "stopped", "error": "failed"}
_PLAIN_FINISHES = ("", "stop", "tool_calls")
FOLDED_AT_ONCE = 30
"""Number of recorded replies at the end of the path whose reasoning and finish reason are shown at once."""

JUDGED_AT_ONCE = 20
"""Number of messages at the end of the path whose tool calls are validated against their schemas."""


class _Turn(Struct, frozen=True):
    """What the transcript shows of an exchange, whether finished in this run or read from the session file."""

    model: str
    reply: Reply | None
    """None for a recorded reply that was not needed yet: folding all events of a long session is slow."""
    outcome: str
    timing: Mapping[str, Json]
    usage: Mapping[str, Json]
    problem: str
    body: JsonObject
    format: FormatResult | None = None
    """Whether the reply is the JSON that was asked for; None where none was."""

    @property
    def answered(self) -> str:
        """The model that the response names; empty where unknown."""
        answered = self.reply.member("model") if self.reply is not None else None
        return answered if isinstance(answered, str) else ""


def entries(bench: Workbench, *, markdown: bool = True) -> list[Entry]:
    """Build all entries of the transcript: system prompt, the selected path, the running reply, the last failure.

    On a long recorded path only the last replies are folded anew; replies folded earlier are used as well.
    """
    shown = [_system_entry(bench.settings.system, markdown)] if bench.settings.system else []
    shown += _path_entries(bench, markdown)
    running = bench.current if bench.running else None
    if running is not None:
        shown.append(live_entry(running, markdown=markdown))
    elif (failed := _failure_at_head(bench)) is not None:
        shown.append(failed)
    shown += [Entry(f"notice.{index}", "notice", "note", text) for index, text in enumerate(bench.notices)]
    return shown


def live_entry(exchange: Exchange, *, choice: ChoiceState | None = None, markdown: bool = True) -> Entry:
    """Build the entry of a reply that is still streaming, from what has arrived: one choice, by default the first."""
    key = live_key(exchange) if choice is None else choice_key(exchange, choice)
    choice = choice or shown_choice(exchange.reply)
    calls = coming_calls(choice) if choice is not None else ()
    return Entry(
        key,
        "assistant",
        short_model(exchange.settings.model),
        text="".join(choice.said()) if choice is not None else "",
        reasoning="".join(choice.reasoning) if choice is not None else "",
        calls=calls,
        markdown=markdown and wanted_format(exchange.call.body) is None,
        cards=tuple(Card() for _ in calls),
    )


def live_key(exchange: Exchange) -> str:
    """Return the entry key of a running exchange: the id of the message it will become."""
    return f"{exchange.id}.0"


def choice_key(exchange: Exchange, choice: ChoiceState) -> str:
    """Return the entry key of one choice of a running exchange: the id of the message it will become."""
    return f"{exchange.id}.{choice.index}"


def sibling_entries(bench: Workbench, nodes: Sequence[Node], *, markdown: bool = True) -> list[Entry]:
    """Build entries for sibling messages, each with the parameter changes of its request against the first one's."""
    found: list[Entry] = []
    first: Mapping[str, Json] | None = None
    for node in nodes:
        record = bench.exchanges.get(node.exchange) if node.exchange else None
        if record is None:
            found.append(_message_entry(bench, node, "", "", markdown=markdown))
            continue
        turn = _turn(record)
        turned = knobs(turn.body, bench.services.catalogue)
        first = turned if first is None else first
        cost = cost_of_turn(bench, record, turn.usage, answered=turn.answered)
        told, cards = changes(first, turned), cards_of(bench, node, judge=False)
        found.append(_reply_entry(node, turn, "", told, cost=cost, markdown=markdown, cards=cards))
    return found


def shown_choice(reply: Reply) -> ChoiceState | None:
    """Return the choice shown while several are streaming: the one with the lowest index."""
    return next(iter(reply.choices), None)


def short_model(model: str) -> str:
    """Return a model's name without its vendor prefix."""
    return model.rsplit("/", 1)[-1] or "reply"


def _system_entry(text: str, markdown: bool) -> Entry:
    return Entry(SYSTEM_KEY, "system", "system", text, markdown=markdown)


def _path_entries(bench: Workbench, markdown: bool) -> list[Entry]:
    asides, marks = _branch_marks(bench.conversation), message_marks(bench)
    found: list[Entry] = []
    before: Mapping[str, Json] | None = None
    pictured: list[JsonObject] = []
    path = bench.conversation.path()
    for place, node in enumerate(path, 1):
        record = bench.exchanges.get(node.exchange) if node.exchange else None
        if record is None:
            words = asides.get(node.id, ""), marks.get(node.id, "")
            found.append(_message_entry(bench, node, *words, markdown=markdown))
            pictured += [node.message] if images_in([node.message]) else []
            continue
        turn = _turn(record, fold=len(path) - place < FOLDED_AT_ONCE * 2)
        turned = knobs(turn.body, bench.services.catalogue)
        told = changes(before, turned) if before is not None else ""
        before = turned
        cost = cost_of_turn(bench, record, turn.usage, answered=turn.answered, pictured=pictured)
        pictured += [node.message] if images_in([node.message]) else []
        turned_words = " · ".join(part for part in (told, adapted_words(record)) if part)
        cards = cards_of(bench, node, judge=len(path) - place < JUDGED_AT_ONCE)
        aside = asides.get(node.id, "")
        found.append(_reply_entry(node, turn, aside, turned_words, cost=cost, markdown=markdown, cards=cards))
    return found


def _message_entry(bench: Workbench, node: Node, aside: str, mark: str, *, markdown: bool) -> Entry:
    answers = answer_words(bench, node)
    asides = (aside, answers)
    called = call_lines(node.message)
    return Entry(
        node.id,
        str(node.message.get("role", "")),
        speaker(node.message),
        text_of(node.message),
        calls=(*called, *part_lines(node.message), *citation_lines(node.message)),
        pictures=message_images(node, len(called)),
        aside=" ".join(part for part in asides if part),
        mark=mark,
        markdown=markdown and not answers,
        cards=cards_of(bench, node),
        folded=is_long_result(node.message),
    )


def _reply_entry(
    node: Node,
    turn: _Turn,
    aside: str,
    turned: str,
    *,
    cost: Cost | None,
    markdown: bool,
    cards: tuple[Card, ...] = (),
) -> Entry:
    choices = turn.reply.choices if turn.reply is not None else ()
    choice = next((choice for choice in choices if choice.index == node.choice), None)
    finish = (choice.finish_reason if choice is not None else None) or ""
    mark = _MARKS.get(turn.outcome, "") or (finish if finish not in _PLAIN_FINISHES else "")
    called = call_lines(node.message)
    calls = (*called, *citation_lines(noted(node.message, choice)))
    media = _media(choice, turn.body) if choice is not None else ()
    checked, fits = checked_words(turn.format, node.choice or 0)
    reasoning = "".join(choice.reasoning) if choice is not None else ""
    said = text_of(node.message) or ("".join(choice.said()) if choice is not None else "")
    both = Parted(said) if reasoning else parted(said)
    return Entry(
        node.id,
        str(node.message.get("role", "assistant")),
        short_model(turn.model),
        both.answer,
        reasoning=reasoning or both.thinking,
        media=media,
        calls=calls,
        pictures=reply_images(node, choice, len(calls) + len(media)) if media else (),
        aside=" ".join(part for part in (aside, reply_manner(choice, said, media, calls=bool(called))) if part),
        footer=reply_footer(turn.timing, turn.usage, "" if mark == finish else finish, turned, cost),
        mark=f"{mark}: {turn.problem}" if mark and turn.problem else mark,
        checked=checked,
        fits=fits,
        markdown=markdown and turn.format is None,
        cards=cards,
        thought=_thought(turn, reasoning or both.thinking),
    )


def _failure_at_head(bench: Workbench) -> Entry | None:
    """Build an entry for the problem of the last exchange sent from the head, if it produced no reply message."""
    head = bench.conversation.head
    if head is None:
        return None
    for record in reversed(bench.exchanges.values()):
        if record.head == head:
            problem = _turn(record).problem
            return Entry(f"{record.id}.problem", "problem", "problem", problem, markdown=False) if problem else None
    return None


def _turn(record: Exchange | RecordedExchange, *, fold: bool = True) -> _Turn:
    if isinstance(record, Exchange):
        return _Turn(
            model=record.settings.model,
            reply=record.reply,
            outcome=record.reply.outcome,
            timing=record.timing(),
            usage=record.reply.usage or {},
            problem=record.problem.sentence() if record.problem is not None else "",
            body=record.call.body,
            format=record.format,
        )
    end = record.end or {}
    body = record.asked
    model = body.get("model")
    message = value_at(end, ("error", "message"))
    return _Turn(
        model=model if isinstance(model, str) else "",
        reply=record.reply if fold or "reply" in vars(record) else None,
        outcome=str(end.get("outcome", "truncated")),
        timing=_object(end.get("timing")),
        usage=_object(end.get("usage")),
        problem=message if isinstance(message, str) else "",
        body=body,
        format=read_result(end.get("format")) if "format" in end else None,
    )


def _branch_marks(conversation: Conversation) -> dict[str, str]:
    """Map each message id that has siblings to its marker ``‹ 2/3 ›``, in one pass over the tree."""
    children: dict[str | None, list[str]] = {}
    for node in conversation.nodes.values():
        children.setdefault(node.parent, []).append(node.id)
    return {
        node_id: f"‹ {place}/{len(family)} ›"
        for family in children.values()
        if len(family) > 1
        for place, node_id in enumerate(family, 1)
    }


def _thought(turn: _Turn, thinking: str) -> str:
    """Describe how much and how long the model thought; tokens are counted for all choices together."""
    if not thinking:
        return ""
    alone = turn.reply is not None and len(turn.reply.choices) == 1
    seconds_s = turn.reply.thinking_s if turn.reply is not None else None
    return thought_words(len(thinking), seconds_s, turn.usage if alone else {})


def _media(choice: ChoiceState, asked: JsonObject) -> tuple[str, ...]:
    """Describe the sounds and images of a reply; the module for it is imported only if there are any."""
    if choice.audio is None and not choice.images and not choice.content_parts:
        return ()
    from chat_tui.domain.reply_media import media_lines

    return media_lines(choice, asked)


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
