"""Writing messages by hand: another in place of one, or one more. Nothing is overwritten; every change is a branch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.conversation import Node

if TYPE_CHECKING:
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.engine.workbench import Workbench


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


def following_of(bench: Workbench, node_id: str | None) -> tuple[Node, ...]:
    """What follows a message on the selected path; all of the path for None, nothing for one that is not on it."""
    path = bench.conversation.path()
    if node_id is None:
        return path
    place = next((index for index, node in enumerate(path) if node.id == node_id), len(path))
    return path[place + 1 :]


def _followed(bench: Workbench, node: Node, following: Sequence[Node]) -> Node:
    """Copies of messages one below the other; they are no replies any more: nothing they answer was sent like this."""
    parent = node.id
    for each in following:
        parent = bench.put(each.message, parent).id
    return node
