"""Serialise recorded events: as a server-sent event stream that can be replayed, or as JSON Lines."""

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
    """Return the JSON object for one event: ``at_s``, ``event``, ``data``."""
    return {"at_s": round(event.at_s, 6), "event": event.name, "data": event.data}


def lines_text(arrivals: Iterable[Arrival]) -> str:
    """Serialise the events as JSON Lines; comments are left out."""
    return "".join(dump_json(event_object(each)) + "\n" for each in arrivals if isinstance(each, StreamEvent))


def stream_text(arrivals: Iterable[Arrival]) -> str:
    """Serialise events and comments as server-sent events; decoding restores everything but the times."""
    return "".join(map(_framed, arrivals))


def file_text(arrivals: Iterable[Arrival], name: str) -> str:
    """Return the content for a file name: JSON Lines for the suffix ``.jsonl``, else an event stream."""
    return lines_text(arrivals) if name.lower().endswith(LINES_SUFFIX) else stream_text(arrivals)


def _framed(arrival: Arrival) -> str:
    if isinstance(arrival, Comment):
        return "".join(f": {line}\n" for line in _LINE_ENDS.split(arrival.text))
    name = "" if arrival.name == "message" else f"event: {arrival.name}\n"
    return name + "".join(f"data: {line}\n" for line in _LINE_ENDS.split(arrival.data)) + "\n"
