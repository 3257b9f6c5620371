"""Parses the error bodies of services, in every known shape, into one structure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject, dump_json, parse_json
from chat_tui.domain.shortening import shortened

MAX_BODY_BYTES: Final = 64 * 1024
"""Maximum number of bytes read of an error body."""
_MAX_MESSAGE: Final = 2000
_MAX_PAGE_TEXT: Final = 200
_MAX_RAW_TEXT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """The contents of an error body. Any field may be missing."""

    message: str = ""
    """The service's message, at most 2,000 characters."""
    code: str | None = None
    """Numbers are converted to text."""
    type: str | None = None
    param: str | None = None
    metadata: JsonObject = field(default_factory=dict)
    retryable: bool | None = None
    """Whether the service says that a retry may succeed."""


def read_error(body: str) -> ErrorBody:
    """Parse an error body: OpenAI, OpenRouter, llama.cpp, FastAPI, Google, bare shapes, a web page, or plain text."""
    stripped = body.strip().removeprefix("\ufeff")
    try:
        value = parse_json(stripped)
    except ValueError:
        text = page_text(stripped) if stripped.startswith("<") else _clip(stripped, _MAX_RAW_TEXT)
        return ErrorBody(message=text)
    return error_in(value) or ErrorBody(message=_clip(stripped, _MAX_RAW_TEXT))


def error_in(value: Json) -> ErrorBody | None:
    """Return the error in a JSON value; None if it has no known shape."""
    if isinstance(value, list):
        return next((found for found in map(error_in, value[:1]) if found), None)
    if not isinstance(value, dict):
        return None
    inner = value.get("error")
    if isinstance(inner, dict) and inner:
        return _from_object(inner)
    if isinstance(inner, str) and inner:
        code = value.get("code")
        return ErrorBody(message=_clip(inner), code=_word(code), type=_word(value.get("type")))
    if isinstance(value.get("message"), str):
        return _from_object(value)
    return _from_detail(value.get("detail"))


def _from_object(error: JsonObject) -> ErrorBody:
    metadata = error.get("metadata")
    known = metadata if isinstance(metadata, dict) else {}
    availability = error.get("availability")
    retryable = availability.get("retryable") if isinstance(availability, dict) else None
    return ErrorBody(
        message=_clip(_message(error, known)),
        code=_word(error.get("code")),
        type=_word(error.get("type") or known.get("error_type") or error.get("error_type") or error.get("status")),
        param=_word(error.get("param")),
        metadata=known,
        retryable=retryable if isinstance(retryable, bool) else None,
    )


def _message(error: JsonObject, metadata: JsonObject) -> str:
    message = error.get("message")
    if not isinstance(message, str):
        message = dump_json(error if message is None else message)
    said, source = metadata.get("raw"), metadata.get("provider_name")
    if said in (None, ""):
        return message
    words = said if isinstance(said, str) else dump_json(said)
    return f"{message} ({source if isinstance(source, str) else 'upstream'}: {words})"


def _from_detail(detail: Json) -> ErrorBody | None:
    if isinstance(detail, str) and detail:
        return ErrorBody(message=_clip(detail))
    if isinstance(detail, dict):
        return _from_object(detail) if isinstance(detail.get("message"), str) else None
    first = detail[0] if isinstance(detail, list) and detail else None
    if not isinstance(first, dict) or not isinstance(first.get("msg"), str):
        return None
    place = first.get("loc")
    steps = [str(step) for step in place if isinstance(step, str | int)] if isinstance(place, list) else []
    name = ".".join(steps[1:] if steps[:1] == ["body"] else steps)
    message = f"{name}: {first['msg']}" if name else str(first["msg"])
    return ErrorBody(message=_clip(message), type=_word(first.get("type")), param=name or None)


def _word(value: Json) -> str | None:
    """Return a code or name as text; None for anything but text and numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    return _clip(str(value), _MAX_PAGE_TEXT)


def _clip(text: str, limit: int = _MAX_MESSAGE) -> str:
    return shortened(text, limit)


def page_text(html: str) -> str:
    """Return the first 200 characters of a web page's text, without tags, scripts, styles and runs of white space."""
    from html import unescape

    pieces: list[str] = []
    length, here = 0, 0
    while 0 <= here < len(html) and length < 4 * _MAX_PAGE_TEXT:
        start = html.find("<", here)
        text = " ".join(html[here : start if start >= 0 else len(html)].split())
        pieces.append(text)
        length += len(text)
        here = _after_tag(html, start)
    return _clip(" ".join(unescape(" ".join(pieces)).split()), _MAX_PAGE_TEXT)


def _after_tag(html: str, start: int) -> int:
    """Return the index after the tag at ``start``, or after the element of a script or style; -1 at the end."""
    if start < 0:
        return -1
    name = html[start + 1 : start + 7].lower()
    for element in ("script", "style"):
        if name.startswith(element):
            start = html.find(f"</{element}", start)
            if start < 0:
                return -1
    return html.find(">", start) + 1 or -1
