"""Split a conversation tree into branches, one for each leaf, each with the messages it shares with no other."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.formats.tree import Tree, tree_of

_FORK, _LAST_FORK = "├─ ", "└─ "
_PAST, _BLANK = "│  ", "   "


class Branch(Struct, frozen=True, kw_only=True):
    """A path from a root to a leaf, drawn below the branch it forks from.

    Of several messages with the same parent, the first continues the branch of the parent; each other one starts a
    branch.
    """

    own: tuple[Node, ...]
    """The messages that no branch drawn above contains; at least one."""
    shared: int
    """Number of messages before those."""
    beside: Node | None
    """The sibling of ``first`` on the branch it forks from; None for a root."""
    compared: tuple[str | None, str | None]
    """Exchange ids of the first reply from the fork on: of the branch it forks from, and of this one."""
    guides: str
    """Tree guide lines to draw before it; empty for the first root."""
    current: int | None
    """Number of messages of the selected path if that ends among ``own``; else None."""

    @property
    def leaf(self) -> Node:
        """The last message."""
        return self.own[-1]

    @property
    def first(self) -> Node:
        """The first of its own messages."""
        return self.own[0]

    @property
    def length(self) -> int:
        """Total number of messages, shared ones included."""
        return self.shared + len(self.own)


def branches(conversation: Conversation) -> tuple[Branch, ...]:
    """Return all branches in drawing order: each before its forks, forks in order of the position they leave at.

    Cycles and missing parents are repaired as in ``tree_of``. There is one branch for each leaf, and every message is
    in ``own`` of exactly one branch.
    """
    tree = tree_of(conversation)
    roots = tree.children[None]
    found: list[Branch] = []
    replies = _first_replies(tree)
    waiting: list[tuple[str, int, str, str, str | None]] = [
        (root, 0, "", "", roots[0] if root != roots[0] else None) for root in reversed(roots)
    ]
    while waiting:
        first, shared, guides, below, beside = waiting.pop()
        own = _line(tree, first)
        places = {node.id: place for place, node in enumerate(own, shared + 1)}
        found.append(
            Branch(
                own=own,
                shared=shared,
                beside=tree.nodes[beside] if beside is not None else None,
                compared=(replies[beside] if beside is not None else None, replies[first]),
                guides=guides,
                current=places.get(tree.head) if tree.head is not None else None,
            )
        )
        forks = _forks(tree, own, shared + 1)
        for index, (other, before, instead) in reversed([*enumerate(forks, 1)]):
            last = index == len(forks)
            waiting.append(
                (other, before, below + (_LAST_FORK if last else _FORK), below + (_BLANK if last else _PAST), instead)
            )
    return tuple(found)


def _line(tree: Tree, first: str) -> tuple[Node, ...]:
    """Return a message and, repeatedly, its first child."""
    found = [tree.nodes[first]]
    while below := tree.children[found[-1].id]:
        found.append(tree.nodes[below[0]])
    return tuple(found)


def _forks(tree: Tree, own: Sequence[Node], shared: int) -> list[tuple[str, int, str]]:
    """Return the forks of a line: first message, number of messages before it, and the sibling on the line."""
    return [
        (other, place, below[0])
        for place, node in enumerate(own, shared)
        if len(below := tree.children[node.id]) > 1
        for other in below[1:]
    ]


def _first_replies(tree: Tree) -> dict[str, str | None]:
    """Map each message id to the exchange of the first reply on the line from there on."""
    found: dict[str, str | None] = {}
    for node in reversed([*tree.nodes.values()]):
        below = tree.children[node.id]
        found[node.id] = node.exchange or (found[below[0]] if below else None)
    return found
