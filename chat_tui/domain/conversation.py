"""A conversation: an immutable tree of messages in wire format; the head selects the path that is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from chat_tui.domain.json_values import JsonObject


class Node(Struct, frozen=True):
    """One message in the tree."""

    id: str
    parent: str | None
    message: JsonObject
    """In wire format, lossless."""
    exchange: str | None = None
    """Id of the exchange that produced it; None for a message written by a user."""
    choice: int | None = None
    model: str = ""
    """The model that wrote it, if there is no exchange: for messages imported from another program."""
    at_ms: int | None = None
    """When it was written, in milliseconds since the epoch, if an imported file contained that."""


class Conversation(Struct, frozen=True):
    """An immutable tree. Insertion order is the order in which the messages were written."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    head: str | None = None

    @staticmethod
    def of(nodes: Iterable[Node], head: str | None) -> Conversation:
        """Build a tree from nodes in order of writing; a head that is not among them becomes None."""
        table = {node.id: node for node in nodes}
        return Conversation(table, head if head in table else None)

    def add(self, node: Node) -> Conversation:
        """Return the conversation with one more message, which becomes the head."""
        return Conversation({**self.nodes, node.id: node}, node.id)

    def at(self, head: str | None) -> Conversation:
        """Return the conversation with another head; None selects the empty path."""
        return Conversation(self.nodes, head)

    def path(self) -> tuple[Node, ...]:
        """Return the messages from the root to the head; the walk ends at a missing parent or a cycle."""
        found: list[Node] = []
        seen: set[str] = set()
        here = self.head
        while here is not None and here in self.nodes and here not in seen:
            seen.add(here)
            found.append(self.nodes[here])
            here = self.nodes[here].parent
        return tuple(reversed(found))

    def siblings(self, node_id: str) -> tuple[Node, ...]:
        """Return the messages with the same parent, the message itself included, in order of writing."""
        parent = self.nodes[node_id].parent
        return tuple(node for node in self.nodes.values() if node.parent == parent)


def text_of(message: Mapping[str, object]) -> str:
    """Return the text of a message: its content, or its text parts joined by newlines; without content, its refusal."""
    content = message.get("content")
    if isinstance(content, str) and content:
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(part for part in parts if isinstance(part, str))
    refusal = message.get("refusal")
    return refusal if isinstance(refusal, str) else ""
