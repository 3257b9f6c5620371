"""Import HAR 1.2, as recorded by browsers and proxies: each chat completions request with its response."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from typing import Final

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.formats.reading.conversation import (
    Account,
    ImportedConversation,
    list_at,
    moment_ms,
    object_at,
    objects,
    text_at,
)
from chat_tui.domain.formats.reading.exchange_log import Logged, records_of, shown_headers
from chat_tui.domain.formats.reading.stream_text import events_of
from chat_tui.domain.json_values import Json, JsonObject, parse_json
from chat_tui.domain.problems import Problem
from chat_tui.domain.request_place import place_of

_STREAM: Final = "text/event-stream"


def recognises(values: Sequence[Json]) -> bool:
    """Return whether the first object is a log with entries."""
    first = next((value for value in values if isinstance(value, dict)), {})
    return isinstance(object_at(first, "log").get("entries"), list)


def read(
    values: Sequence[Json], account: Account, *, providers: Mapping[str, Provider], prefer: str
) -> tuple[ImportedConversation, ...]:
    """Import all exchanges of each log as one conversation; logs without chat completions requests give none."""
    found = []
    for value in values:
        log = object_at(value, "log") if isinstance(value, dict) else {}
        entries = objects(list_at(log, "entries"))
        logged = [each for entry in entries if (each := _logged(entry, account, providers, prefer)) is not None]
        if logged:
            logged.sort(key=lambda each: each.sent_ms or 0)
            began = next((each.sent_ms for each in logged if each.sent_ms is not None), None)
            created_s = began / 1000 if began is not None else None
            found.append(ImportedConversation(created_s=created_s, records=tuple(records_of(logged))))
    return tuple(found)


def _logged(entry: JsonObject, account: Account, providers: Mapping[str, Provider], prefer: str) -> Logged | None:
    request, response = object_at(entry, "request"), object_at(entry, "response")
    body = _body(request)
    if body is None:
        account.lose("requests for something else")
        return None
    place = place_of(text_at(request, "url"), providers, prefer)
    timings = object_at(entry, "timings")
    first_s, total_s = _seconds(timings, "blocked", "dns", "connect", "send", "wait"), _seconds(entry, "time")
    total_s = max(total_s, first_s)
    content = object_at(response, "content")
    stream = text_at(content, "mimeType").lower().startswith(_STREAM)
    events, comments = _received(entry, content, first_s, total_s, stream=stream)
    if stream and events and "_events" not in entry:
        account.say("The file has no event times: all events but the first are timed at the end of the response.")
    status = response.get("status")
    answered = isinstance(status, int) and status > 0
    refused = isinstance(status, int) and (not answered or status >= 400)
    return Logged(
        body=body,
        url=place.url,
        provider=place.provider or prefer,
        method=text_at(request, "method") or "POST",
        headers=shown_headers(_headers(request)),
        sent_ms=moment_ms(entry.get("startedDateTime")),
        status=status if isinstance(status, int) and answered else None,
        answer_headers=shown_headers(_headers(response)),
        first_byte_s=first_s,
        total_s=total_s,
        plain=not stream,
        events=[] if refused else events,
        comments=comments,
        end=_refusal(status, _text(content)) if isinstance(status, int) and refused else None,
    )


def _refusal(status: int, body: str) -> JsonObject:
    if status <= 0:
        return {"outcome": "error", "error": Problem(kind="connect", what="The file contains no response").as_json()}
    problem = Problem(kind="http", what=f"The service answered with status {status}", status=status, body=body or None)
    return {"outcome": "error", "error": problem.as_json()}


def _body(request: JsonObject) -> JsonObject | None:
    """Return the body of a chat completions request; None for any other request."""
    text = text_at(object_at(request, "postData"), "text")
    try:
        body = parse_json(text) if '"messages"' in text else None
    except ValueError:
        return None
    return body if isinstance(body, dict) and isinstance(body.get("messages"), list) else None


def _received(
    entry: JsonObject, content: JsonObject, first_s: float, total_s: float, *, stream: bool
) -> tuple[list[StreamEvent], list[Comment]]:
    if own := [event for each in objects(list_at(entry, "_events")) if (event := _own_event(each)) is not None]:
        comments = [
            Comment(_number(each.get("at_s")), text_at(each, "text")) for each in objects(list_at(entry, "_comments"))
        ]
        return own, comments
    text = _text(content)
    if not stream:
        return ([StreamEvent(total_s, text)] if text else []), []
    events, comments_said = events_of(text)
    times = [first_s if not place else total_s for place in range(len(events))]
    timed = [StreamEvent(at_s, data, name) for at_s, (data, name) in zip(times, events, strict=True)]
    return timed, [Comment(first_s, text) for text in comments_said]


def _own_event(value: JsonObject) -> StreamEvent | None:
    """Parse an event with its time, as written by chat-tui's own export."""
    data = value.get("data")
    return (
        StreamEvent(_number(value.get("at_s")), data, text_at(value, "event") or "message")
        if isinstance(data, str)
        else None
    )


def _text(content: JsonObject) -> str:
    text = text_at(content, "text")
    if content.get("encoding") != "base64":
        return text
    try:
        return b64decode(text).decode("utf-8", "replace")
    except (Base64Error, ValueError):
        return text


def _headers(message: JsonObject) -> dict[str, str]:
    return {text_at(each, "name"): text_at(each, "value") for each in objects(list_at(message, "headers"))}


def _seconds(value: JsonObject, *names: str) -> float:
    """Return the sum of members in milliseconds as seconds; -1 stands for an unknown value."""
    return sum(max(0.0, _number(value.get(name))) for name in names) / 1000


def _number(value: Json) -> float:
    return (
        float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12 else 0.0
    )
