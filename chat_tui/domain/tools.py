"""The tool calls of a reply: which wait for an answer, whether one may be run, and what answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.tool_faults import CALLS, CallKind, CallOrigin, Judged, judged

ANSWER_ROLES: Final = ("tool", "function")
ROUNDS: Final = 10
"""Replies with calls in a row, without a user message between, after which the user must confirm that it goes on."""
ResultOrigin: TypeAlias = Literal["typed", "canned", "command", "mcp", "refusal"]


class ToolCall(Struct, frozen=True, kw_only=True):
    """One call in an assistant's message."""

    id: str
    """What its answer names. Where the service gave none, or one twice, the one it will be given."""
    name: str
    """Of the tool, as the model wrote it; may be empty, or hold anything."""
    arguments: str
    """As the model wrote them: JSON, or the text a custom tool is given."""
    kind: CallKind
    message: str
    """The id of the message that makes the call."""
    place: int
    """Its place among the calls of that message, from 0."""
    answer: str | None = None
    """The id of the message on the path that answers it; None: it waits."""
    judged: Judged = field(default_factory=Judged)

    @property
    def pending(self) -> bool:
        """It waits for an answer."""
        return self.answer is None

    @property
    def may_run(self) -> bool:
        """Nothing speaks against running it; somebody has to agree all the same."""
        return self.judged.fault is None


class ToolResult(Struct, frozen=True):
    """What answers a call."""

    content: str
    origin: ResultOrigin = "typed"


CANNED: Final[Mapping[str, ToolResult]] = {
    "ok": ToolResult('{"ok":true}', "canned"),
    "empty": ToolResult("", "canned"),
    "error": ToolResult('{"error":"The tool failed."}', "canned"),
    "very long": ToolResult("".join(f"line {number} of a very long result\n" for number in range(1, 4001)), "canned"),
}
"""Answers that are at hand, by what they are called."""


def calls_of(node: Node, origin: CallOrigin | None = None, following: Sequence[Node] = ()) -> tuple[ToolCall, ...]:
    """The calls of a message in their order.

    Args:
        node: Any message; one that calls nothing gives none.
        origin: The reply that made it; None: no reply did, and nothing in it may be run.
        following: What stands below it on the path; the answers right below count.
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
    """The message whose calls are open at a head: the last one, or the last before answers of tools."""
    for node in reversed(conversation.at(head).path()):
        if node.message.get("role") not in ANSWER_ROLES:
            return node if _wire_calls(node.message) else None
    return None


def rounds(path: Sequence[Node]) -> int:
    """Messages with calls on a path since the user's last word."""
    count = 0
    for node in reversed(path):
        if node.message.get("role") == "user":
            break
        count += bool(_wire_calls(node.message))
    return count


def answer_message(call: ToolCall, result: ToolResult) -> JsonObject:
    """The message that answers a call, in wire shape; the retired ``function_call`` is answered by name."""
    if call.kind == "legacy":
        return {"role": "function", "name": call.name, "content": result.content}
    return {"role": "tool", "tool_call_id": call.id, "content": result.content}


def refusal_result(call: ToolCall) -> ToolResult:
    """What tells the model why its call was not run."""
    fault = call.judged.fault
    why = fault.sentence if fault is not None else "The user did not allow this call."
    return ToolResult(dump_json({"error": why}), "refusal")


def with_ids(message: JsonObject) -> JsonObject:
    """The message with an id of its own for each call; the very same where each has one."""
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
    """The calls of an assistant's message; text that looks like one is text."""
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
    """The services' ids, but where there is none, or one for the second time, one of ours."""
    given = {call.get("id") for _, call in wanted}
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
    """By call id, or by name for the retired form: the messages right below that answer; the last one counts."""
    found: dict[str, str] = {}
    for below in following:
        if below.id == node.id or below.message.get("role") not in ANSWER_ROLES:
            break
        key = below.message.get("tool_call_id" if below.message["role"] == "tool" else "name")
        if isinstance(key, str):
            found[key] = below.id
    return found


def _named(call: JsonObject, member: str) -> tuple[str, str]:
    """Name and arguments; arguments that are no text are written as JSON."""
    tool = call.get(member)
    if not isinstance(tool, dict):
        return "", ""
    name, text = tool.get("name"), tool.get("input" if member == "custom" else "arguments")
    written = text if isinstance(text, str) else "" if text is None else dump_json(text)
    return name if isinstance(name, str) else "", written
