"""Parse damaged JSON and JSON Lines: return every value that can still be read, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import LENIENT, Json

_BETWEEN: Final = re.compile(r"[\s\0,\ufeff]*")
_OPENING: Final = re.compile(r'\{\s*"(?:[^"\\]|\\.){1,100}"')
_NEW_LINE: Final = re.compile(r"\n[\0\ufeff]*(?=[{\[])")
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{},]', re.DOTALL)
_MOST_EFFORT: Final = 4_000_000
"""Budget of wasted characters, plus a charge per fault, after which the rest is given up."""
_DEEPEST: Final = 200
_MOST_NAMED: Final = 8


class Values(Struct, frozen=True):
    """The values of a text."""

    values: list[Json]
    notes: tuple[str, ...] = ()
    lines: bool = False
    """Whether the values follow one another, as in JSON Lines, instead of being in one list."""


def read_values(text: str) -> Values:
    """Parse the values of a JSON text: the items of a list, one object, or one value after another.

    In damaged text (truncated, concatenated, with NULs or garbage between) whatever is readable is parsed; a truncated
    last value is closed after its last complete member. Numbers that are not valid JSON become null.
    """
    try:
        whole: Json = LENIENT.decode(text.strip("\ufeff \t\r\n\0"))
    except (ValueError, RecursionError):
        pass
    else:
        return _shallow(whole if isinstance(whole, list) else [whole], lines=False)
    begin = _after_between(text, 0)
    inside = text[begin : begin + 1] == "[" and not _is_line_of_its_own(text, begin)
    reader = _Reader(text, begin + 1 if inside else begin, within_list=inside)
    found = _shallow(list(reader.values()), lines=not inside)
    return Values(found.values, (*reader.notes(), *found.notes), found.lines)


class _Reader:
    """Scans a damaged text."""

    def __init__(self, text: str, place: int, *, within_list: bool) -> None:
        self._text = text
        self._place = place
        self._within_list = self._open = within_list
        self._effort = 0
        self._bad: list[int] = []
        self._cut = False
        self._line, self._line_from = 1, 0

    def values(self) -> Iterator[Json]:
        """Yield every value, in order."""
        text, opening = self._text, ""
        while self._begin_next():
            if self._within_list and text[self._place] == "]":
                self._place += 1
                self._open = False
                continue
            opening = opening or self._opening()
            try:
                value, self._place = LENIENT.raw_decode(text, self._place)
            except (ValueError, RecursionError) as error:
                self._effort += 1000 + getattr(error, "pos", len(text)) - self._place
                yield from self._damaged(opening)
            else:
                yield value
        self._cut = self._cut or self._open

    def _begin_next(self) -> bool:
        self._place = _after_between(self._text, self._place)
        return self._place < len(self._text)

    def notes(self) -> tuple[str, ...]:
        """Return notes about the damage."""
        named = ", ".join(map(str, self._bad[:_MOST_NAMED]))
        more = len(self._bad) - _MOST_NAMED
        told = []
        if self._bad:
            lines = "Line" if len(self._bad) == 1 else "Lines"
            further = f" and {more} more" if more > 0 else ""
            told.append(f"{lines} {named}{further} could not be read completely; everything else was imported.")
        if self._cut:
            told.append("The end of the file is missing; everything before it was imported.")
        return tuple(told)

    def _opening(self) -> str:
        found = _OPENING.match(self._text, self._place)
        return found.group() if found else ""

    def _damaged(self, opening: str) -> Iterator[Json]:
        """Skip to the possible start of the next value; a value truncated by the end of the text is closed."""
        text, place = self._text, self._place
        following = self._next_begin(opening) if self._effort < _MOST_EFFORT + 4 * len(text) else -1
        self._place = following if following >= 0 else len(text)
        closed = closed_value(text[place : self._place])
        if following < 0 and closed is not None:
            self._cut = True
        else:
            self._tell(place)
        if closed is not None:
            yield closed

    def _next_begin(self, opening: str) -> int:
        """Return the offset after a line end, or of an object that begins like the first one; -1 if there is none."""
        text, place = self._text, self._place
        newline = _NEW_LINE.search(text, place + 1) if not self._within_list else None
        found = [newline.end()] if newline else []
        if opening:
            alike = text.find(opening, place + 1)
            if alike >= 0:
                found.append(alike)
        return min(found, default=-1)

    def _tell(self, place: int) -> None:
        self._line += self._text.count("\n", self._line_from, place)
        self._line_from = place
        if self._bad[-1:] != [self._line]:
            self._bad.append(self._line)


def closed_value(text: str) -> Json:
    """Parse a truncated value, closed after its last complete member; None if there is none."""
    stack: list[str] = []
    end, closing = 0, ""
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "{[":
            stack.append("}" if sign == "{" else "]")
            end, closing = token.end(), "".join(reversed(stack))
        elif sign in "}]":
            if not stack or stack.pop() != sign or not stack:
                break
            end, closing = token.end(), "".join(reversed(stack))
        elif sign == "," and stack:
            end, closing = token.start(), "".join(reversed(stack))
        if len(stack) > _DEEPEST:
            break
    try:
        return LENIENT.decode(text[:end] + closing) if closing else None
    except (ValueError, RecursionError):
        return None


def _is_line_of_its_own(text: str, begin: int) -> bool:
    """Return whether a list is the first of several lines, instead of one list that spans the text."""
    try:
        _, end = LENIENT.raw_decode(text, begin)
    except (ValueError, RecursionError):
        return False
    return _BETWEEN.fullmatch(text, end) is None


def _shallow(values: list[Json], *, lines: bool) -> Values:
    """Drop values that are nested too deeply to be serialised again."""
    kept = [value for value in values if not _too_deep(value, _DEEPEST)]
    lost = len(values) - len(kept)
    return Values(kept, (f"Left out: values nested too deeply ({lost}).",) if lost else (), lines)


def _too_deep(value: Json, left: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left == 0 or any(_too_deep(each, left - 1) for each in inner if isinstance(each, (dict, list)))


def _after_between(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place
