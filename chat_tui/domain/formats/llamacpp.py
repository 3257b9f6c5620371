"""Export to the format of llama.cpp's web interface: JSON Lines of a session, then its messages as a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.formats.facts import (
    ASSISTANT,
    SYSTEM,
    choice_of,
    created_ms,
    exchange_of,
    model_of,
    reasoning_of,
    role_of,
    times_ms,
    title_of,
    unused,
)
from chat_tui.domain.formats.json_text import json_text
from chat_tui.domain.formats.losses import Losses
from chat_tui.domain.formats.parts import Part, other_parts
from chat_tui.domain.formats.table import Material, Written
from chat_tui.domain.formats.tree import Tree, tree_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.session import Session

_ROLES: Final = {"developer": SYSTEM, "function": "tool"}
"""Unsupported roles and their replacements."""
_CARRIED: Final = frozenset(
    {
        "role",
        "content",
        "images",
        "tool_calls",
        "tool_call_id",
        "refusal",
        "reasoning",
        "reasoning_content",
        "reasoning_details",
    }
)


class _Chat(Struct):
    session: Session
    tree: Tree
    times: Mapping[str, int]
    trunk: str
    """Parent of the messages without a parent."""
    losses: Losses


def write(material: Material) -> Written:
    """Write the whole tree below an added root, with the system prompt as the ancestor of all messages."""
    session = material.session
    tree = tree_of(session.conversation)
    root = unused("root", tree.nodes)
    system = session.settings.system if session.settings is not None else None
    trunk = unused("system", tree.nodes) if system else root
    chat = _Chat(session, tree, times_ms(session, tree), trunk, Losses())
    begun = max(0, min(chat.times.values(), default=created_ms(session)) - 1)
    opening: JsonObject = {
        "type": "session",
        "harness": "chat-tui",
        "id": session.id,
        "name": title_of(session),
        "lastModified": max(chat.times.values(), default=created_ms(session)),
        "currNode": tree.head or trunk,
    }
    first = tree.children[None]
    made = [_made(chat, root, None, [trunk] if system else first) | {"type": "root", "timestamp": begun}]
    if system:
        made.append(_made(chat, trunk, root, first) | {"type": SYSTEM, "timestamp": begun, "content": system})
    messages = [*made, *(_message(chat, node) for node in tree.nodes.values())]
    lines: list[JsonObject] = [opening]
    lines += [{"type": "message", "message": message} for message in messages]
    chat.losses.of_tree(tree)
    return Written("".join(json_text(line) + "\n" for line in lines), chat.losses.notes())


def _made(chat: _Chat, node_id: str, parent: str | None, children: Sequence[str]) -> JsonObject:
    """Create a message that is not in the session."""
    return {
        "id": node_id,
        "convId": chat.session.id,
        "type": "text",
        "timestamp": 0,
        "role": SYSTEM,
        "content": "",
        "parent": parent,
        "children": [*children],
    }


def _message(chat: _Chat, node: Node) -> JsonObject:
    own_role = role_of(node)
    role = _ROLES.get(own_role, own_role)
    if role != own_role:
        chat.losses.say(f"The role {own_role} was changed to {role}.")
    message = _made(chat, node.id, chat.tree.parents[node.id] or chat.trunk, chat.tree.children[node.id])
    message["type"] = SYSTEM if role == SYSTEM else "text"
    message |= {"timestamp": chat.times[node.id], "role": role, "content": text_of(node.message)}
    return message | _more(chat.session, node, chat.losses)


def _more(session: Session, node: Node, losses: Losses) -> JsonObject:
    """Return the optional members of a message."""
    message = node.message
    more: JsonObject = {}
    if model := model_of(session, node):
        more["model"] = model
    if reasoning := reasoning_of(session, node):
        more["reasoningContent"] = reasoning
    calls, answered = message.get("tool_calls"), message.get("tool_call_id")
    if isinstance(calls, list) and calls:
        more["toolCalls"] = calls
    if isinstance(answered, str):
        more["toolCallId"] = answered
    extra = [file for part in other_parts(message) if (file := _attachment(part, node.id, losses)) is not None]
    if extra:
        more["extra"] = [*extra]
    if role_of(node) == ASSISTANT and (timings := _timings(session, node)):
        more["timings"] = timings
    for name, value in message.items():
        if name not in _CARRIED and value not in (None, [], "", {}):
            losses.add(name, node.id)
    return more


def _attachment(part: Part, node_id: str, losses: Losses) -> JsonObject | None:
    if part.kind == "image" and part.data.startswith("data:"):
        return {"type": "IMAGE", "name": part.name or "image", "base64Url": part.data}
    if part.kind == "audio" and part.data:
        mime = f"audio/{part.name or 'wav'}"
        return {"type": "AUDIO", "name": f"audio.{part.name or 'wav'}", "base64Data": part.data, "mimeType": mime}
    if part.kind == "file" and part.data.startswith("data:application/pdf;base64,"):
        data = part.data.partition(",")[2]
        return {
            "type": "PDF",
            "name": part.name or "file.pdf",
            "base64Data": data,
            "content": "",
            "processedAsImages": False,
        }
    by_url = part.kind == "image" and part.data
    losses.add("images given by URL" if by_url else f"content of type {part.kind}", node_id)
    return None


def _timings(session: Session, node: Node) -> JsonObject:
    """Return the timings reported by a llama.cpp server, if one answered."""
    exchange, choice = exchange_of(session, node), choice_of(session, node)
    timings = exchange.reply.extra.get("timings") if exchange is not None and choice is not None else None
    return timings if isinstance(timings, dict) else {}
