"""Compare the request body with the one that a gateway reports having sent upstream."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.json_diff import Change, diff, path_text
from chat_tui.domain.json_values import Json, JsonObject, Unset, dump_json, parse_json
from chat_tui.domain.merging.payload import parse_object
from chat_tui.domain.shortening import shortened

_ECHO: Final = "echo_upstream_body"
"""OpenRouter: within ``debug``, both the request's option and the member of the chunk that contains the result."""
_LONGEST: Final = 160


class Difference(Struct, frozen=True):
    """One member that was sent upstream with a different value."""

    place: str
    """Path, as in ``messages[0].content``."""
    words: str
    """``0.7 → 1``, ``left out (40)`` or ``added: 4096``."""

    def sentence(self) -> str:
        """Return both on one line."""
        return f"{self.place}: {self.words}"


def upstream_body(events: Iterable[StreamEvent]) -> JsonObject | None:
    """Return the body that the gateway says it sent to the upstream service; None if it does not say.

    It is sent before the first token, once for each upstream that was tried; the last one answered.
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
    """Return the differences between the two bodies by member."""
    return tuple(Difference(path_text(change.path), _words(change)) for change in diff(asked, sent))


def _words(change: Change) -> str:
    if change.kind == "added":
        return f"added: {_short(change.after)}"
    if change.kind == "removed":
        return f"removed ({_short(change.before)})"
    return f"{_short(change.before, _LONGEST // 2)} → {_short(change.after, _LONGEST // 2)}"


def _short(value: Json | Unset, limit: int = _LONGEST) -> str:
    text = "" if isinstance(value, Unset) else dump_json(value)
    return shortened(text, limit)


def _object(value: Json | None) -> JsonObject | None:
    """Return an object, parsed if it is given as a string; else None."""
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except ValueError:
            return None
    return value if isinstance(value, dict) else None
