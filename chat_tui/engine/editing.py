"""Edits messages by hand: replaces, inserts or drops one. Nothing is overwritten; every change is a branch."""

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
"""Steps of the head when one action writes several messages."""


def replace_message(bench: Workbench, node_id: str, message: JsonObject, *, keep_following: bool = False) -> Node:
    """Write a replacement of a message as its sibling.

    Args:
        bench: The session.
        node_id: The message to replace; it stays in the tree with everything below it.
        message: The new message in wire shape.
        keep_following: Copy the following messages of the selected path below the new one; else that is the head.

    Returns:
        The new message.

    Raises:
        ProblemError: A reply is running, or the session is read-only.
    """
    following = following_of(bench, node_id)
    node = bench.put(message, bench.conversation.nodes[node_id].parent)
    return _followed(bench, node, following if keep_following else ())


def insert_after(bench: Workbench, node_id: str | None, message: JsonObject, *, keep_following: bool = False) -> Node:
    """Insert a message below another, or as the first with ``None``; otherwise like ``replace_message``."""
    following = following_of(bench, node_id)
    return _followed(bench, bench.put(message, node_id), following if keep_following else ())


def leave_out(bench: Workbench, node_id: str) -> tuple[Node, ...]:
    """Select a path without one message: the messages after it are copied below its parent.

    For a message with tool calls the answers to them are dropped too: no service accepts them alone.

    Returns:
        The messages left out, the named one first.

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
    """Return the messages after one on the selected path: all of it for None, none for one that is not on it."""
    path = bench.conversation.path()
    if node_id is None:
        return path
    place = next((index for index, node in enumerate(path) if node.id == node_id), len(path))
    return path[place + 1 :]


def _answers_to(node: Node, following: Sequence[Node]) -> tuple[Node, ...]:
    """Return the tool messages directly below a message that calls tools."""
    if not node.message.get("tool_calls"):
        return ()
    return tuple(takewhile(lambda each: each.message.get("role") == "tool", following))


def _followed(bench: Workbench, node: Node, following: Sequence[Node]) -> Node:
    """Copy messages below a new one. Copies are not linked to an exchange: no request was sent with this history."""
    parent = node.id
    for each in following:
        parent = bench.put(each.message, parent, _REST).id
    return node
