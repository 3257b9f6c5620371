"""The tool calls of a reply: find them, match them with answers, and build the messages that answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.tool_faults import CALLS, CallKind, CallOrigin, Judged, judged

ANSWER_ROLES: Final = ("tool", "function")
ResultOrigin: TypeAlias = Literal["typed", "canned", "command", "mcp", "refusal"]


class ToolCall(Struct, frozen=True, kw_only=True):
    """One call in an assistant message."""

    id: str
    """Id that its answer refers to. If the service gave none, or a duplicate, the id it will be given."""
    name: str
    """Name of the tool as the model wrote it; may be empty or contain anything."""
    arguments: str
    """As the model wrote them: JSON, or the text input of a custom tool."""
    kind: CallKind
    message: str
    """Id of the message that contains the call."""
    place: int
    """Index among the calls of that message, from 0."""
    answer: str | None = None
    """Id of the message on the path that answers it; None: it is pending."""
    judged: Judged = field(default_factory=Judged)

    @property
    def pending(self) -> bool:
        """Whether it has no answer yet."""
        return self.answer is None

    @property
    def may_run(self) -> bool:
        """Whether nothing forbids running it; it still needs approval."""
        return self.judged.fault is None


class ToolResult(Struct, frozen=True):
    """The answer to a call."""

    content: str
    origin: ResultOrigin = "typed"


CANNED: Final[Mapping[str, ToolResult]] = {
    "ok": ToolResult('{"ok":true}', "canned"),
    "empty": ToolResult("", "canned"),
    "error": ToolResult('{"error":"The tool failed."}', "canned"),
    "very long": ToolResult("".join(f"line {number} of a very long result\n" for number in range(1, 4001)), "canned"),
}
"""Predefined answers by name."""


def calls_of(node: Node, origin: CallOrigin | None = None, following: Sequence[Node] = ()) -> tuple[ToolCall, ...]:
    """Return the calls of a message in order.

    Args:
        node: Any message; one without calls gives none.
        origin: The reply that produced it; None: none did, and none of its calls may be run.
        following: The messages after it on the path; only answers directly after it count.
    """
    wanted = _wire_calls(node.message)
    ids, answers = _ids(wanted), _answers(node, following)
    found = []
    for place, (kind, call, call_id) in enumerate(zip(*_columns(wanted), ids, strict=True)):
        name, arguments = _named(call, "custom" if kind == "custom" else "function")
        found.append(
            ToolCall(
                id=call_id,
                name=name,
                arguments=arguments,
                kind=kind,
                message=node.id,
                place=place,
                answer=answers.get(name if kind == "legacy" else call_id),
                judged=judged(kind, name, arguments, origin, beyond=place >= CALLS),
            )
        )
    return tuple(found)


def calling_node(conversation: Conversation, head: str | None) -> Node | None:
    """Return the message whose calls are open at a head: the last one that is not a tool's answer, if it has calls."""
    for node in reversed(conversation.at(head).path()):
        if node.message.get("role") not in ANSWER_ROLES:
            return node if _wire_calls(node.message) else None
    return None


def rounds(path: Sequence[Node]) -> int:
    """Count the messages with calls on a path since the last user message."""
    count = 0
    for node in reversed(path):
        if node.message.get("role") == "user":
            break
        count += bool(_wire_calls(node.message))
    return count


def answer_message(call: ToolCall, result: ToolResult) -> JsonObject:
    """Return the message that answers a call, in wire format; the deprecated ``function_call`` is answered by name."""
    if call.kind == "legacy":
        return {"role": "function", "name": call.name, "content": result.content}
    return {"role": "tool", "tool_call_id": call.id, "content": result.content}


def refusal_result(call: ToolCall) -> ToolResult:
    """Return an answer that tells the model why its call was not run."""
    fault = call.judged.fault
    why = fault.sentence if fault is not None else "The user did not allow this call."
    return ToolResult(dump_json({"error": why}), "refusal")


def with_ids(message: JsonObject) -> JsonObject:
    """Return the message with a unique id for each call; the same object if that is the case already."""
    calls = message.get("tool_calls")
    wanted = _wire_calls(message)
    ids = _ids(wanted)
    if not isinstance(calls, list) or all(call.get("id") == own for (_, call), own in zip(wanted, ids, strict=True)):
        return message
    given = iter(ids)
    return {
        **message,
        "tool_calls": [{**call, "id": next(given)} if isinstance(call, dict) else call for call in calls],
    }


_WireCall: TypeAlias = tuple[CallKind, JsonObject]


def _wire_calls(message: Mapping[str, Json]) -> list[_WireCall]:
    """Return the calls of an assistant message; text that looks like a call is not parsed."""
    if message.get("role") != "assistant":
        return []
    calls = message.get("tool_calls")
    found: list[_WireCall] = [
        (
            "custom"
            if isinstance(call.get("custom"), dict) and not isinstance(call.get("function"), dict)
            else "function",
            call,
        )
        for call in (calls if isinstance(calls, list) else [])
        if isinstance(call, dict)
    ]
    retired = message.get("function_call")
    if isinstance(retired, dict) and not found:
        found.append(("legacy", {"function": retired}))
    return found


def _columns(wanted: Sequence[_WireCall]) -> tuple[list[CallKind], list[JsonObject]]:
    return [kind for kind, _ in wanted], [call for _, call in wanted]


def _ids(wanted: Sequence[_WireCall]) -> list[str]:
    """Return the services' ids; missing and duplicate ones are replaced."""
    given = {own for _, call in wanted if isinstance(own := call.get("id"), str)}
    taken: set[str] = set()
    found = []
    for place, (_, call) in enumerate(wanted):
        own = call.get("id")
        if not isinstance(own, str) or not own or own in taken:
            own = f"call_{place}"
            while own in given or own in taken:
                own += "_"
        taken.add(own)
        found.append(own)
    return found


def _answers(node: Node, following: Sequence[Node]) -> dict[str, str]:
    """Map call ids (or names, for the deprecated form) to the directly following answers; the last one counts."""
    found: dict[str, str] = {}
    for below in following:
        if below.id == node.id or below.message.get("role") not in ANSWER_ROLES:
            break
        key = below.message.get("tool_call_id" if below.message["role"] == "tool" else "name")
        if isinstance(key, str):
            found[key] = below.id
    return found


def _named(call: JsonObject, member: str) -> tuple[str, str]:
    """Return name and arguments; arguments that are not a string are serialised as JSON."""
    tool = call.get(member)
    if not isinstance(tool, dict):
        return "", ""
    name, text = tool.get("name"), tool.get("input" if member == "custom" else "arguments")
    written = text if isinstance(text, str) else "" if text is None else dump_json(text)
    return name if isinstance(name, str) else "", written
