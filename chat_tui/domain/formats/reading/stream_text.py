"""Parse the text of a complete event stream into events and comments, per the HTML Standard (section 9.2)."""

from __future__ import annotations

import re
from typing import Final

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def events_of(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return events as data and name, and comments. A last event without its blank line is included."""
    events: list[tuple[str, str]] = []
    comments: list[str] = []
    data: list[str] = []
    name = ""
    for line in [*_LINE_END.split(text.removeprefix("\ufeff")), ""]:
        if not line:
            if data:
                events.append(("\n".join(data), name or "message"))
            data, name = [], ""
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not field:
            comments.append(value)
        elif field == "data":
            data.append(value)
        elif field == "event":
            name = value
    return events, comments
