"""The response to a request that was not recorded: the nearest recording and the differences."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.json_diff import Change, path_text
from chat_tui.domain.json_values import Json, JsonObject, Unset, dump_json
from chat_tui.mock.matching import Nearest

CODE: Final = "no_recorded_request"
_SHOWN: Final = 20
_LONGEST: Final = 300


def sentence(nearest: Nearest) -> str:
    """Describe the nearest recording in one line."""
    if nearest.recording is None:
        return "No request was recorded."
    told = "; ".join(_words(change) for change in nearest.changes[:_SHOWN])
    more = len(nearest.changes) - _SHOWN
    return (
        f"No recorded request matches this one. The nearest is exchange {nearest.recording.exchange} of "
        f"{nearest.recording.session!r}; differences: {told}{f'; and {more} more' if more > 0 else ''}."
    )


def body(nearest: Nearest) -> JsonObject:
    """Return an error in OpenAI's shape; ``nearest`` and ``differences`` give the same for programs."""
    first = nearest.changes[0] if nearest.changes else None
    error: JsonObject = {
        "message": sentence(nearest),
        "type": "invalid_request_error",
        "param": None if first is None else path_text(first.path),
        "code": CODE,
    }
    if nearest.recording is not None:
        error["nearest"] = {"session": nearest.recording.session, "exchange": nearest.recording.exchange}
        error["differences"] = [_difference(change) for change in nearest.changes[:_SHOWN]]
    return {"error": error}


def _difference(change: Change) -> JsonObject:
    difference: JsonObject = {"path": path_text(change.path), "kind": change.kind}
    if not isinstance(change.before, Unset):
        difference["recorded"] = _bounded(change.before)
    if not isinstance(change.after, Unset):
        difference["asked"] = _bounded(change.after)
    return difference


def _words(change: Change) -> str:
    name = path_text(change.path)
    if isinstance(change.after, Unset):
        return f"{name} is missing (recorded: {_short(change.before)})"
    if isinstance(change.before, Unset):
        return f"{name} = {_short(change.after)} was not recorded"
    return f"{name} is {_short(change.after)}, recorded: {_short(change.before)}"


def _short(value: Json | Unset) -> str:
    text = "" if isinstance(value, Unset) else dump_json(value)
    return text if len(text) <= _LONGEST // 4 else f"{text[: _LONGEST // 4]}…"


def _bounded(value: Json) -> Json:
    text = dump_json(value)
    return value if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
