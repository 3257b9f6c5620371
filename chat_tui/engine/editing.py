"""Writing messages by hand: another in place of one, or one more. Nothing is overwritten; every change is a branch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from chat_tui.domain.conversation import Node
from chat_tui.domain.head_history import HeadStep
from chat_tui.engine.refusing import refuse_busy

if TYPE_CHECKING:
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.engine.workbench import Workbench


_FIRST: Final[HeadStep] = ""
_REST: Final[HeadStep] = "joined"
"""How the head moves with several messages that are written in one act."""


def replace_message(bench: Workbench, node_id: str, message: JsonObject, *, keep_following: bool = False) -> Node:
    """Write a message beside another, with the same parent.

    Args:
        bench: Where.
        node_id: The message it stands in for; that one stays in the tree with all that followed it.
        message: Wire shape.
        keep_following: Copy what follows on the selected path below the new message; else that becomes the head.

    Returns:
        The new message.

    Raises:
        ProblemError: A reply is running, or the session is read-only.
    """
    following = following_of(bench, node_id)
    node = bench.put(message, bench.conversation.nodes[node_id].parent)
    return _followed(bench, node, following if keep_following else ())


def insert_after(bench: Workbench, node_id: str | None, message: JsonObject, *, keep_following: bool = False) -> Node:
    """Write a message below another; ``None``: as the first. The rest is as of ``replace_message``."""
    following = following_of(bench, node_id)
    return _followed(bench, bench.put(message, node_id), following if keep_following else ())


def leave_out(bench: Workbench, node_id: str) -> tuple[Node, ...]:
    """Select a path without one message: what follows it is copied below what it stood under.

    The answers to the calls of a message that calls tools go with it: no service takes them alone.

    Returns:
        The messages that were left out, the one that was named first.

    Raises:
        ProblemError: A reply is running, or the session is read-only.
    """
    refuse_busy(running=bench.running, read_only=bench.read_only)
    node = bench.conversation.nodes[node_id]
    following = following_of(bench, node_id)
    answers = _answers_to(node, following)
    kept = following[len(answers) :]
    if not kept:
        bench.select(node.parent)
    parent, step = node.parent, _FIRST
    for each in kept:
        parent, step = bench.put(each.message, parent, step).id, _REST
    return (node, *answers)


def following_of(bench: Workbench, node_id: str | None) -> tuple[Node, ...]:
    """What follows a message on the selected path; all of the path for None, nothing for one that is not on it."""
    path = bench.conversation.path()
    if node_id is None:
        return path
    place = next((index for index, node in enumerate(path) if node.id == node_id), len(path))
    return path[place + 1 :]


def _answers_to(node: Node, following: Sequence[Node]) -> tuple[Node, ...]:
    """The tool messages right below a message that calls tools."""
    if not node.message.get("tool_calls"):
        return ()
    return tuple(takewhile(lambda each: each.message.get("role") == "tool", following))


def _followed(bench: Workbench, node: Node, following: Sequence[Node]) -> Node:
    """Copies of messages one below the other; they are no replies any more: nothing they answer was sent like this."""
    parent = node.id
    for each in following:
        parent = bench.put(each.message, parent, _REST).id
    return node
