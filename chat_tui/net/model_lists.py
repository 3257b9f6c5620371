"""Model lists of services, in every known shape."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.json_values import Json, JsonObject

MAX_LIST_BYTES: Final = 16 * 1024 * 1024
_MEMBERS: Final = ("data", "models", "items")


def model_entries(value: Json) -> list[JsonObject] | None:
    """The entries that have a string ``id``, the first of each id, in the service's order.

    Known shapes: ``{"data": […]}``, ``{"models": […]}``, ``{"items": […]}``, a bare list; a bare string is an id.

    Returns:
        None when there is no list in it.
    """
    found = value if isinstance(value, list) else _list_in(value)
    if found is None:
        return None
    entries: dict[str, JsonObject] = {}
    for item in found:
        entry: Json = {"id": item} if isinstance(item, str) else item
        name = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(entry, dict) and isinstance(name, str) and name:
            entries.setdefault(name, entry)
    return list(entries.values())


def _list_in(value: Json) -> list[Json] | None:
    if not isinstance(value, dict):
        return None
    return next((held for held in map(value.get, _MEMBERS) if isinstance(held, list)), None)
