"""Access the rows of ``llm``'s log database, and convert attachments and calls to wire format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from chat_tui.domain.formats.reading.conversation import Account, image_part, text_at, text_part
from chat_tui.domain.json_values import Json, JsonObject, dump_json, parse_json

Tables: TypeAlias = Mapping[str, Sequence[JsonObject]]
"""Rows by table name. Binary content is base64."""


def grouped(rows: Sequence[JsonObject], name: str) -> dict[str, list[JsonObject]]:
    """Group rows by the text of a column, preserving order; rows without it are left out."""
    found: dict[str, list[JsonObject]] = {}
    for row in rows:
        value = row.get(name)
        if value is not None:
            found.setdefault(str(value), []).append(row)
    return found


def by_id(rows: Sequence[JsonObject], name: str = "id") -> dict[str, JsonObject]:
    """Index rows by the text of a unique column."""
    return {str(row.get(name)): row for row in rows}


def parsed(value: Json) -> Json:
    """Parse a JSON column; None if it is not JSON."""
    try:
        return parse_json(value) if isinstance(value, str) and value else None
    except ValueError:
        return None


def attachment_part(row: JsonObject, account: Account) -> JsonObject:
    """Convert an attachment to a content part; one not stored in the database is named, never opened or fetched."""
    kind, url, path, content = (text_at(row, name) for name in ("type", "url", "path", "content"))
    if url and (not kind or kind.startswith("image/")):
        return image_part(url)
    if content and kind.startswith("image/"):
        return image_part(f"data:{kind};base64,{content}")
    if content and kind.startswith("audio/"):
        return {"type": "input_audio", "input_audio": {"data": content, "format": kind.removeprefix("audio/")}}
    if content:
        url = f"data:{kind or 'application/octet-stream'};base64,{content}"
        return {"type": "file", "file": {"filename": "attachment", "file_data": url}}
    account.lose("attachments of which only the place is known")
    return text_part(f"[attachment {kind} {path or url or text_at(row, 'id')}]".replace("  ", " "))


def call_of(call_id: str, name: str, arguments: Json) -> JsonObject:
    """Return a tool call in wire format."""
    text = arguments if isinstance(arguments, str) else dump_json({} if arguments is None else arguments)
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": text}}
