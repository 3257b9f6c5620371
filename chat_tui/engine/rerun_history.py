"""Builds the history of a rerun that continues from its own replies: copies the messages between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.json_values import Json, JsonObject

if TYPE_CHECKING:
    from chat_tui.domain.conversation import Node
    from chat_tui.engine.rerun_plan import RerunTurn
    from chat_tui.engine.workbench import Workbench


class NewHistory:
    """Grows a branch turn by turn. A turn without a usable new reply uses its recorded one.

    Tool results are sent under the ids of the new calls. If a reply calls other tools than the recorded one, no results
    exist for it, and the recorded one is used as well.

    Args:
        bench: The session.
        turns: The turns in order, on the selected path.
    """

    def __init__(self, bench: Workbench, turns: Sequence[RerunTurn]) -> None:
        self._bench = bench
        self._between = _between(bench, turns)
        self._tip: str | None = None
        """The reply that the next turn continues from; None while it is the recorded one."""
        self._head = ""
        self._ids: dict[str, str] = {}
        """Id of each recorded tool call to the id of the new one."""

    def head_of(self, turn: RerunTurn) -> str:
        """Return the message a turn answers, below the new replies; it is written if it does not exist yet."""
        self._head = turn.head
        if self._tip is not None:
            for node in self._between[turn.number]:
                self._tip = self._put(self._under_new_ids(node.message), self._tip)
            self._head = self._tip
        return self._head

    def answered(self, turn: RerunTurn, reply: Node | None) -> str:
        """Continue from a new reply, or from the recorded one; return a sentence if the new one is unusable.

        Args:
            turn: The turn passed to the last ``head_of``.
            reply: None if it is incomplete.
        """
        recorded = turn.node.message
        if reply is not None and _call_names(reply.message) == _call_names(recorded):
            self._tip = reply.id
            self._ids.update(zip(_call_ids(recorded), _call_ids(reply.message), strict=True))
            return ""
        if turn.number + 1 not in self._between:
            return ""
        for call_id in _call_ids(recorded):
            self._ids.pop(call_id, None)
        if self._tip is not None:
            self._tip = self._put(recorded, self._head)
        why = "the new reply is incomplete" if reply is None else "the new reply calls different tools"
        return f"Later turns keep the recorded reply in their history: {why}"

    def _put(self, message: JsonObject, parent: str) -> str:
        """Write a copy without changing the selection."""
        head = self._bench.conversation.head
        node = self._bench.put(message, parent, "joined")
        self._bench.select(head, "joined")
        return node.id

    def _under_new_ids(self, message: JsonObject) -> JsonObject:
        answered = message.get("tool_call_id")
        if isinstance(answered, str) and answered in self._ids:
            return {**message, "tool_call_id": self._ids[answered]}
        return message


def _between(bench: Workbench, turns: Sequence[RerunTurn]) -> dict[int, tuple[Node, ...]]:
    """Map each turn's number to the messages between the previous reply and its own."""
    path = bench.conversation.path()
    places = {node.id: place for place, node in enumerate(path)}
    found: dict[int, tuple[Node, ...]] = {}
    last = 0
    for turn in turns:
        here = places[turn.node.id]
        found[turn.number] = path[last:here]
        last = here + 1
    return found


def _calls(message: JsonObject) -> list[JsonObject]:
    calls = message.get("tool_calls")
    return [call for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []


def _call_ids(message: JsonObject) -> list[str]:
    return [call_id if isinstance(call_id := call.get("id"), str) else "" for call in _calls(message)]


def _call_names(message: JsonObject) -> list[Json]:
    """Return the names of the tools that a message calls, in order."""
    named = (call.get("function") or call.get("custom") for call in _calls(message))
    return [each.get("name") if isinstance(each, dict) else None for each in named]
