"""Encodes records as JSON lines, and decodes lines, salvaging what it can from damaged ones."""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

import msgspec

from chat_tui.domain.json_values import LENIENT, Json, JsonObject, dump_json

_BLANK: Final = b" \t\r\n\0"
_BOM: Final = b"\xef\xbb\xbf"
_RECORD: Final = re.compile(r'\{\s*"type"\s*:\s*"[^"\\]*"\s*,\s*"t"\s*:\s*\d')
_MOST_ATTEMPTS: Final = 1000
LONGEST_LINE: Final = 1 << 28
"""Bytes read of a line; what is beyond counts as another line."""
LONGEST_OPENING: Final = 1 << 16
"""Bytes read of a file's first line, which is short in every session."""
ANOTHER_RECORD: Final = b'","t":'
"""What a line contains a second time if two records are glued together: the end of a type, and a time."""

_STRICT: Final = msgspec.json.Decoder()


class Decoded(NamedTuple):
    """The contents of a line."""

    records: list[JsonObject]
    whole: bool
    """Whether the line contained nothing else."""


def encode(record: JsonObject, time_ms: int) -> bytes:
    """Encode one line with its newline; ``type`` and ``t`` come first. NaN and infinities become null."""
    timed: JsonObject = {"type": record.get("type"), "t": time_ms, **record}
    try:
        text = dump_json(timed)
    except ValueError:
        text = dump_json(_finite(timed))
    return text.encode() + b"\n"


def decode(line: bytes) -> Decoded:
    """Decode the records of a line, with or without its newline. A blank line is whole and empty.

    Of a damaged line the readable records are returned: records on one line, records after a torn one or a run of NULs,
    a record with invalid UTF-8 (each bad byte becomes U+FFFD). NaN and infinities become null.
    """
    try:
        record = _STRICT.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _salvaged(line)
    return Decoded([record], whole=True) if isinstance(record, dict) else Decoded([], whole=False)


def _salvaged(line: bytes) -> Decoded:
    content = line.strip(_BLANK).removeprefix(_BOM).strip(_BLANK)
    if not content:
        return Decoded([], whole=b"\0" not in line)
    text = content.decode("utf-8", "replace")
    found: list[JsonObject] = []
    whole = content == line.strip().removeprefix(_BOM) and text.encode() == content
    place, attempts = 0, 0
    while place < len(text) and attempts < _MOST_ATTEMPTS:
        attempts += 1
        try:
            record, end = LENIENT.raw_decode(text, place)
        except (ValueError, RecursionError):
            record, end = None, place + 1
        if isinstance(record, dict):
            found.append(record)
            place = _after_blank(text, end)
        else:
            start = _RECORD.search(text, end)
            place = start.start() if start else len(text)
            whole = False
    return Decoded(found, whole and len(found) == 1)


def _after_blank(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n\0":
        place += 1
    return place


def _finite(value: Json) -> Json:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _finite(member) for name, member in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value
