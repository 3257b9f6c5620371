"""Import Open WebUI's chat exports: a list of chats or a single chat, each with a tree of messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Final

from chat_tui.domain.formats.reading.conversation import (
    Account,
    ImportedConversation,
    image_part,
    list_at,
    message_of,
    moment_ms,
    moment_s,
    object_at,
    objects,
    text_at,
)
from chat_tui.domain.formats.reading.message_tree import Entry, grow
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.labels import Labels, tag_words

_THOUGHTS: Final = re.compile(
    r'<details type="reasoning"[^>]{0,300}>\s*<summary>[^<]{0,300}</summary>\s*(.*?)\s*</details>\s*', re.DOTALL
)
_KEPT: Final = ("name", "tool_calls", "tool_call_id", "function_call", "annotations", "refusal")
"""Members with the same name and meaning on the wire."""
_SWITCHES: Final = frozenset({"system", "custom_params", "stream_response", "stream_delta_chunk_size"})
"""Members of its parameters that are not request parameters."""
_UNCARRIED: Final = {
    "sources": "sources of replies",
    "citations": "sources of replies",
    "usage": "token counts",
    "info": "token counts",
    "statusHistory": "progress notes of tools",
    "annotation": "ratings of replies",
    "error": "errors of replies",
    "embeds": "embedded pages",
    "followUps": "suggested questions",
    "code_executions": "runs of code",
}


def recognises(values: Sequence[Json]) -> bool:
    """Return whether the first object is a chat: with a message history, or a message list under ``chat``."""
    first = next((value for value in values if isinstance(value, dict)), {})
    chat = object_at(first, "chat") or first
    return isinstance(object_at(chat, "history").get("messages"), dict) or (
        "chat" in first and isinstance(chat.get("messages"), list)
    )


def read(values: Sequence[Json], account: Account) -> tuple[ImportedConversation, ...]:
    """Import the chats in file order."""
    found = []
    for value in values:
        if isinstance(value, dict) and recognises([value]):
            found.append(_conversation(value, account))
        else:
            account.lose("entries that are no chat")
    return tuple(found)


def _conversation(outer: JsonObject, account: Account) -> ImportedConversation:
    chat = object_at(outer, "chat") or outer
    history, parameters = object_at(chat, "history"), object_at(chat, "params")
    messages = object_at(history, "messages")
    if messages:
        listed = [(node_id, message) for node_id, message in messages.items() if isinstance(message, dict)]
        account.lose("entries that are no message", len(messages) - len(listed))
        grown = grow([_entry(*each, account) for each in listed], text_at(history, "currentId") or None, account)
    else:
        line = _in_line(objects(list_at(chat, "messages")), account)
        grown = grow(line, line[-1].id if line else None, account)
    last = next((node.model for node in reversed(grown.nodes) if node.model), "")
    models = [model for model in list_at(chat, "models") if isinstance(model, str)]
    tags = list_at(object_at(outer, "meta"), "tags") or list_at(chat, "tags")
    account.lose("attached files", len(list_at(chat, "files")))
    return ImportedConversation(
        title=text_at(outer, "title") or text_at(chat, "title"),
        created_s=moment_s(outer.get("created_at")) or moment_s(chat.get("timestamp")),
        model=last or next(iter(models), ""),
        system=text_at(parameters, "system") or text_at(chat, "system") or None,
        parameters=_parameters(parameters),
        nodes=grown.nodes,
        head=grown.head,
        labels=Labels(
            tags=tag_words(" ".join(_tag(tag) for tag in tags)),
            starred=outer.get("pinned") is True,
            archived=outer.get("archived") is True,
        ),
    )


def _in_line(messages: list[JsonObject], account: Account) -> list[Entry]:
    """Convert the messages of a chat without a history: each follows the one before."""
    entries: list[Entry] = []
    for place, message in enumerate(messages):
        entry = _entry(text_at(message, "id") or f"message-{place}", message, account)
        entry.parent = entries[-1].id if entries else None
        entries.append(entry)
    return entries


def _entry(node_id: str, message: JsonObject, account: Account) -> Entry:
    return Entry(
        id=node_id,
        parent=text_at(message, "parentId") or None,
        message=_wire(message, account),
        children=[each for each in list_at(message, "childrenIds") if isinstance(each, str)],
        model=text_at(message, "model") if message.get("role") == "assistant" else "",
        at_ms=moment_ms(message.get("timestamp")),
    )


def _wire(message: JsonObject, account: Account) -> JsonObject:
    role, content = text_at(message, "role") or "user", message.get("content")
    text, reasoning = content if isinstance(content, str) else "", text_at(message, "reasoning_content")
    if role == "assistant" and not reasoning:
        text, reasoning = _without_thoughts(text)
    files = [part for file in objects(list_at(message, "files")) if (part := _file(file, account)) is not None]
    wire = message_of(role, content if isinstance(content, list) else text, files)
    if reasoning:
        wire["reasoning_content"] = reasoning
    wire |= {name: message[name] for name in _KEPT if message.get(name) not in (None, "", [])}
    for name, kind in _UNCARRIED.items():
        if message.get(name):
            account.lose(kind)
    return wire


def _without_thoughts(text: str) -> tuple[str, str]:
    """Split a reply into its content and the text of its leading reasoning blocks."""
    thoughts: list[str] = []
    while found := _THOUGHTS.match(text):
        lines = (re.sub(r"^> ?", "", line) for line in unescape(found[1]).split("\n"))
        thoughts.append("\n".join(lines))
        text = text[found.end() :]
    return text, "\n\n".join(thoughts)


def _file(file: JsonObject, account: Account) -> JsonObject | None:
    url = text_at(file, "url")
    if file.get("type") == "image" and url:
        return image_part(url)
    account.lose("attached files")
    return None


def _parameters(shown: JsonObject) -> JsonObject:
    """Return the parameters that are set, merged with the custom ones."""
    set_here = {name: value for name, value in shown.items() if value is not None and name not in _SWITCHES}
    return set_here | object_at(shown, "custom_params")


def _tag(tag: Json) -> str:
    """Return a tag given as a string or as an object with a name; spaces become hyphens, since they separate tags."""
    name = text_at(tag, "name") if isinstance(tag, dict) else tag
    return "-".join(name.split()) if isinstance(name, str) else ""
