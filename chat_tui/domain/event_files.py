"""Events as files: the stream as it came, to be served again, or one JSON object a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from chat_tui.domain.arrivals import Arrival
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.json_values import JsonObject, dump_json

STREAM_SUFFIX: Final = ".sse"
LINES_SUFFIX: Final = ".jsonl"
_LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")


def event_object(event: StreamEvent) -> JsonObject:
    """One event as it is written on a line: ``at_s``, ``event``, ``data``."""
    return {"at_s": round(event.at_s, 6), "event": event.name, "data": event.data}


def lines_text(arrivals: Iterable[Arrival]) -> str:
    """The events, one JSON object a line; comments are left out."""
    return "".join(dump_json(event_object(each)) + "\n" for each in arrivals if isinstance(each, StreamEvent))


def stream_text(arrivals: Iterable[Arrival]) -> str:
    """Events and comments as server-sent events: a decoder makes the same of it, but for the times."""
    return "".join(map(_framed, arrivals))


def file_text(arrivals: Iterable[Arrival], name: str) -> str:
    """What a file of that name is to hold, told by how the name ends; anything but ``.jsonl`` is a stream."""
    return lines_text(arrivals) if name.lower().endswith(LINES_SUFFIX) else stream_text(arrivals)


def _framed(arrival: Arrival) -> str:
    if isinstance(arrival, Comment):
        return "".join(f": {line}\n" for line in _LINE_ENDS.split(arrival.text))
    name = "" if arrival.name == "message" else f"event: {arrival.name}\n"
    return name + "".join(f"data: {line}\n" for line in _LINE_ENDS.split(arrival.data)) + "\n"
