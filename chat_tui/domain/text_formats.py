"""Validate the string formats of JSON Schema: RFC 3339 dates and times, durations, host names, URIs. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

_TIME: Final = re.compile(
    r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d|60)(?:\.\d+)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[01]\d|2[0-3]):(?P<minutes>[0-5]\d))",
    re.ASCII,
)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DURATION: Final = re.compile(
    r"P(?!\Z)(?:\d+W|(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?"
    r"(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)",
    re.ASCII,
)
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")
_NAME_LIMIT: Final = 253


def is_date(text: str) -> bool:
    """Return whether it is an existing date: ``2026-02-28``."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """Return whether it is a time: ``20:20:39Z``, ``20:20:39.1+02:00``; leap seconds only at midnight UTC."""
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    if found["second"] != "60":
        return True
    shift = int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
    minute = int(found["hour"]) * 60 + int(found["minute"]) + (shift if found["sign"] == "-" else -shift)
    return minute % (24 * 60) == 24 * 60 - 1


def is_date_time(text: str) -> bool:
    """Return whether it is a date and time: ``2026-02-28T20:20:39Z``."""
    return is_date(text[:10]) and text[10:11] in ("T", "t") and is_time(text[11:])


def is_duration(text: str) -> bool:
    """Return whether it is a duration: ``P3Y6M4DT12H30M5S``, ``P2W``."""
    return _DURATION.fullmatch(text) is not None


def is_hostname(text: str) -> bool:
    """Return whether it consists of labels of letters, digits and hyphens, at most 63 characters each, 253 in total."""
    return len(text) <= _NAME_LIMIT and all(_LABEL.fullmatch(label) for label in text.split("."))


def is_uri(text: str) -> bool:
    """Return whether it has a scheme and only characters allowed in a URI."""
    return _URI.fullmatch(text) is not None


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date": is_date,
    "time": is_time,
    "date-time": is_date_time,
    "duration": is_duration,
    "hostname": is_hostname,
    "uri": is_uri,
}
"""Validator by format name."""
