"""Parse pasted JSON with helpful errors, and report whatever cannot be represented exactly."""

from __future__ import annotations

import json
import math
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject, syntax_fault
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.shortening import shortened

_DIGITS: Final = 4300
"""Maximum length of an integer that Python parses, in digits."""
_SHORT: Final = 15
"""Decimals up to this many characters fit a double exactly."""


def read_json(text: str, name: str) -> tuple[Json, tuple[str, ...]]:
    """Parse strict JSON; returns the value and a sentence for each thing that differs from the text.

    Args:
        text: JSON; surrounding whitespace is ignored.
        name: What the text is, for the error message: ``The body``.

    Raises:
        ProblemError: The text is not JSON; gives line, column, reason, and a fix if one is known.
    """
    reading = _Reading()
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=reading.members,
            parse_float=reading.decimal,
            parse_int=reading.whole,
            parse_constant=reading.constant,
        )
    except json.JSONDecodeError as error:
        why = f"line {error.lineno}, column {error.colno}: {syntax_fault(error)}"
        raise _no_json(name, why, _remedy(text, error)) from None
    except RecursionError:
        raise _no_json(name, "it is nested too deeply") from None
    except ValueError as error:
        raise _no_json(name, str(error)) from None
    return value, tuple(reading.notes)


def python_value(text: str) -> Json:
    """Parse a Python literal (``True``, ``'…'``) as a JSON value; None if the text is not one."""
    import ast
    import re
    import warnings

    if not re.search(r"'|\b(?:True|False|None)\b", text):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _as_json(ast.literal_eval(text.strip()))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _as_json(value: object) -> Json:
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return {name: _as_json(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    if value is None or isinstance(value, (str, bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise ValueError(f"JSON has no {type(value).__name__}")


class _Reading:
    """The JSON decoder hooks of one parse, and the notes they collect."""

    def __init__(self) -> None:
        self.notes: dict[str, None] = {}

    def members(self, pairs: list[tuple[str, Json]]) -> JsonObject:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in found if names.count(name) > 1)
            self.notes[f"{json.dumps(twice)} occurs twice in one object; the last value is used."] = None
        return found

    def decimal(self, word: str) -> float:
        number = float(word)
        if math.isinf(number):
            raise ValueError(f"{_short(word)} is too large for a JSON number")
        if len(word) > _SHORT and not _exact(word, number):
            self.notes[f"{_short(word)} has more digits than a double can hold; it becomes {number!r}."] = None
        return number

    def whole(self, word: str) -> int:
        if len(word) > _DIGITS:
            raise ValueError(f"a whole number has {len(word)} digits; at most {_DIGITS} are supported")
        return int(word)

    def constant(self, word: str) -> Json:
        raise ValueError(f"{word} is not valid JSON")


def _exact(word: str, number: float) -> bool:
    from decimal import Decimal

    try:
        return Decimal(word) == Decimal(repr(number))
    except ArithmeticError:
        return False


def _short(word: str) -> str:
    return shortened(word, 40)


def _no_json(name: str, why: str, hint: str = "") -> ProblemError:
    return ProblemError(Problem(kind="usage", what=f"{name} is not valid JSON", why=why, hint=hint))


def _remedy(text: str, error: json.JSONDecodeError) -> str:
    here = text[error.pos : error.pos + 1]
    if here in ("}", "]") and text[: error.pos].rstrip()[-1:] == ",":
        return "Remove the comma before it."
    by_message = (words for start, words in _REMEDIES.items() if error.msg.startswith(start))
    return _AT_CHARACTER.get(here) or next(by_message, "")


_AT_CHARACTER: Final = {
    "": "The end is missing.",
    "'": 'JSON allows only double quotes (").',
    **dict.fromkeys("“”‘’", 'JSON allows only straight quotes (").'),
}
_REMEDIES: Final = {
    "Invalid control character": "Inside a string, write a line break as \\n and a tab as \\t.",
    "Extra data": "Expected one JSON object and nothing after it.",
    "Unterminated string": 'A closing " is missing.',
    "Illegal trailing comma": "Remove the comma.",
}
