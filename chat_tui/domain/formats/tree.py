"""Repair a conversation into a valid tree: parents come first, no cycles, no missing parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from chat_tui.domain.conversation import Conversation, Node


class Tree(Struct, frozen=True):
    """The messages of a conversation. Siblings are in order of writing."""

    nodes: Mapping[str, Node]
    """In order of writing, except that parents come first."""
    parents: Mapping[str, str | None]
    """None for a root, and for a message whose parent is missing or part of a cycle that was cut here."""
    children: Mapping[str | None, Sequence[str]]
    """Children of every message; under None, the roots."""
    head: str | None
    mended: int = 0
    """Number of messages whose parent was dropped."""

    def path_to(self, node_id: str | None) -> tuple[Node, ...]:
        """Return the messages from the root to this one."""
        found: list[Node] = []
        while node_id is not None:
            found.append(self.nodes[node_id])
            node_id = self.parents[node_id]
        return tuple(reversed(found))

    def path(self) -> tuple[Node, ...]:
        """Return the selected branch."""
        return self.path_to(self.head)

    def leaves(self) -> tuple[Node, ...]:
        """Return the last message of each branch."""
        return tuple(node for node in self.nodes.values() if not self.children[node.id])


def tree_of(conversation: Conversation) -> Tree:
    """Return the repaired tree of a conversation in any state."""
    known = conversation.nodes
    parents = without_loops({node.id: node.parent if node.parent in known else None for node in known.values()})
    nodes: dict[str, Node] = {}
    children: dict[str | None, list[str]] = {None: []}
    for node_id in conversation.nodes:
        chain: list[str] = []
        here: str | None = node_id
        while here is not None and here not in nodes:
            chain.append(here)
            here = parents[here]
        for each in reversed(chain):
            nodes[each] = conversation.nodes[each]
            children[each] = []
    for node_id in conversation.nodes:
        children[parents[node_id]].append(node_id)
    mended = sum(node.parent is not None and parents[node.id] is None for node in nodes.values())
    return Tree(nodes, parents, children, conversation.head, mended)


def only_path(conversation: Conversation) -> Conversation:
    """Return a conversation with only the selected branch."""
    return Conversation.of(conversation.path(), conversation.head)


def without_loops(parents: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return parents by message id; each cycle is cut above its first message.

    Args:
        parents: Each parent is None or also a key. The time is linear in their number.
    """
    found = dict(parents)
    places = {node_id: place for place, node_id in enumerate(parents)}
    sound: set[str] = set()
    for node_id in parents:
        walked: dict[str, None] = {}
        here: str | None = node_id
        while here is not None and here not in sound and here not in walked:
            walked[here] = None
            here = found[here]
        if here is not None and here in walked:
            steps = [*walked]
            found[min(steps[steps.index(here) :], key=places.__getitem__)] = None
        sound.update(walked)
    return found
