r"""Values as text to edit, and back: JSON, a list with one entry a line, a map with one pair a line. Pure.

In lists and maps a backslash escapes as in JSON (a newline is the two characters ``\\n``), a text in double quotes is
taken exactly, and ``=`` before an entry makes the rest of it JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject, dump_json, parse_json
from chat_tui.domain.literal import visible


class Fault(Struct, frozen=True):
    """Why a text is no value, and where."""

    message: str
    line: int = 1
    """From 1."""
    column: int = 1
    """Code points, from 1."""

    def sentence(self) -> str:
        """On one line."""
        return f"line {self.line}, column {self.column}: {self.message}"


class Form(Struct, frozen=True):
    """One way to write values as text."""

    hint: str
    """How to write it, in a few words."""
    write: Callable[[Json], str]
    read: Callable[[str], Json | Fault]
    """``Fault`` where the text is no value."""
    takes: Callable[[Json], bool]
    """Whether a value can be written in this form."""


_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_NAMED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def escaped(text: str) -> str:
    """``text`` with every character a terminal would obey as a JSON escape; safe inside a JSON string."""
    if visible(text) == text and "\t" not in text:
        return text
    return "".join(char if char == "\n" or (char != "\t" and visible(char) == char) else _code(char) for char in text)


def _code(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def write_json(value: Json) -> str:
    """Indented JSON in which nothing is invisible."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=2))


def read_json(text: str) -> Json | Fault:
    """Strict JSON, or the place where it stops being that."""
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        return Fault(error.msg[:1].lower() + error.msg[1:], error.lineno, error.colno)
    except ValueError as error:
        return Fault(str(error))


def list_form(item_types: Sequence[str] = ()) -> Form:
    """The form of a list: one entry a line. A lone text counts as a list of one.

    Args:
        item_types: JSON types of the entries; without any, or with strings among them, a line is a text.
    """
    texts = not item_types or "string" in item_types
    write_item, read_item = (_write_entry, _read_entry) if texts else (_write_any, _read_any)

    def write(value: Json) -> str:
        return "\n".join(write_item(entry) for entry in (value if isinstance(value, list) else [value]))

    def read(text: str) -> Json | Fault:
        entries: list[Json] = []
        for number, line in enumerate(text.split("\n"), 1):
            if line:
                entry = read_item(line, number, 1)
                if isinstance(entry, Fault):
                    return entry
                entries.append(entry)
        return entries

    hint = 'one entry a line · \\n is a newline · "…" is exact' if texts else "one entry a line"
    return Form(hint, write, read, lambda value: isinstance(value, list | str))


def map_form(value_types: Sequence[str] = ()) -> Form:
    """The form of a map: ``key = value``, one pair a line; values that are only texts need no quotes."""
    texts = tuple(value_types) == ("string",)
    write_item, read_item = (_write_entry, _read_entry) if texts else (_write_any, _read_any)

    def write(value: Json) -> str:
        pairs = value.items() if isinstance(value, dict) else ()
        return "\n".join(f"{_write_key(key)} = {write_item(item)}" for key, item in pairs)

    def read(text: str) -> Json | Fault:
        return _read_map(text, read_item)

    return Form("key = value, one a line", write, read, lambda value: isinstance(value, dict))


def _read_map(text: str, read_value: Callable[[str, int, int], Json | Fault]) -> Json | Fault:
    pairs: JsonObject = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        key = _read_key(line, number)
        if isinstance(key, Fault):
            return key
        name, place = key
        rest = line[place:]
        value = read_value(rest.strip(), number, place + 1 + len(rest) - len(rest.lstrip()))
        if isinstance(value, Fault):
            return value
        if name in pairs:
            return Fault(f"the key {dump_json(name)} is there twice", number, 1)
        pairs[name] = value
    return pairs


def _read_key(line: str, number: int) -> tuple[str, int] | Fault:
    """A pair's key and where its value begins."""
    start = len(line) - len(line.lstrip())
    if line[start] == '"':
        try:
            key, end = json.JSONDecoder().raw_decode(line, start)
        except json.JSONDecodeError as error:
            return Fault(error.msg[:1].lower() + error.msg[1:], number, error.colno)
        place = line.find("=", end)
        if place < 0 or line[end:place].strip() or not isinstance(key, str):
            return Fault("an equals sign must follow the key", number, end + 1)
        return key, place + 1
    place = line.find("=")
    if place < 0:
        return Fault("expected key = value", number, len(line) + 1)
    if not line[:place].strip():
        return Fault("the key is missing", number, 1)
    return line[:place].strip(), place + 1


def _write_key(key: str) -> str:
    plain = key and key == key.strip() and key[0] != '"' and "=" not in key and "\n" not in key and escaped(key) == key
    return key if plain else _quoted(key)


def _quoted(text: str) -> str:
    return escaped(json.dumps(text, ensure_ascii=False))


def _write_entry(value: Json) -> str:
    """A text as it is, with escapes; in quotes where its ends would not show; anything else as ``=`` and JSON."""
    if not isinstance(value, str):
        return "=" + escaped(json.dumps(value, ensure_ascii=False))
    if not value or value != value.strip() or value[0] in '"=':
        return _quoted(value)
    return _quoted(value)[1:-1].replace('\\"', '"')


def _read_entry(text: str, line: int, column: int) -> Json | Fault:
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
            "a backslash stands before n, t, r, b, f, u and four hexadecimal digits, or itself", line, column + at
        )
    plain = _ESCAPE.sub(lambda found: _unescape(found) or "", text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _unescape(found: re.Match[str]) -> str | None:
    code = found.group(1)
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return code if code in '\\"/' else _NAMED.get(code)


def _write_any(value: Json) -> str:
    """JSON, or a bare text that could not be taken for JSON."""
    bare = isinstance(value, str) and value and value == value.strip() and escaped(value) == value and "\n" not in value
    if isinstance(value, str) and bare and value[0] != '"' and isinstance(read_json(value), Fault):
        return value
    return escaped(json.dumps(value, ensure_ascii=False))


def _read_any(text: str, line: int, column: int) -> Json | Fault:
    value = read_json(text)
    if isinstance(value, Fault) and not text.startswith('"'):
        return text
    return Fault(value.message, line, column + value.column - 1) if isinstance(value, Fault) else value


def read_plain(text: str) -> Json | Fault:
    """The text itself."""
    return text


def write_plain(value: Json) -> str:
    """The text itself."""
    return value if isinstance(value, str) else ""


JSON_FORM: Final = Form("JSON", write_json, read_json, lambda _value: True)
PLAIN_FORM: Final = Form("text, taken exactly", write_plain, read_plain, lambda value: isinstance(value, str))
