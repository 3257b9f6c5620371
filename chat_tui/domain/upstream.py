"""What was really sent upstream, where a service tells, and how it differs from what was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.json_diff import Change, diff, path_text
from chat_tui.domain.json_values import Json, JsonObject, Unset, dump_json, parse_json
from chat_tui.domain.merging.payload import parse_object

_ECHO: Final = "echo_upstream_body"
"""OpenRouter: in ``debug`` both the switch of the request and the member of the chunk that answers it."""
_LONGEST: Final = 160


class Difference(Struct, frozen=True):
    """One member that went out otherwise than it was asked for."""

    place: str
    """As in ``messages[0].content``."""
    words: str
    """``0.7 → 1``, ``left out (40)`` or ``added: 4096``."""

    def sentence(self) -> str:
        """Both on one line."""
        return f"{self.place}: {self.words}"


def upstream_body(events: Iterable[StreamEvent]) -> JsonObject | None:
    """The body that the service says it sent to the model's own service; None where it does not say.

    It comes before the first word, once for each service that was tried; the last one answered.
    """
    found: JsonObject | None = None
    for event in events:
        if _ECHO in event.data:
            chunk = parse_object(event.data)
            debug = chunk.get("debug") if chunk is not None else None
            echo = _object(debug.get(_ECHO)) if isinstance(debug, dict) else None
            found = echo if echo is not None else found
        elif found is not None:
            break
    return found


def differences(asked: JsonObject, sent: JsonObject) -> tuple[Difference, ...]:
    """What leads from one body to the other, member by member."""
    return tuple(Difference(path_text(change.path), _words(change)) for change in diff(asked, sent))


def _words(change: Change) -> str:
    if change.kind == "added":
        return f"added: {_short(change.after)}"
    if change.kind == "removed":
        return f"left out ({_short(change.before)})"
    return f"{_short(change.before, _LONGEST // 2)} → {_short(change.after, _LONGEST // 2)}"


def _short(value: Json | Unset, limit: int = _LONGEST) -> str:
    text = "" if isinstance(value, Unset) else dump_json(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _object(value: Json | None) -> JsonObject | None:
    """An object, or the text of one."""
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except ValueError:
            return None
    return value if isinstance(value, dict) else None
