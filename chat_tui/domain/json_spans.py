"""Locate values in JSON text: their offsets, their line and column, and their path as text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.places import Place

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def span_of(text: str, place: Sequence[str | int]) -> tuple[int, int] | None:
    """Return start and end offset of the value at a path; None if the text has no such value."""
    return spans_of(text, [place]).get(tuple(place))


def spans_of(text: str, places: Iterable[Sequence[str | int]]) -> dict[Place, tuple[int, int]]:
    """Return start and end offset of the value at each path; paths that do not exist are left out.

    Of duplicate members, the last one counts, as for a JSON parser. The time is linear in the text for each level of
    depth, however many paths there are.

    Args:
        text: Valid JSON; surrounding whitespace is ignored.
        places: Paths from the root.
    """
    found: dict[Place, tuple[int, int]] = {}
    try:
        waiting = [(*_value(text, 0), 0, [tuple(place) for place in places])]
        while waiting:
            start, end, depth, below = waiting.pop()
            steps: dict[str | int, list[Place]] = {}
            for place in below:
                if len(place) == depth:
                    found[place] = start, end
                else:
                    steps.setdefault(place[depth], []).append(place)
            spans = {step: span for step, span in _inside(text, start) if step in steps} if steps else {}
            waiting += ((*span, depth + 1, steps[step]) for step, span in spans.items())
    except (ValueError, RecursionError, IndexError):
        return {}
    return found


def repeated_members(text: str) -> list[Place]:
    """Return the paths of member names that occur more than once in an object, of the value as parsers see it.

    Args:
        text: Valid JSON.
    """
    repeated: dict[int, tuple[JsonObject, list[str]]] = {}  # with the object itself, so that no other gets its id

    def members(pairs: list[tuple[str, Json]]) -> JsonObject:
        made = dict(pairs)
        if len(made) < len(pairs):
            times = Counter(name for name, _ in pairs)
            repeated[id(made)] = made, [name for name in made if times[name] > 1]
        return made

    whole: Json = json.loads(text, object_pairs_hook=members)
    found: list[Place] = []
    waiting: list[tuple[Place, Json]] = [((), whole)] if repeated else []
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            found += ((*place, name) for name in repeated.get(id(value), (value, ()))[1])
            waiting += (((*place, name), item) for name, item in value.items())
        elif isinstance(value, list):
            waiting += (((*place, index), item) for index, item in enumerate(value))
    return sorted(found, key=lambda place: [str(step) for step in place])


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1."""
    before = text.rfind("\n", 0, offset)
    return text.count("\n", 0, offset) + 1, offset - before


def path_words(place: Sequence[str | int]) -> str:
    """Format a path as a JSON path: ``$.lines[3]["the name"]``; ``$`` is the whole value."""
    return "$" + "".join(_step(step) for step in place)


def pointer(place: Sequence[str | int]) -> str:
    """Format a path as a JSON pointer (RFC 6901): ``/lines/3``; the whole value is the empty string."""
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


def _inside(text: str, at: int) -> Iterator[tuple[str | int, tuple[int, int]]]:
    """Yield key or index and span of each value in the object or array at an offset; nothing for other values."""
    bracket, number = text[at], 0
    if bracket not in "{[":
        return
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        step: str | int = number
        if bracket == "{":
            step, at = _DECODER.raw_decode(text, at)
            at = _skip(text, at) + 1
        start, end = _value(text, at)
        yield step, (start, end)
        number += 1
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
