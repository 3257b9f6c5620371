"""The text of a whole event stream taken apart: events and comments, as the HTML Standard says (section 9.2)."""

from __future__ import annotations

import re
from typing import Final

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def events_of(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Events as data and name, and comments. A last event without its blank line counts too."""
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
