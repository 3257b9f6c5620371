"""Import llama.cpp's web interface exports: JSON Lines of sessions and messages, and the older JSON format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from chat_tui.domain.formats.reading.conversation import (
    Account,
    ImportedConversation,
    image_part,
    list_at,
    message_of,
    moment_ms,
    object_at,
    objects,
    text_at,
    text_part,
)
from chat_tui.domain.formats.reading.message_tree import Entry, grow, without_prompt
from chat_tui.domain.json_values import Json, JsonObject, dump_json

_OURS: Final = "chat-tui"
_PROMPT_ID: Final = "system"


class _Chat(Struct):
    head: JsonObject
    messages: list[JsonObject] = field(default_factory=list)


def recognises(values: Sequence[Json]) -> bool:
    """Return whether the first object is a session record, a message record, or a conversation with messages."""
    first = next((value for value in values if isinstance(value, dict)), {})
    if isinstance(first.get("conv"), dict) and isinstance(first.get("messages"), list):
        return True
    return (first.get("type") == "session" and ("currNode" in first or "harness" in first)) or (
        first.get("type") == "message" and "convId" in object_at(first, "message")
    )


def read(values: Sequence[Json], account: Account) -> tuple[ImportedConversation, ...]:
    """Import the conversations in file order; messages before the first session form their own conversation."""
    chats: list[_Chat] = []
    for value in values:
        if not isinstance(value, dict):
            account.lose("values that are no record")
        elif value.get("type") == "session":
            chats.append(_Chat(value))
        elif isinstance(message := value.get("message"), dict):
            if not chats:
                chats.append(_Chat({}))
            chats[-1].messages.append(message)
        elif isinstance(value.get("conv"), dict):
            chats.append(_Chat(object_at(value, "conv"), objects(list_at(value, "messages"))))
        else:
            account.lose("records of an unknown kind")
    return tuple(_conversation(chat, account) for chat in chats)


def _conversation(chat: _Chat, account: Account) -> ImportedConversation:
    entries = [_entry(message, place, account) for place, message in enumerate(chat.messages)]
    grown = grow(entries, text_at(chat.head, "currNode") or None, account)
    ours = chat.head.get("harness") == _OURS
    system, grown = without_prompt(grown, made_as=_PROMPT_ID if ours else "")
    times = [node.at_ms for node in grown.nodes if node.at_ms is not None]
    last = next((node.model for node in reversed(grown.nodes) if node.model), "")
    return ImportedConversation(
        title=text_at(chat.head, "name"),
        created_s=min(times) / 1000 if times else None,
        model=last,
        system=system,
        nodes=grown.nodes,
        head=grown.head,
    )


def _entry(message: JsonObject, place: int, account: Account) -> Entry:
    return Entry(
        id=text_at(message, "id") or f"message-{place}",
        parent=text_at(message, "parent") or None,
        message=None if message.get("type") == "root" else _wire(message, account),
        children=[each for each in list_at(message, "children") if isinstance(each, str)],
        model=text_at(message, "model"),
        at_ms=moment_ms(message.get("timestamp")),
    )


def _wire(message: JsonObject, account: Account) -> JsonObject:
    parts = [part for extra in objects(list_at(message, "extra")) if (part := _attachment(extra, account)) is not None]
    content = message.get("content")
    wire = message_of(text_at(message, "role") or "user", content if isinstance(content, str | list) else "", parts)
    if reasoning := text_at(message, "reasoningContent", "thinking"):
        wire["reasoning_content"] = reasoning
    if calls := _calls(message.get("toolCalls"), account):
        wire["tool_calls"] = calls
    if answered := text_at(message, "toolCallId"):
        wire["tool_call_id"] = answered
    if message.get("timings"):
        account.lose("timings of replies")
    return wire


def _calls(value: Json, account: Account) -> list[Json]:
    """Return tool calls, which may be given as a list or as its JSON text."""
    if isinstance(value, str) and value.strip():
        from chat_tui.domain.json_values import parse_json

        try:
            value = parse_json(value)
        except ValueError:
            account.lose("tool calls that are no JSON")
            return []
    return [*objects(value)] if isinstance(value, list) else []


def _attachment(extra: JsonObject, account: Account) -> JsonObject | None:
    """Convert an attachment by its content, since the names of its types changed over time."""
    name = text_at(extra, "name")
    if url := text_at(extra, "base64Url"):
        return image_part(url)
    data, mime, text = text_at(extra, "base64Data"), text_at(extra, "mimeType"), text_at(extra, "content")
    if data and mime.startswith("audio/"):
        return {"type": "input_audio", "input_audio": {"data": data, "format": mime.removeprefix("audio/")}}
    if text_at(extra, "type").upper().startswith("PDF") and data:
        url = f"data:application/pdf;base64,{data}"
        return {"type": "file", "file": {"filename": name or "file.pdf", "file_data": url}}
    if text:
        return text_part(f"--- {name} ---\n{text}" if name else text)
    if data:
        account.lose(f"attachments of the kind {mime or 'unknown'}")
        return None
    account.lose(f"attachments without contents ({dump_json(extra.get('type'))})")
    return None
