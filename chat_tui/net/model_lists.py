"""Parses the model lists of services, in every known shape, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from chat_tui.domain.json_values import Json, JsonObject, value_at

MAX_LIST_BYTES: Final = 16 * 1024 * 1024
"""Limit for all pages together."""
MAX_MODELS: Final = 20_000
MAX_PAGES: Final = 100
_MEMBERS: Final = ("data", "models", "items")
_IDS: Final = ("id", "model", "name")
_TOKENS: Final = {"nextPageToken": "pageToken", "next_page_token": "page_token"}
_LONGEST_MARK: Final = 2_000
"""Maximum length of the token or link to the next page, in characters."""


def model_entries(value: Json) -> list[JsonObject] | None:
    """Return the entries that have a string ``id``, the first of each id, in the service's order.

    Known shapes: ``{"data": […]}``, ``{"models": […]}``, ``{"items": […]}``, a bare list. A bare string is an id; an
    entry without ``id`` is identified by ``model`` or ``name``.

    Returns:
        None if the value contains no list.
    """
    found = value if isinstance(value, list) else _list_in(value)
    if found is None:
        return None
    entries: dict[str, JsonObject] = {}
    for item in found:
        entry: Json = {"id": item} if isinstance(item, str) else item
        if isinstance(entry, dict) and (name := _id_of(entry)):
            entries.setdefault(name, entry if "id" in entry else {"id": name, **entry})
    return list(entries.values())


def next_page(value: Json, entries: Sequence[JsonObject], url: str) -> str | None:
    """Return the URL of the next page; None after the last one.

    Supports a token (Gemini), a link (OpenRouter), and ``has_more`` (OpenAI; Scale, whose entries are in ``items``). A
    link to another origin or path is not followed, since the key would be sent there.

    Args:
        value: This page.
        entries: The entries parsed from it.
        url: The URL of the first page.
    """
    if not isinstance(value, dict):
        return None
    for member, name in _TOKENS.items():
        token = value.get(member)
        if isinstance(token, str) and 0 < len(token) <= _LONGEST_MARK:
            return _with(url, name, token)
    for link in (value_at(value, ("links", "next")), value.get("next")):
        if isinstance(link, str) and 0 < len(link) <= _LONGEST_MARK and (target := _same_place(link, url)):
            return target
    if value.get("has_more") is not True or not entries:
        return None
    last = value.get("last_id")
    mark = last if isinstance(last, str) and last else str(entries[-1]["id"])
    return _with(url, "starting_after" if "items" in value else "after", mark) if len(mark) <= _LONGEST_MARK else None


def _id_of(entry: JsonObject) -> str | None:
    names: Iterator[Json] = (entry[name] for name in _IDS if name in entry)
    first = next(names, None)
    return first if isinstance(first, str) else None


def _with(url: str, name: str, value: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{name}={quote(value.encode('utf-8', 'replace'), safe='')}"


def _same_place(link: str, url: str) -> str | None:
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, link))
        same = here[:3] == there[:3]
    except ValueError:
        return None
    return there._replace(fragment="").geturl() if same else None


def _list_in(value: Json) -> list[Json] | None:
    if not isinstance(value, dict):
        return None
    return next((held for held in map(value.get, _MEMBERS) if isinstance(held, list)), None)
