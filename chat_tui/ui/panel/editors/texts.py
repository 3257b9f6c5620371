r"""Converts values to editable text and back: as JSON, plain text, or text on one line. Pure.

On one line a backslash escapes as in JSON (a newline is the two characters ``\\n``), text in double quotes is taken
exactly, and a leading ``=`` makes the rest JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import Json, parse_json, syntax_fault
from chat_tui.domain.literal import visible


class Fault(Struct, frozen=True):
    """Why a text is invalid, and where."""

    message: str
    line: int = 1
    """Counted from 1."""
    column: int = 1
    """In code points, counted from 1."""

    def sentence(self) -> str:
        """Return position and message on one line."""
        return f"line {self.line}, column {self.column}: {self.message}"


class Form(Struct, frozen=True):
    """A text format for values."""

    hint: str
    """The name of the format, shown to the user."""
    write: Callable[[Json], str]
    read: Callable[[str], Json | Fault]
    """Parses a text; returns a ``Fault`` if it is invalid."""


_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_NAMED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def escaped(text: str) -> str:
    """Escape every control and invisible character of ``text`` as in JSON; safe inside a JSON string."""
    if visible(text) == text and "\t" not in text:
        return text
    return "".join(char if char == "\n" or (char != "\t" and visible(char) == char) else _code(char) for char in text)


def _code(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def write_json(value: Json) -> str:
    """Format a value as indented JSON without invisible characters."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=2))


def read_json(text: str) -> Json | Fault:
    """Parse strict JSON; return a ``Fault`` with the position of an error."""
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        why = syntax_fault(error)
        return Fault(why[:1].lower() + why[1:], error.lineno, error.colno)
    except ValueError as error:
        return Fault(str(error))


def _quoted(text: str) -> str:
    return escaped(json.dumps(text, ensure_ascii=False))


def write_entry(value: Json) -> str:
    """Write a text with escapes, quoted if its ends would be ambiguous; other values as ``=`` and JSON."""
    if not isinstance(value, str):
        return "=" + escaped(json.dumps(value, ensure_ascii=False))
    if not value or value != value.strip() or value[0] in '"=':
        return _quoted(value)
    return _quoted(value)[1:-1].replace('\\"', '"')


def read_entry(text: str, line: int, column: int) -> Json | Fault:
    """Parse what ``write_entry`` wrote; ``line`` and ``column`` are the position of the text, used in a ``Fault``."""
    stripped = text.strip()
    place = column + text.index(stripped[0]) if stripped else column
    if stripped.startswith(('"', "=")):
        value = read_json(stripped.removeprefix("="))
        if isinstance(value, Fault):
            return Fault(value.message, line, place + value.column - 1 + stripped.startswith("="))
        return value
    fault = next((found for found in _ESCAPE.finditer(text) if _unescape(found) is None), None)
    if fault is not None or _ESCAPE.sub("", text).endswith("\\"):
        at = fault.start() if fault is not None else len(text) - 1
        return Fault(
            "a backslash must be followed by n, t, r, b, f, u and four hexadecimal digits, or a backslash",
            line,
            column + at,
        )
    plain = _ESCAPE.sub(lambda found: _unescape(found) or "", text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _unescape(found: re.Match[str]) -> str | None:
    code = found.group(1)
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return code if code in '\\"/' else _NAMED.get(code)


def read_plain(text: str) -> Json | Fault:
    """Return the text itself."""
    return text


def write_plain(value: Json) -> str:
    """Return the text itself; empty for any other value."""
    return value if isinstance(value, str) else ""


JSON_FORM: Final = Form("JSON", write_json, read_json)
PLAIN_FORM: Final = Form("literal text", write_plain, read_plain)
