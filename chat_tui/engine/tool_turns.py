"""Answers the tool calls of a reply: adds results as messages below it, in call order, and continues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from chat_tui.domain.conversation import Node
from chat_tui.domain.head_history import HeadStep
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.tool_bounds import ROUNDS
from chat_tui.domain.tool_faults import CallOrigin
from chat_tui.domain.tools import ToolCall, ToolResult, answer_message, calling_node, calls_of, rounds, with_ids
from chat_tui.engine.editing import following_of
from chat_tui.engine.refusing import refuse_busy
from chat_tui.engine.turns import asked_of

if TYPE_CHECKING:
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.engine.exchange import Exchange
    from chat_tui.engine.workbench import Listener, Workbench

_FIRST: Final[HeadStep] = ""
_REST: Final[HeadStep] = "joined"
"""Steps of the head when one action writes several messages."""


def calls_at(bench: Workbench, message: str) -> tuple[ToolCall, ...]:
    """Return a message's calls, judged, with their answers on the selected path; empty if it calls nothing."""
    node = bench.conversation.nodes.get(message)
    if node is None or not calls_of(node):
        return ()
    return calls_of(node, origin_of(bench, node), following_of(bench, message))


def pending_calls(bench: Workbench) -> tuple[ToolCall, ...]:
    """Return the calls that need an answer before the conversation can continue, in order."""
    node = calling_node(bench.conversation, bench.conversation.head)
    return tuple(call for call in calls_at(bench, node.id) if call.pending) if node is not None else ()


def answer(bench: Workbench, results: Mapping[str, ToolResult], *, message: str | None = None) -> Node:
    """Answer some or all calls, for the first time or with a new result.

    The answers follow the calling message in call order. A change creates a branch: existing messages stay, and
    unchanged answers are copied. Answers are written before anything is sent.

    Args:
        bench: The session.
        results: Results by call id.
        message: The calling message; None: the one whose calls are open at the head.

    Returns:
        The last answer, which is now the head.

    Raises:
        ProblemError: There is no such call, a reply is running, or the session is read-only.
    """
    refuse_busy(running=bench.running, read_only=bench.read_only)
    node = _calling(bench, message)
    calls = calls_at(bench, node.id)
    unknown = [name for name in results if name not in {call.id for call in calls}]
    if unknown or not results:
        raise ProblemError(
            Problem(kind="usage", what=f"There is no tool call {unknown[0]!r}" if unknown else "No result")
        )
    nodes = bench.conversation.nodes
    wanted: list[tuple[JsonObject, Node | None]] = []
    for call in calls:
        if call.id in results:
            wanted.append((answer_message(call, results[call.id]), None))
        elif call.answer is not None:
            wanted.append((nodes[call.answer].message, nodes[call.answer]))
    return _written(bench, node, wanted)


class RoundsError(ProblemError):
    """The model has called tools in too many replies in a row.

    Args:
        count: How many replies in a row.
    """

    def __init__(self, count: int) -> None:
        what = f"The model has called tools in {count} replies in a row, so it does not continue automatically"
        super().__init__(Problem(kind="usage", what=what, hint="Send a message, or let it continue."))
        self.count = count


def go_on(bench: Workbench, listener: Listener, *, anyway: bool = False, bound: int = ROUNDS) -> Exchange:
    """Send the answers, so that the model continues.

    Args:
        bench: The session.
        listener: Called with every step.
        anyway: Send this request even if it breaks a rule.
        bound: Maximum number of replies with calls in a row, without a user message between them.

    Raises:
        RoundsError: The bound is exceeded; nothing was sent.
        ProblemError: Nothing was sent: calls are unanswered, there is nothing to continue, or as for
            ``Workbench.send``.
    """
    waiting = pending_calls(bench)
    if waiting:
        names = ", ".join(call.name or "(no name)" for call in waiting)
        raise ProblemError(
            Problem(
                kind="usage", what=f"Unanswered tool calls: {names}", hint="The service needs an answer to every call."
            )
        )
    if calling_node(bench.conversation, bench.conversation.head) is None:
        raise ProblemError(Problem(kind="usage", what="No tool call has been answered here"))
    count = rounds(bench.conversation.path())
    if count > bound:
        raise RoundsError(count)
    return bench.again(listener, anyway=anyway)


def origin_of(bench: Workbench, node: Node) -> CallOrigin | None:
    """Return the origin of a message; None if it is hand-written, imported, or its exchange is missing.

    A copy that differs only in the call ids assigned here has the origin of the message it was copied from.
    """
    if node.exchange is None:
        same = (each for each in bench.conversation.siblings(node.id) if each.exchange is not None)
        source = next((each for each in same if with_ids(each.message) == node.message != each.message), None)
        return origin_of(bench, source) if source is not None else None
    turn = bench.exchanges.get(node.exchange)
    if turn is None:
        return None
    choice = next((each for each in turn.reply.choices if each.index == (node.choice or 0)), None)
    return CallOrigin(
        asked=asked_of(turn),
        outcome=turn.reply.outcome,
        finish_reason=choice.finish_reason if choice is not None else None,
        lost=turn.reply.bad_events,
    )


def _calling(bench: Workbench, message: str | None) -> Node:
    conversation = bench.conversation
    node = conversation.nodes.get(message) if message else calling_node(conversation, conversation.head)
    if node is None:
        raise ProblemError(Problem(kind="usage", what="No tool call is waiting for an answer here"))
    return node


def _written(bench: Workbench, node: Node, wanted: list[tuple[JsonObject, Node | None]]) -> Node:
    """Write the answers below a message, except those that are already in place."""
    step = _FIRST
    here = _with_ids(bench, node)
    if here.id not in bench.conversation.nodes:
        here = bench.put(here.message, node.parent, step)
        step = _REST
    for message, there in wanted:
        if there is not None and there.parent == here.id:
            here = there
        else:
            here = bench.put(message, here.id, step)
            step = _REST
    return here


def _with_ids(bench: Workbench, node: Node) -> Node:
    """Return the message, or its copy whose calls have ids; a copy that is not in the tree yet has an empty node id."""
    message = with_ids(node.message)
    if message is node.message:
        return node
    siblings = bench.conversation.siblings(node.id)
    return next((each for each in siblings if each.message == message), Node("", node.parent, message))
