"""Parses the axes typed for a sweep: ``NAME=VALUES``, with comma-separated values and numeric ranges."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal, InvalidOperation, localcontext
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import syntax_fault
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.shortening import shortened

MOST: Final = 1000
"""Maximum number of values of an axis, and of requests of a sweep."""
UNSET_WORD: Final = "unset"
"""The value of an axis for which the parameter is not sent. The text itself is written ``"unset"``."""
GRAMMAR: Final = (
    'Values: 0,0.5,1 · 0..2:0.5 (from, to, step) · "a","b" · any JSON · unset, for not sending the parameter.'
)

_NEXT_AXIS: Final = re.compile(r"\s+(?=[\w.\-]+=)")
_NUMBER: Final = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_RANGE: Final = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?::(.*))?", re.DOTALL)
_ONE_NUMBER: Final = re.compile(_NUMBER)
_LARGEST: Final = Decimal("1e15")
_PLACES: Final = 15
_LONGEST_NUMBER: Final = 40
_JSON: Final = json.JSONDecoder()


class AxisText(Struct, frozen=True):
    """One axis as typed."""

    name: str
    items: tuple[str, ...]
    """Its values, at least one; JSON strings, arrays and objects are unparsed, ranges already expanded to numbers."""


def read_axis(text: str) -> AxisText:
    """Parse one axis, ``NAME=VALUES``.

    Raises:
        ProblemError: The name or a value is missing, JSON is invalid, or a range has an invalid step or limit.
    """
    [axis] = _axes(text.strip(), several=False)
    return axis


def read_axes(text: str) -> tuple[AxisText, ...]:
    """Parse any number of axes, ``NAME=VALUES`` separated by whitespace. Raises the same as ``read_axis``."""
    return tuple(_axes(text.strip(), several=True)) if text.strip() else ()


def _axes(text: str, *, several: bool) -> Iterator[AxisText]:
    place = 0
    while True:
        equals = text.find("=", place)
        name = text[place:equals].strip() if equals >= 0 else ""
        if not name or re.search(r"\s", name):
            raise _wrong(f"{_short(text[place:])} is not of the form NAME=VALUES", GRAMMAR)
        items, place = _items(name, text, equals + 1, several=several)
        yield AxisText(name, tuple(items))
        if place >= len(text):
            return


def _items(name: str, text: str, place: int, *, several: bool) -> tuple[list[str], int]:
    """Parse the values from a position on; also return where the next axis begins or the text ends."""
    items: list[str] = []
    while True:
        item, place = _item(name, text, place, several=several)
        found = _expanded(name, item)
        if len(items) + len(found) > MOST:
            raise _wrong(f"{name}: more than {MOST} values", "Use a larger step or fewer values.")
        items += found
        if text[place : place + 1] != ",":
            return items, place
        place += 1


def _item(name: str, text: str, place: int, *, several: bool) -> tuple[str, int]:
    """Parse one value; also return the position of the comma after it, of the next axis, or of the end."""
    while text[place : place + 1].isspace() and not (several and _NEXT_AXIS.match(text, place)):
        place += 1
    if text[place : place + 1] in ('"', "[", "{"):
        return _json_item(name, text, place, several=several)
    comma = text.find(",", place)
    end = comma if comma >= 0 else len(text)
    following = _NEXT_AXIS.search(text, place, end) if several else None
    stop = following.start() if following is not None else end
    item = text[place:stop].strip()
    if not item:
        raise _wrong(f"{name}: a value is missing", 'Write an empty string as "".')
    return item, following.end() if following is not None else end


def _json_item(name: str, text: str, place: int, *, several: bool) -> tuple[str, int]:
    try:
        _, end = _JSON.raw_decode(text, place)
    except ValueError as error:
        why = "a number in it is too long"
        if isinstance(error, json.JSONDecodeError):
            why = f"{syntax_fault(error)} at character {error.pos - place + 1}"
        raise _wrong(
            f"{name}: {_short(text[place:])} is not valid JSON",
            f"A string that starts with {text[place]} must be quoted as in JSON.",
            why,
        ) from None
    except RecursionError:
        raise _wrong(f"{name}: a value is nested too deeply") from None
    following = _NEXT_AXIS.match(text, end) if several else None
    if following is not None:
        return text[place:end], following.end()
    behind = end
    while text[behind : behind + 1].isspace():
        behind += 1
    if behind < len(text) and text[behind] != ",":
        raise _wrong(
            f"{name}: {_short(text[place:end])} is followed by {_short(text[behind:])}", "Put a comma between them."
        )
    return text[place:end], behind


def _expanded(name: str, item: str) -> list[str]:
    """Expand a range to its numbers; return anything else unchanged."""
    found = _RANGE.fullmatch(item)
    if found is None:
        return [item]
    first, last = _number(name, found[1]), _number(name, found[2])
    step = Decimal(1)
    if found[3] is not None:
        written = found[3].strip()
        if not _ONE_NUMBER.fullmatch(written):
            raise _wrong(f"{name}: the step of {_short(item)} is not a number", GRAMMAR)
        step = _number(name, written)
    if step == 0:
        raise _wrong(f"{name}: the step of {_short(item)} is 0", "Use a step above 0.")
    if step < 0:
        raise _wrong(
            f"{name}: the step of {_short(item)} is below 0",
            f"Steps are always positive; {found[1]}..{found[2]}:{written.lstrip('-')} counts in the right direction.",
        )
    return _steps(name, item, first, last, step)


def _steps(name: str, item: str, first: Decimal, last: Decimal, step: Decimal) -> list[str]:
    with localcontext() as context:
        context.prec = 60
        count = int(abs(last - first) / step) + 1
        if count > MOST:
            raise _wrong(f"{name}: {_short(item)} has {count} values; at most {MOST} are allowed", "Use a larger step.")
        way = step if last >= first else -step
        return [_written(first + way * place) for place in range(count)]


def _number(name: str, word: str) -> Decimal:
    """Parse a number exactly."""
    number = Decimal("Infinity")
    if len(word) <= _LONGEST_NUMBER:
        with suppress(InvalidOperation):  # an exponent out of Decimal's range
            number = Decimal(word)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_PLACES or number.adjusted() > _PLACES or abs(number) > _LARGEST:
        raise _wrong(
            f"{name}: {_short(word)} cannot be used in a range",
            f"Ranges go from -1e15 to 1e15, with at most {_PLACES} decimals. List the values with commas instead.",
        )
    return number


def _written(number: Decimal) -> str:
    """Format a number without an exponent and without trailing zeros: ``0.5``, ``2``."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _short(text: str, limit: int = 40) -> str:
    return shortened(text, limit)


def _wrong(what: str, hint: str = "", why: str = "") -> ProblemError:
    return ProblemError(Problem(kind="usage", what=what, why=why, hint=hint))
