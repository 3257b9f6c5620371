"""Serialises a recorded response to pieces of a body, each with the time at which it is due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.mock.recordings import Recording

_DONE: Final = "data: [DONE]\n\n"


def pieces(recording: Recording, *, stream: bool) -> Iterator[tuple[float, bytes]]:
    """Yield seconds since the request, and bytes, in order. ``stream``: the request asks for an event stream.

    Recorded data is sent as it was received. Only if the request asks for the other kind of response is one
    generated: a document from the merged reply, or a stream of one event from a document.
    """
    if recording.status != 200:
        yield recording.first_byte_s, recording.document.encode("utf-8", "replace")
    elif recording.plain and stream and not recording.streams:
        yield recording.total_s, f"data: {dump_json(_chunk(recording.completion))}\n\n{_DONE}".encode()
    elif not recording.plain and not stream and recording.streams:
        yield recording.total_s, dump_json(recording.completion).encode()
    elif recording.plain:
        yield recording.total_s, recording.document.encode("utf-8", "replace")
    else:
        for arrival in recording.arrivals:
            yield arrival.at_s, _written(arrival).encode("utf-8", "replace")


def sends_stream(recording: Recording, *, stream: bool) -> bool:
    """Whether the body is an event stream."""
    if recording.status != 200:
        return False
    return stream if stream != recording.streams else not recording.plain


def _written(arrival: StreamEvent | Comment) -> str:
    if isinstance(arrival, Comment):
        return f": {arrival.text}\n\n"
    name = "" if arrival.name == "message" else f"event: {arrival.name}\n"
    return name + "".join(f"data: {line}\n" for line in arrival.data.split("\n")) + "\n"


def _chunk(completion: JsonObject) -> JsonObject:
    """Convert a merged reply to the only chunk of a stream."""
    choices = completion.get("choices")
    parts: list[Json] = []
    for choice in choices if isinstance(choices, list) else []:
        if isinstance(choice, dict):
            rest = {name: value for name, value in choice.items() if name != "message"}
            parts.append({**rest, "delta": choice.get("message")})
    return {**completion, "object": "chat.completion.chunk", "choices": parts}
