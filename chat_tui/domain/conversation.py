"""A conversation: a tree of messages in wire shape; the head selects the path that is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from chat_tui.domain.json_values import JsonObject


class Node(Struct, frozen=True):
    """One message in the tree."""

    id: str
    parent: str | None
    message: JsonObject
    """Wire shape, lossless."""
    exchange: str | None = None
    """The exchange that made it; None for what a user wrote."""
    choice: int | None = None
    model: str = ""
    """Who wrote it, where no exchange tells: a message from another program."""
    at_ms: int | None = None
    """When it was written, in milliseconds since the epoch, where another program told."""


class Conversation(Struct, frozen=True):
    """An immutable tree. Insertion order is the order of writing."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    head: str | None = None

    @staticmethod
    def of(nodes: Iterable[Node], head: str | None) -> Conversation:
        """A tree from nodes in order of writing; a head that is not among them counts as none."""
        table = {node.id: node for node in nodes}
        return Conversation(table, head if head in table else None)

    def add(self, node: Node) -> Conversation:
        """With one more message, which becomes the head."""
        return Conversation({**self.nodes, node.id: node}, node.id)

    def at(self, head: str | None) -> Conversation:
        """With another path selected; None selects the empty one."""
        return Conversation(self.nodes, head)

    def path(self) -> tuple[Node, ...]:
        """The messages from the root to the head; a parent that is missing or repeats ends the walk."""
        found: list[Node] = []
        seen: set[str] = set()
        here = self.head
        while here is not None and here in self.nodes and here not in seen:
            seen.add(here)
            found.append(self.nodes[here])
            here = self.nodes[here].parent
        return tuple(reversed(found))

    def siblings(self, node_id: str) -> tuple[Node, ...]:
        """The messages with the same parent, itself included, in order of writing."""
        parent = self.nodes[node_id].parent
        return tuple(node for node in self.nodes.values() if node.parent == parent)


def text_of(message: Mapping[str, object]) -> str:
    """The words of a message: its content, or its text parts joined by newlines; without content, its refusal."""
    content = message.get("content")
    if isinstance(content, str) and content:
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(part for part in parts if isinstance(part, str))
    refusal = message.get("refusal")
    return refusal if isinstance(refusal, str) else ""
