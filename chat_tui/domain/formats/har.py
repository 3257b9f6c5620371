"""Export to HAR 1.2: every exchange with headers, body, times, and the original event stream."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from chat_tui import __version__
from chat_tui.domain.arrivals import Arrivals
from chat_tui.domain.event_files import event_object, stream_text
from chat_tui.domain.formats.facts import body_of, created_ms, iso_time, sent_ms, total_s
from chat_tui.domain.formats.json_text import json_text
from chat_tui.domain.formats.losses import Losses
from chat_tui.domain.formats.table import Material, Written
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.secrets import may_be_secret
from chat_tui.domain.session import RecordedExchange

_HTTP: Final = "HTTP/1.1"
_UNKNOWN: Final = -1


def write(material: Material) -> Written:
    """Write one entry per exchange. ``_events``, ``_comments`` and ``_attempts`` contain what HAR cannot represent."""
    session, losses = material.session, Losses()
    if not session.exchanges:
        raise ProblemError(Problem(kind="usage", what="This session has no exchanges", hint="Send a message first."))
    times, before = [], created_ms(session)
    for exchange in session.exchanges.values():
        moment = sent_ms(exchange)
        before = moment if moment is not None else before
        times.append(before)
    entries = [
        _entry(exchange, moment, losses) for exchange, moment in zip(session.exchanges.values(), times, strict=True)
    ]
    log: JsonObject = {
        "version": "1.2",
        "creator": {"name": "chat-tui", "version": __version__},
        "pages": [],
        "entries": [*entries],
    }
    return Written(json_text({"log": log}, indent=2) + "\n", losses.notes())


def _entry(exchange: RecordedExchange, moment: int, losses: Losses) -> JsonObject:
    if not body_of(exchange):
        losses.say("Left out: request bodies that were not recorded.")
    total_ms = round(total_s(exchange) * 1000, 3)
    wait_ms = min(total_ms, round((exchange.first_byte_s or 0.0) * 1000, 3))
    entry: JsonObject = {
        "startedDateTime": iso_time(moment),
        "time": total_ms,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {
            "blocked": _UNKNOWN,
            "dns": _UNKNOWN,
            "connect": _UNKNOWN,
            "ssl": _UNKNOWN,
            "send": 0,
            "wait": wait_ms,
            "receive": round(total_ms - wait_ms, 3),
        },
        "_exchange": exchange.id,
        "_events": [event_object(event) for event in exchange.events],
    }
    if exchange.comments:
        entry["_comments"] = [{"at_s": comment.at_s, "text": comment.text} for comment in exchange.comments]
    if exchange.attempts:
        entry["_attempts"] = [*exchange.attempts]
    return entry


def _request(exchange: RecordedExchange) -> JsonObject:
    request = exchange.request
    url, method, headers = (request.get(name) for name in ("url", "method", "headers"))
    sent = exchange.adapted.body if exchange.adapted is not None else body_of(exchange)
    text = json_text(sent) if sent else ""
    address, query = _masked(url if isinstance(url, str) and url else "about:blank")
    listed = _headers(headers if isinstance(headers, dict) else {})
    if not any(str(each["name"]).lower() == "content-type" for each in listed):
        listed.insert(0, {"name": "Content-Type", "value": "application/json"})
    return {
        "method": method if isinstance(method, str) and method else "POST",
        "url": address,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": [*listed],
        "queryString": [*query],
        "postData": {"mimeType": "application/json", "params": [], "text": text},
        "headersSize": _UNKNOWN,
        "bodySize": len(text.encode()),
    }


def _response(exchange: RecordedExchange) -> JsonObject:
    mime, text = _content(exchange)
    return {
        "status": exchange.status or 0,
        "statusText": _words(exchange.status),
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": [*_headers(exchange.headers)],
        "content": {"size": len(text.encode("utf-8", "replace")), "mimeType": mime, "text": text},
        "redirectURL": "",
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN,
    }


def _content(exchange: RecordedExchange) -> tuple[str, str]:
    """Return media type and text of the response: a JSON document, an event stream, or an error body."""
    kind = next((text for name, text in exchange.headers.items() if name.lower() == "content-type"), "")
    if exchange.plain:
        return kind or "application/json", "".join(event.data for event in exchange.events)
    if exchange.events or exchange.comments:
        arrivals = Arrivals()
        arrivals.take(exchange.events, exchange.comments)
        return kind or "text/event-stream", stream_text(arrivals.items)
    error = (exchange.end or {}).get("error")
    body = error.get("body") if isinstance(error, dict) else None
    return kind or "application/json", body if isinstance(body, str) else ""


def _headers(headers: Mapping[str, Json]) -> list[JsonObject]:
    """Convert headers; secrets are masked in session files already, but hand-edited ones are masked here too."""
    return [
        {"name": name, "value": "***" if may_be_secret(name) and _holds_one(text) else text}
        for name, text in headers.items()
        if isinstance(text, str)
    ]


def _holds_one(text: str) -> bool:
    """Return whether the value may be a secret; numbers, such as remaining tokens, are not."""
    return not text.replace(".", "").isdigit()


def _masked(url: str) -> tuple[str, list[JsonObject]]:
    """Return a URL and its query with possible secrets masked."""
    try:
        split = urlsplit(url)
        pairs = [
            (name, "***" if may_be_secret(name) else value)
            for name, value in parse_qsl(split.query, keep_blank_values=True)
        ]
        address = urlunsplit(split._replace(query=urlencode(pairs, safe="*"))) if pairs else url
    except ValueError:
        return url, []
    return address, [{"name": name, "value": value} for name, value in pairs]


def _words(status: int | None) -> str:
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""
