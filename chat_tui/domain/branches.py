"""The branches of a conversation: one for each end of the tree, each told by what it does not share."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.formats.tree import Tree, tree_of

_FORK, _LAST_FORK = "├─ ", "└─ "
_PAST, _BLANK = "│  ", "   "


class Branch(Struct, frozen=True, kw_only=True):
    """A path from the beginning to an end, drawn below the one it departs from.

    Of the messages below one another that were written at the same place, the first goes on with the branch that leads
    there; each other one begins a branch of its own.
    """

    own: tuple[Node, ...]
    """The messages that it shares with no branch drawn above it; at least one."""
    shared: int
    """How many messages stand before those."""
    beside: Node | None
    """The message of the branch it departs from that stands where its own first one does; None for a beginning."""
    compared: tuple[str | None, str | None]
    """The exchanges of the first reply from there on: of the branch it departs from, and its own."""
    guides: str
    """The tree's lines before it: none for a beginning."""
    current: int | None
    """How many messages of the selected path it has, where that ends among its own; else None."""

    @property
    def leaf(self) -> Node:
        """Its last message."""
        return self.own[-1]

    @property
    def first(self) -> Node:
        """Its first own message."""
        return self.own[0]

    @property
    def length(self) -> int:
        """All its messages."""
        return self.shared + len(self.own)


def branches(conversation: Conversation) -> tuple[Branch, ...]:
    """All branches, each before those that depart from it, those in the order of the places where they do.

    Loops and missing parents are mended as in ``tree_of``. As many branches as there are messages without a following
    one; every message is the own one of exactly one branch.
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
    """A message and, of what was written below each, always the first."""
    found = [tree.nodes[first]]
    while below := tree.children[found[-1].id]:
        found.append(tree.nodes[below[0]])
    return tuple(found)


def _forks(tree: Tree, own: Sequence[Node], shared: int) -> list[tuple[str, int, str]]:
    """What departs from a line: its first message, how many stand before that, and the message it stands beside."""
    return [
        (other, place, below[0])
        for place, node in enumerate(own, shared)
        if len(below := tree.children[node.id]) > 1
        for other in below[1:]
    ]


def _first_replies(tree: Tree) -> dict[str, str | None]:
    """Message id to the exchange of the first reply on the line from there on."""
    found: dict[str, str | None] = {}
    for node in reversed([*tree.nodes.values()]):
        below = tree.children[node.id]
        found[node.id] = node.exchange or (found[below[0]] if below else None)
    return found
