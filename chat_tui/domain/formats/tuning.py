"""Export to OpenAI training files: branches as fine-tuning examples, siblings as preference pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chat_tui.domain.conversation import Node
from chat_tui.domain.counts import counted
from chat_tui.domain.formats.facts import ASSISTANT, body_of, exchange_of, is_whole, messages_before, role_of
from chat_tui.domain.formats.json_text import json_text
from chat_tui.domain.formats.losses import Losses
from chat_tui.domain.formats.table import Material, Weights, Written
from chat_tui.domain.formats.tree import Tree, tree_of
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import Session

_COMMON: Final = frozenset({"role", "content", "name"})
_MEMBERS: Final = {
    ASSISTANT: _COMMON | {"refusal", "tool_calls", "function_call"},
    "tool": frozenset({"role", "content", "tool_call_id"}),
}
_TOOLS: Final = ("tools", "parallel_tool_calls", "functions")


def examples(material: Material) -> Written:
    """Write one line per branch that ends in a complete reply: ``messages``, and ``tools`` if there were any."""
    session, tree, losses = material.session, tree_of(material.session.conversation), Losses()
    lines = []
    for last in _last_replies(session, tree, losses):
        messages = [*messages_before(session, tree, last), last.message]
        plain = [_plain(message, place, losses) for place, message in enumerate(messages)]
        line: JsonObject = {"messages": [*_weighted(plain, material.weights)]}
        lines.append(json_text(line | _tools(session, last)) + "\n")
    if not lines:
        raise ProblemError(Problem(kind="usage", what="No branch of this session ends with a complete reply"))
    losses.of_tree(tree)
    return Written("".join(lines), losses.notes())


def preferences(material: Material) -> Written:
    """Write one line per sibling of a reply on the selected branch; the selected reply is the preferred one."""
    session, tree, losses = material.session, tree_of(material.session.conversation), Losses()
    path = {node.id for node in tree.path()}
    lines, undecided = [], 0
    for parent, children in tree.children.items():
        replies = [tree.nodes[child] for child in children if role_of(tree.nodes[child]) == ASSISTANT]
        preferred = next((node for node in replies if node.id in path), None)
        if preferred is None or parent is None:
            undecided += len(replies) > 1
            continue
        for other in replies:
            if other is not preferred and other.message != preferred.message:
                lines += _pair(session, tree, preferred, other, losses)
    if not lines:
        raise ProblemError(
            Problem(
                kind="usage",
                what="No reply on the selected branch has an alternative",
                hint="Ask for another reply to the same message, then select the better one.",
            )
        )
    if undecided:
        losses.say(f"Left out: {counted(undecided, 'fork')} outside the selected branch, where no reply is preferred.")
    return Written("".join(lines), losses.notes())


def _pair(session: Session, tree: Tree, preferred: Node, other: Node, losses: Losses) -> list[str]:
    if not (is_whole(session, preferred) and is_whole(session, other)):
        losses.say("Left out: pairs with a reply that was cut off.")
        return []
    messages = messages_before(session, tree, preferred)
    before = [_plain(message, place, losses) for place, message in enumerate(messages)]
    line: JsonObject = {
        "input": {"messages": [*before], **_tools(session, preferred)},
        "preferred_output": [_plain(preferred.message, len(before), losses)],
        "non_preferred_output": [_plain(other.message, len(before), losses)],
    }
    return [json_text(line) + "\n"]


def _last_replies(session: Session, tree: Tree, losses: Losses) -> list[Node]:
    """Return the last reply of each branch, once; messages after it are not useful for training."""
    found: dict[str, Node] = {}
    inner: set[str] = set()
    cut = 0
    for leaf in tree.leaves():
        path = [*tree.path_to(leaf.id)]
        while path and role_of(path[-1]) != ASSISTANT:
            path.pop()
        if not path:
            continue
        inner.update(node.id for node in path[:-1])
        if path[-1].id not in found and not is_whole(session, path[-1]):
            cut += 1
            continue
        found[path[-1].id] = path[-1]
    if cut:
        losses.say(f"Left out: {counted(cut, 'example')} whose last reply is incomplete.")
    return [node for node_id, node in found.items() if node_id not in inner]


def _plain(message: JsonObject, place: int, losses: Losses) -> JsonObject:
    """Return the message at this place with only the members that training supports."""
    role = message.get("role")
    known = _MEMBERS.get(role, _COMMON) if isinstance(role, str) else _COMMON
    for name, value in message.items():
        if name not in known and value not in (None, [], ""):
            losses.add(name, (place, json_text(message)))
    return {name: value for name, value in message.items() if name in known}


def _weighted(messages: Sequence[JsonObject], weights: Weights) -> list[JsonObject]:
    if weights == "all":
        return [*messages]
    last = len(messages) - 1
    return [
        {**message, "weight": int(place == last)} if message.get("role") == ASSISTANT else message
        for place, message in enumerate(messages)
    ]


def _tools(session: Session, node: Node) -> JsonObject:
    exchange = exchange_of(session, node)
    body: dict[str, Json] = body_of(exchange) if exchange is not None else {}
    return {name: body[name] for name in _TOOLS if name in body}
