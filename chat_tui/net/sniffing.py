"""Detects the kind of a response body from its first bytes rather than from its content type."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["stream", "json", "page", "lines", "empty", "other"]
"""Event stream, JSON document, web page, JSON lines, empty body, anything else."""

_BOM: Final = b"\xef\xbb\xbf"
_FIELDS: Final = (b"data", b"event", b"retry", b"id")
_MAX_BLANK: Final = 64 * 1024


def sniff(start: bytes, content_type: str, *, at_end: bool) -> Kind | None:
    """Detect the kind of a body.

    Args:
        start: The bytes received so far.
        content_type: The header; only used if the bytes are ambiguous.
        at_end: Whether the body is complete.

    Returns:
        The kind, or None if more bytes are needed.
    """
    text = start.removeprefix(_BOM).lstrip(b" \t\r\n")
    if not text:
        return "empty" if at_end else "other" if len(start) > _MAX_BLANK else None
    if start == _BOM[: len(start)] and not at_end:
        return None
    first, declared = text[:1], content_type.partition(";")[0].strip().lower()
    if first in b"{[":
        return "lines" if declared.endswith(("ndjson", "jsonl", "json-lines")) else "json"
    if first == b"<":
        return "page"
    if first == b":" or declared == "text/event-stream":
        return "stream"
    return _field(text, at_end=at_end)


def _field(text: bytes, *, at_end: bool) -> Kind | None:
    for name in _FIELDS:
        if text.startswith(name):
            rest = text[len(name) : len(name) + 1]
            if rest in (b":", b"\r", b"\n") and rest:
                return "stream"
            if not rest and not at_end:
                return None
        elif name.startswith(text) and not at_end:
            return None
    return "other"
