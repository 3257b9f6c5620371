"""Where in a JSON text a value stands: its characters, its line and column, its path as one writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def span_of(text: str, place: Sequence[str | int]) -> tuple[int, int] | None:
    """First character and end of the value at a place; None where the text has no such value.

    Of members that stand twice the last counts, as it does for a reader. Takes time in proportion to the text for each
    step of the place.

    Args:
        text: JSON that parses; white space around it does not matter.
        place: Steps from the whole value inwards.
    """
    try:
        start, end = _value(text, 0)
        for step in place:
            found = _member(text, start, step) if isinstance(step, str) else _entry(text, start, step)
            if found is None:
                return None
            start, end = found
    except (ValueError, RecursionError, IndexError):
        return None
    return start, end


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character, both from 1."""
    before = text.rfind("\n", 0, offset)
    return text.count("\n", 0, offset) + 1, offset - before


def path_words(place: Sequence[str | int]) -> str:
    """A place as a JSON path: ``$.lines[3]["the name"]``; ``$`` is the whole value."""
    return "$" + "".join(_step(step) for step in place)


def pointer(place: Sequence[str | int]) -> str:
    """A place as a JSON pointer (RFC 6901): ``/lines/3``; the whole value is the empty text."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN.match(step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at


def _value(text: str, at: int) -> tuple[int, int]:
    start = _skip(text, at)
    return start, _DECODER.raw_decode(text, start)[1]


def _member(text: str, at: int, name: str) -> tuple[int, int] | None:
    """The value of an object's member; the object begins at ``at``."""
    if text[at] != "{":
        return None
    found: tuple[int, int] | None = None
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start, end = _value(text, _skip(text, at) + 1)
        if key == name:
            found = (start, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _entry(text: str, at: int, number: int) -> tuple[int, int] | None:
    """An entry of a list, which begins at ``at``."""
    if text[at] != "[":
        return None
    at = _skip(text, at + 1)
    while text[at] != "]":
        start, end = _value(text, at)
        if not number:
            return start, end
        number -= 1
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return None
