"""The text describing the tool calls of a message and the answers to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from chat_tui.domain.attachments import size_words
from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.tools import ANSWER_ROLES, calls_of
from chat_tui.engine.tool_turns import calls_at
from chat_tui.ui.transcript.entries import Card

if TYPE_CHECKING:
    from chat_tui.domain.reply import ChoiceState
    from chat_tui.domain.tools import ToolCall
    from chat_tui.engine.workbench import Workbench

LONG_RESULT: Final = 600
"""A tool's result with more characters than this, or more than ten lines, is folded at first."""
_LINES: Final = 10


def call_lines(message: Mapping[str, Json]) -> tuple[str, ...]:
    """Return name and arguments of each call in a message, as received."""
    return tuple(_joined(call.name, call.arguments) for call in calls_of(Node("", None, {**message})))


def coming_calls(choice: ChoiceState) -> tuple[str, ...]:
    """Return the calls of a reply that is still streaming, as received so far."""
    found = [_joined(call.name, "".join(call.arguments)) for call in choice.tool_calls.ordered()]
    if choice.function_call is not None and not found:
        found.append(_joined(choice.function_call.name, choice.function_call.text.text()))
    return tuple(found)


def cards_of(bench: Workbench, node: Node, *, judge: bool = True) -> tuple[Card, ...]:
    """Return state and findings of each call in a message.

    Args:
        bench: The session.
        node: A message on the selected path.
        judge: Whether to validate the arguments against the tool's schema; slow for a recorded exchange.
    """
    if not judge:
        return tuple(Card() for _ in call_lines(node.message))
    return tuple(_card(call, told=node.exchange is not None) for call in calls_at(bench, node.id))


def answer_words(bench: Workbench, node: Node) -> str:
    """Describe what a tool result message answers, and its size; empty for any other message."""
    message = node.message
    if message.get("role") not in ANSWER_ROLES:
        return ""
    call, size = message.get("tool_call_id"), size_words(len(text_of(message).encode("utf-8", "replace")))
    name = message.get("name") or _name_of(bench, node, call)
    told = f"answers {name}" if isinstance(name, str) and name else f"answers {call}" if call else "matches no call"
    return f"{told} · {size}"


def is_long_result(message: Mapping[str, Json]) -> bool:
    """Return whether a tool's result is folded at first."""
    if message.get("role") not in ANSWER_ROLES:
        return False
    text = text_of(message)
    return len(text) > LONG_RESULT or text.count("\n") > _LINES


def _card(call: ToolCall, *, told: bool) -> Card:
    fault = call.judged.fault
    by_hand = fault is not None and fault.kind == "reply" and not told
    findings = (fault.details or (fault.sentence,)) if fault is not None and not by_hand else ()
    if call.answer is not None:
        return Card("answered", findings=findings)
    return Card("waiting for a result", fits=False, findings=findings)


def _line(call: JsonObject) -> str:
    tool = call.get("function")
    member = "arguments"
    if not isinstance(tool, dict):
        tool, member = call.get("custom"), "input"
    name, text = (tool.get("name"), tool.get(member)) if isinstance(tool, dict) else (None, None)
    return _joined(name if isinstance(name, str) else "", text if isinstance(text, str) else "")


def _joined(name: str, arguments: str) -> str:
    return f"{name or '?'} {arguments}".rstrip()


def _name_of(bench: Workbench, node: Node, call_id: Json) -> Json:
    """Return the name of the tool in the call with this id, searched in the message above the answers."""
    above, nodes = node.parent, bench.conversation.nodes
    while above is not None and above in nodes and nodes[above].message.get("role") in ANSWER_ROLES:
        above = nodes[above].parent
    listed = nodes[above].message.get("tool_calls") if above is not None and above in nodes else None
    for call in listed if isinstance(listed, list) else ():
        if isinstance(call, dict) and call.get("id") == call_id:
            return _line(call).partition(" ")[0]
    return None
