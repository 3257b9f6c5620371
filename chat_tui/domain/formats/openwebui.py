"""Export to Open WebUI's chat format: a JSON array with one chat, its messages as a tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.formats.facts import (
    ASSISTANT,
    created_ms,
    exchange_of,
    model_of,
    reasoning_of,
    role_of,
    times_ms,
    title_of,
)
from chat_tui.domain.formats.json_text import json_text
from chat_tui.domain.formats.losses import Losses
from chat_tui.domain.formats.parts import other_parts
from chat_tui.domain.formats.table import Material, Written
from chat_tui.domain.formats.tree import Tree, tree_of
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.session import Session
from chat_tui.domain.settings import OWN_STREAM

_PARAMETERS: Final = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "min_p",
        "max_tokens",
        "seed",
        "stop",
        "frequency_penalty",
        "presence_penalty",
        "repeat_penalty",
        "logit_bias",
        "reasoning_effort",
        "response_format",
    }
)
"""Parameters that Open WebUI has a control for; others are exported as custom ones."""
_SHOWN: Final = frozenset({"role", "content", "refusal", "images"})
_KEPT: Final = ("name", "tool_calls", "tool_call_id", "function_call", "annotations")
"""Members that are written to the file, but not shown by Open WebUI."""


class _Chat(Struct):
    session: Session
    tree: Tree
    times: Mapping[str, int]
    models: Mapping[str, str]
    """Model of each message; empty if unknown."""
    losses: Losses


def write(material: Material) -> Written:
    """Write one chat with the whole tree, the system prompt and the parameters."""
    session, losses = material.session, Losses()
    tree = tree_of(session.conversation)
    times = times_ms(session, tree)
    models = {node.id: model_of(session, node) for node in tree.nodes.values()}
    writing = _Chat(session, tree, times, models, losses)
    messages: JsonObject = {node.id: _message(writing, node) for node in tree.nodes.values()}
    used = [*dict.fromkeys(model for model in models.values() if model)]
    if not used and session.settings is not None and session.settings.model:
        used = [session.settings.model]
    begun, ended = created_ms(session), max(times.values(), default=created_ms(session))
    chat: JsonObject = {
        "id": "",
        "title": title_of(session),
        "models": [*used],
        "params": _parameters(session),
        "history": {"messages": messages, "currentId": tree.head},
        "messages": [messages[node.id] for node in tree.path()],
        "tags": [*session.labels.tags],
        "timestamp": begun,
        "files": [],
    }
    losses.of_tree(tree)
    wrapped: JsonObject = {
        "id": session.id,
        "title": title_of(session),
        "chat": chat,
        "meta": {"tags": [*session.labels.tags]},
        "pinned": session.labels.starred,
        "archived": session.labels.archived,
        "folder_id": None,
        "created_at": begun // 1000,
        "updated_at": ended // 1000,
    }
    return Written(json_text([wrapped], indent=2) + "\n", losses.notes())


def _message(chat: _Chat, node: Node) -> JsonObject:
    tree, losses = chat.tree, chat.losses
    message, role = node.message, role_of(node)
    line: JsonObject = {
        "id": node.id,
        "parentId": tree.parents[node.id],
        "childrenIds": [*tree.children[node.id]],
        "role": role,
        "content": text_of(message),
        "timestamp": chat.times[node.id] // 1000,
    }
    if role == ASSISTANT:
        line |= _of_a_reply(chat.session, node, chat.models[node.id])
    else:
        asked = dict.fromkeys(chat.models[child] for child in tree.children[node.id] if chat.models[child])
        line["models"] = [*asked]
    if role not in ("user", ASSISTANT):
        losses.say(f"Open WebUI shows messages with the role {role} as replies.")
    if files := _files(node, losses):
        line["files"] = files
    if reasoning := reasoning_of(chat.session, node):
        line["reasoning_content"] = reasoning
        losses.say("Reasoning is in the file, but Open WebUI does not show it.")
    for name, value in message.items():
        if name in _KEPT and value not in (None, [], ""):
            line[name] = value
            losses.say(f"The member {name} is in the file, but Open WebUI does not show it.")
        elif name not in _SHOWN and not name.startswith("reasoning") and value not in (None, [], "", {}):
            losses.add(name, node.id)
    return line


def _of_a_reply(session: Session, node: Node, model: str) -> JsonObject:
    line: JsonObject = {"done": True}
    if model:
        line |= {"model": model, "modelName": model, "modelIdx": 0}
    exchange = exchange_of(session, node)
    if exchange is not None and not node.choice and exchange.reply.usage is not None:
        line["usage"] = exchange.reply.usage
    if exchange is not None and exchange.reply.error is not None:
        words = exchange.reply.error.get("message")
        line["error"] = {"content": words if isinstance(words, str) else "The reply ended with an error."}
    return line


def _files(node: Node, losses: Losses) -> list[Json]:
    found: list[Json] = []
    for part in other_parts(node.message):
        if part.kind == "image" and part.data:
            found.append({"type": "image", "url": part.data})
        else:
            losses.add(f"content of type {part.kind}", node.id)
    return found


def _parameters(session: Session) -> JsonObject:
    settings = session.settings
    if settings is None:
        return {}
    shown: JsonObject = {"system": settings.system} if settings.system else {}
    custom: JsonObject = {}
    for name, value in settings.parameters.items():
        if name not in (*OWN_STREAM, "stream_options"):
            (shown if name in _PARAMETERS else custom)[name] = value
    return shown | ({"custom_params": custom} if custom else {})
