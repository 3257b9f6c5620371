"""Import ChatGPT's data export, ``conversations.json``: trees of messages, including hidden and tool messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.formats.reading.conversation import (
    Account,
    ImportedConversation,
    content_of,
    image_part,
    list_at,
    moment_ms,
    moment_s,
    object_at,
    objects,
    text_at,
    text_part,
)
from chat_tui.domain.formats.reading.message_tree import Entry, grow
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.labels import Labels

_EVERYONE: Final = ("", "all")


class _Said(Struct):
    """The parsed content of a message."""

    text: str = ""
    parts: list[JsonObject] = []
    reasoning: str = ""
    system: bool = False
    """Whether it contains instructions, whoever is given as the author."""


def recognises(values: Sequence[Json]) -> bool:
    """Return whether the first object has a mapping of nodes."""
    first = next((value for value in values if isinstance(value, dict)), {})
    return isinstance(first.get("mapping"), dict)


def read(values: Sequence[Json], account: Account) -> tuple[ImportedConversation, ...]:
    """Import the conversations in file order."""
    found = []
    for value in values:
        if isinstance(value, dict) and isinstance(value.get("mapping"), dict):
            found.append(_conversation(value, account))
        else:
            account.lose("entries that are no conversation")
    return tuple(found)


def _conversation(value: JsonObject, account: Account) -> ImportedConversation:
    mapping = object_at(value, "mapping")
    calls = _calls(mapping)
    entries = [_entry(node_id, node, calls, account) for node_id, node in mapping.items() if isinstance(node, dict)]
    account.lose("entries that are no message", len(mapping) - len(entries))
    grown = grow(entries, text_at(value, "current_node") or None, account)
    last = next((node.model for node in reversed(grown.nodes) if node.model), "")
    return ImportedConversation(
        title=text_at(value, "title"),
        created_s=moment_s(value.get("create_time")),
        model=last or text_at(value, "default_model_slug"),
        nodes=grown.nodes,
        head=grown.head,
        labels=Labels(starred=value.get("is_starred") is True, archived=value.get("is_archived") is True),
    )


def _calls(mapping: JsonObject) -> dict[str, str]:
    """Map the nodes that call a tool to the tool's name."""
    called = {}
    for node_id, node in mapping.items():
        message = object_at(node, "message") if isinstance(node, dict) else {}
        recipient = text_at(message, "recipient")
        if recipient not in _EVERYONE and object_at(message, "author").get("role") == "assistant":
            called[node_id] = recipient
    return called


def _entry(node_id: str, node: JsonObject, calls: dict[str, str], account: Account) -> Entry:
    message, parent = object_at(node, "message"), text_at(node, "parent")
    metadata = object_at(message, "metadata")
    said = _said(object_at(message, "content"), metadata, account)
    account.lose("attached files", len(list_at(metadata, "attachments")))
    if metadata.get("citations") or metadata.get("content_references"):
        account.lose("sources of replies")
    role = text_at(object_at(message, "author"), "role")
    if role == "tool" and parent not in calls and (said.text or said.parts):
        account.lose("calls that tools answer")
    call_id = f"call_{parent if role == 'tool' and parent in calls else node_id}"
    wire = _wire(message, said, calls.get(node_id, ""), call_id)
    return Entry(
        id=node_id,
        parent=parent or None,
        message=wire,
        children=[each for each in list_at(node, "children") if isinstance(each, str)],
        model=text_at(metadata, "model_slug") if role == "assistant" else "",
        at_ms=moment_ms(message.get("create_time")),
        reasoning=said.reasoning,
    )


def _wire(message: JsonObject, said: _Said, calls: str, call_id: str) -> JsonObject | None:
    """Convert a message to wire format; None for a node without content."""
    author = object_at(message, "author")
    role = "system" if said.system else text_at(author, "role") or "user"
    if calls:
        function: JsonObject = {"name": calls, "arguments": _arguments(said.text)}
        return {
            "role": role,
            "content": None,
            "tool_calls": [{"id": call_id, "type": "function", "function": function}],
        }
    if not said.text and not said.parts:
        return None
    content = content_of(said.text, said.parts)
    if role != "tool":
        return {"role": role, "content": content}
    name = text_at(author, "name")
    return {"role": role, "tool_call_id": call_id, **({"name": name} if name else {}), "content": content}


def _arguments(text: str) -> str:
    """Return the arguments of a call as JSON: as written, or wrapped as one string."""
    from chat_tui.domain.json_values import parse_json

    try:
        whole = isinstance(parse_json(text), dict)
    except ValueError:
        whole = False
    return text if whole else dump_json({"input": text})


def _said(content: JsonObject, metadata: JsonObject, account: Account) -> _Said:
    kind = text_at(content, "content_type") or "text"
    if kind in ("text", "multimodal_text"):
        return _of_parts(list_at(content, "parts"), account)
    if kind == "thoughts":
        thoughts = objects(list_at(content, "thoughts"))
        words = ("\n".join(filter(None, (text_at(each, "summary"), text_at(each, "content")))) for each in thoughts)
        return _Said(reasoning="\n\n".join(words))
    if kind in ("user_editable_context", "model_editable_context"):
        return _Said(_instructions(content, metadata), system=True)
    return _Said(_words(kind, content, account))


def _words(kind: str, content: JsonObject, account: Account) -> str:
    """Return the text of special content types, such as code and tool output."""
    text = text_at(content, "text", "result", "content")
    if kind == "reasoning_recap":
        account.lose("recaps of reasoning")
        return ""
    if kind == "tether_quote":
        return "\n".join(filter(None, (text_at(content, "title"), text_at(content, "url"), text)))
    if kind in ("code", "execution_output", "system_error", "tether_browsing_display"):
        return text
    account.say(f"Content of the unknown type {kind} was imported unchanged.")
    return text or dump_json(content)


def _instructions(content: JsonObject, metadata: JsonObject) -> str:
    """Return the user's custom instructions, or the model's memory."""
    told = object_at(metadata, "user_context_message_data")
    words = (
        text_at(content, "user_profile") or text_at(told, "about_user_message"),
        text_at(content, "user_instructions") or text_at(told, "about_model_message"),
        text_at(content, "model_set_context"),
    )
    return "\n\n".join(filter(None, words))


def _of_parts(parts: list[Json], account: Account) -> _Said:
    texts = [part for part in parts if isinstance(part, str)]
    others = [part for part in parts if isinstance(part, dict)]
    if not others:
        return _Said("\n".join(text for text in texts if text))
    said = _Said(parts=[])
    for part in parts:
        if isinstance(part, str) and part:
            said.parts.append(text_part(part))
        elif isinstance(part, dict):
            said.parts.append(_part(part, account))
    return said


def _part(part: JsonObject, account: Account) -> JsonObject:
    """Convert an image given by URL; anything not contained in the file becomes a text placeholder."""
    kind, pointer = text_at(part, "content_type"), text_at(part, "asset_pointer", "url")
    if pointer.startswith(("https://", "http://", "data:")) and kind.startswith("image"):
        return image_part(pointer)
    if text := text_at(part, "text"):
        return text_part(text)
    account.lose("pictures, sounds and films that are not in the file")
    return text_part(f"[{kind.removesuffix('_asset_pointer') or 'attachment'} {pointer}]".replace(" ]", "]"))
