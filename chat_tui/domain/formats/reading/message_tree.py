"""Build a valid tree of nodes from messages that name their parents, repairing missing, cyclic and duplicate ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from heapq import heappop, heappush
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from chat_tui.domain.conversation import Node
from chat_tui.domain.formats.reading.conversation import Account
from chat_tui.domain.formats.tree import without_loops
from chat_tui.domain.json_values import JsonObject

_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class Entry(Struct, kw_only=True):
    """A message in another program's tree."""

    id: str
    parent: str | None
    message: JsonObject | None
    """In wire format; None: a node without content, whose children are attached to its parent."""
    children: Sequence[str] = ()
    """Ids of the children in order, if the format has them."""
    model: str = ""
    at_ms: int | None = None
    reasoning: str = ""
    """Of an entry without a message: added to the replies below it."""


class Grown(Struct, frozen=True):
    """A tree of nodes."""

    nodes: tuple[Node, ...]
    head: str | None


def grow(entries: Sequence[Entry], head: str | None, account: Account) -> Grown:
    """Build nodes from entries.

    Identical duplicates are dropped; a different message with a duplicate id gets a new id. A parent that is missing,
    or part of a cycle, is dropped. Ids that are unsafe in session files are replaced.

    Args:
        entries: In file order.
        head: Id of the selected message. A node without content selects the message above it; a missing one selects the
            last message of the file.
        account: Records what was repaired.
    """
    table = _by_id(entries, account)
    parents = _sound_parents(table, account)
    ordered = _in_order(table, parents)
    account.lose("thoughts without a reply", _hand_down_reasoning(table, parents, ordered))
    kept = _kept_parents(table, parents, ordered)
    names = {node_id: _safe_name(node_id) for node_id in ordered}
    nodes = tuple(_node(table[each], names, kept[each]) for each in ordered if table[each].message is not None)
    selected = _selected(table, kept, head)
    if selected is None and (head is None or head not in table):
        selected = next((each for each in reversed(ordered) if table[each].message is not None), None)
    return Grown(nodes, names[selected] if selected is not None else None)


def without_prompt(grown: Grown, made_as: str = "") -> tuple[str | None, Grown]:
    """Remove a single plain system message at the root of a tree; returns its text and the rest of the tree.

    Args:
        grown: Any tree; one with another root is unchanged.
        made_as: Prefix of the message's id, if only such a message is known to be a system prompt.
    """
    roots = [node for node in grown.nodes if node.parent is None]
    first = roots[0] if len(roots) == 1 else None
    if first is None or first.message.keys() != {"role", "content"} or first.message["role"] != "system":
        return None, grown
    content = first.message["content"]
    if not isinstance(content, str) or not content or not first.id.startswith(made_as):
        return None, grown
    rest = (node for node in grown.nodes if node is not first)
    nodes = tuple(replace(node, parent=None) if node.parent == first.id else node for node in rest)
    return content, Grown(nodes, grown.head if grown.head != first.id else None)


def _selected(table: Mapping[str, Entry], kept: Mapping[str, str | None], head: str | None) -> str | None:
    if head is None or head not in table:
        return None
    return head if table[head].message is not None else kept[head]


def _by_id(entries: Sequence[Entry], account: Account) -> dict[str, Entry]:
    table: dict[str, Entry] = {}
    for entry in entries:
        known = table.get(entry.id)
        if known is None:
            table[entry.id] = entry
        elif (known.message, known.parent) != (entry.message, entry.parent):
            number = 2
            while f"{entry.id}-{number}" in table:
                number += 1
            entry.id = f"{entry.id}-{number}"
            table[entry.id] = entry
            account.lose("ids that several messages have")
    return table


def _sound_parents(table: Mapping[str, Entry], account: Account) -> dict[str, str | None]:
    """Return the parents without missing ones, and with each cycle cut above its first message."""
    named = {entry.id: entry.parent if entry.parent in table else None for entry in table.values()}
    missing = sum(1 for entry in table.values() if entry.parent and named[entry.id] is None)
    sound = without_loops(named)
    account.lose("parents that are missing", missing)
    account.lose("parents that lead back to their own message", sum(named[each] != sound[each] for each in named))
    return sound


def _hand_down_reasoning(table: Mapping[str, Entry], parents: Mapping[str, str | None], order: Sequence[str]) -> int:
    """Add the reasoning of separate entries to the replies below them; returns how many had no reply."""
    thoughts: dict[str | None, _Thought | None] = {None: None}
    unsaid: set[str] = set()
    for node_id in order:
        entry, above = table[node_id], thoughts[parents[node_id]]
        if entry.message is None:
            thoughts[node_id] = _Thought(node_id, entry.reasoning, above) if entry.reasoning else above
            unsaid.update([node_id] if entry.reasoning else [])
            continue
        thoughts[node_id] = None
        if above is not None and entry.message.get("role") == "assistant":
            chain = [*above.upwards()]
            unsaid.difference_update(thought.id for thought in chain)
            text = "\n\n".join(thought.text for thought in reversed(chain))
            entry.message = {**entry.message, "reasoning_content": text}
    return len(unsaid)


class _Thought(Struct, frozen=True):
    id: str
    text: str
    above: _Thought | None

    def upwards(self) -> Iterator[_Thought]:
        here: _Thought | None = self
        while here is not None:
            yield here
            here = here.above


def _in_order(table: Mapping[str, Entry], parents: Mapping[str, str | None]) -> list[str]:
    """Return the ids with parents and elder siblings first, otherwise in file order."""
    places = {node_id: place for place, node_id in enumerate(table)}
    by_parent: dict[str | None, list[str]] = {}
    for node_id in table:
        by_parent.setdefault(parents[node_id], []).append(node_id)
    following: dict[str, list[str]] = {node_id: [] for node_id in table}
    missing = dict.fromkeys(table, 0)
    for parent, siblings in by_parent.items():
        told = {child: rank for rank, child in enumerate(table[parent].children)} if parent is not None else {}
        siblings.sort(key=lambda each: (told.get(each, len(told)), places[each]))
        for place, node_id in enumerate(siblings):
            for before in (parent, siblings[place - 1] if place else None):
                if before is not None:
                    following[before].append(node_id)
                    missing[node_id] += 1
    ready = [(places[node_id], node_id) for node_id, count in missing.items() if not count]
    ordered: list[str] = []
    while ready:
        _, node_id = heappop(ready)
        ordered.append(node_id)
        for each in following[node_id]:
            missing[each] -= 1
            if not missing[each]:
                heappush(ready, (places[each], each))
    return ordered


def _kept_parents(
    table: Mapping[str, Entry], parents: Mapping[str, str | None], order: Sequence[str]
) -> dict[str, str | None]:
    """Map each entry to its nearest ancestor with content."""
    kept: dict[str, str | None] = {}
    for node_id in order:
        parent = parents[node_id]
        kept[node_id] = parent if parent is None or table[parent].message is not None else kept[parent]
    return kept


def _node(entry: Entry, names: Mapping[str, str], parent: str | None) -> Node:
    return Node(
        names[entry.id],
        names[parent] if parent is not None else None,
        entry.message or {},
        model=entry.model,
        at_ms=entry.at_ms,
    )


def _safe_name(node_id: str) -> str:
    """Return the id itself if it is safe in file names, else a hash of it."""
    if _SAFE.fullmatch(node_id):
        return node_id
    return blake2b(node_id.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
