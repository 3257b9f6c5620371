"""Rows of ``llm``'s log database: how they are found, and what attachments and calls are on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from chat_tui.domain.formats.reading.conversation import Account, image_part, text_at, text_part
from chat_tui.domain.json_values import Json, JsonObject, dump_json, parse_json

Tables: TypeAlias = Mapping[str, Sequence[JsonObject]]
"""Rows by the name of their table. Binary contents are in base64."""


def grouped(rows: Sequence[JsonObject], name: str) -> dict[str, list[JsonObject]]:
    """Rows by the text of one column, in their order; those without it are left out."""
    found: dict[str, list[JsonObject]] = {}
    for row in rows:
        value = row.get(name)
        if value is not None:
            found.setdefault(str(value), []).append(row)
    return found


def by_id(rows: Sequence[JsonObject], name: str = "id") -> dict[str, JsonObject]:
    """Rows by the text of a column that is unique."""
    return {str(row.get(name)): row for row in rows}


def parsed(value: Json) -> Json:
    """The value of a column that holds JSON; None where it is none."""
    try:
        return parse_json(value) if isinstance(value, str) and value else None
    except ValueError:
        return None


def attachment_part(row: JsonObject, account: Account) -> JsonObject:
    """An attachment as a content part; what is not in the database is named, never opened or fetched."""
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
    """A call of a tool in wire shape."""
    text = arguments if isinstance(arguments, str) else dump_json({} if arguments is None else arguments)
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": text}}
