"""Check that a reply is the JSON its request asked for: parse it strictly, validate it, locate each error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from chat_tui.domain.json_spans import line_and_column, path_words, repeated_members, spans_of
from chat_tui.domain.json_values import Json, JsonObject, parse_json, syntax_fault, value_at
from chat_tui.domain.schema_fit import schema_of

if TYPE_CHECKING:
    from chat_tui.domain.reply import Reply

PARAMETER: Final = "response_format"
"""Wire name of the parameter that requests an output format."""
_KINDS: Final = ("json_object", "json_schema")
_REPEATED: Final = "occurs more than once in its object, and parsers differ in which one counts"
_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_FENCE: Final = re.compile(r"\s*(```|~~~)")


class WantedFormat(Struct, frozen=True):
    """The output format that a request asked for."""

    name: str
    """The schema's name or title; else ``JSON``."""
    schema: JsonObject | None = None
    is_object: bool = False
    """Whether the content must be an object, whatever the schema says."""


class Text(Struct, frozen=True):
    """The final text of one choice."""

    choice: int
    content: str
    refused: bool = False
    """Whether there is a refusal and no content."""
    cut: bool = False
    """Whether the token limit ended it."""


class FormatError(Struct, frozen=True):
    """One validation error and its location."""

    choice: int
    path: str
    """``$.lines[3].name``; ``$`` for the whole content."""
    message: str
    line: int = 1
    """In the content, from 1."""
    column: int = 1
    offset: int = 0
    """Start of the location, in characters."""
    end: int = 0
    """Offset after the location; for an object or array, after its opening bracket."""


class FormatResult(Struct, frozen=True):
    """The result of checking a reply that should be JSON."""

    name: str
    errors: tuple[FormatError, ...] = ()
    """In the order of the choices."""

    @property
    def valid(self) -> bool:
        """Whether every choice is valid."""
        return not self.errors

    def as_json(self) -> JsonObject:
        """Return ``valid``, ``name`` and ``errors``, each with choice, path, message, line, column, offset and end."""
        errors: list[Json] = [
            {name: getattr(error, name) for name in FormatError.__struct_fields__} for error in self.errors
        ]
        return {"valid": self.valid, "name": self.name, "errors": errors}


def wanted_format(body: Mapping[str, Json]) -> WantedFormat | None:
    """Return the JSON format that a request asks for; None if it asks for none."""
    asked = body.get(PARAMETER)
    if not isinstance(asked, dict) or asked.get("type") not in _KINDS:
        return None
    schema = schema_of(body)
    names = (value_at(asked, ("json_schema", "name")), schema.get("title") if schema is not None else None)
    name = next((name for name in names if isinstance(name, str) and name), "JSON")
    return WantedFormat(name, schema, is_object=asked.get("type") == "json_object")


def texts_of(reply: Reply) -> tuple[Text, ...]:
    """Return the texts of a reply to check; choices with only tool calls or audio have none."""
    found: list[Text] = []
    for choice in reply.choices:
        content, refused = choice.text(), bool(choice.refusal)
        calls = bool(choice.tool_calls.ordered()) or choice.function_call is not None
        if content or not (calls or choice.audio is not None):
            cut = choice.finish_reason == "length"
            found.append(Text(choice.index, content, refused=refused and not content, cut=cut))
    return tuple(found)


def check_format(wanted: WantedFormat, texts: Sequence[Text]) -> FormatResult:
    """Check each text against the format. Linear in the size of the texts: do not call it on the UI thread."""
    return FormatResult(wanted.name, tuple(error for text in texts for error in _errors(wanted, text)))


def read_result(record: Json) -> FormatResult | None:
    """Parse a result that ``as_json`` wrote; None for anything else. Malformed errors are left out."""
    if not isinstance(record, dict) or not isinstance(record.get("valid"), bool):
        return None
    name, listed = record.get("name"), record.get("errors")
    errors = tuple(_read_error(error) for error in (listed if isinstance(listed, list) else ()) if _is_error(error))
    if not errors and not record["valid"]:
        errors = (FormatError(0, "$", "does not match the schema"),)
    return FormatResult(name if isinstance(name, str) else "", errors)


def _errors(wanted: WantedFormat, text: Text) -> Iterator[FormatError]:
    if text.refused:
        yield FormatError(text.choice, "$", "the model refused")
        return
    try:
        value = parse_json(text.content)
    except ValueError as error:
        yield _no_json(text, error)
        return
    if wanted.is_object and not isinstance(value, dict):
        yield FormatError(text.choice, "$", "must be an object", end=1)
        return
    from chat_tui.domain.schema_errors import MOST, SchemaError, schema_errors  # start-up only shows stored results

    faults = [SchemaError(place, _REPEATED) for place in repeated_members(text.content)[:MOST]]
    faults += schema_errors(value, wanted.schema) if wanted.schema is not None else []
    spans = spans_of(text.content, (fault.place for fault in faults)) if faults else {}
    for fault in faults:
        start, end = spans.get(fault.place, (0, 0))
        if text.content[start : start + 1] in ("{", "["):
            end = start + 1
        line, column = line_and_column(text.content, start)
        yield FormatError(text.choice, path_words(fault.place), fault.message, line, column, start, end)


def _no_json(text: Text, error: ValueError) -> FormatError:
    content = text.content
    if not content.strip():
        return FormatError(text.choice, "$", "the content is empty")
    at, why = _where_and_why(content, error)
    words = f"is not valid JSON: {why}"
    if _FENCE.match(content):
        words = "is not valid JSON: it is inside a Markdown code block"
    elif text.cut:
        words += "; it was cut off at the token limit"
    line, column = line_and_column(content, at)
    return FormatError(text.choice, "$", words, line, column, at, min(at + 1, len(content)))


def _where_and_why(content: str, error: ValueError) -> tuple[int, str]:
    if content.startswith("\ufeff"):
        return 0, "it begins with a byte order mark"
    if isinstance(error, json.JSONDecodeError):
        why = syntax_fault(error)
        return error.pos, f"{why[:1].lower()}{why[1:]}"
    why = str(error).removesuffix(" is not valid JSON")
    word = why.split(" ", 1)[0]
    found = re.finditer(rf"{_STRING}|{re.escape(word)}", content)
    return next((match.start() for match in found if match[0] == word), 0), why


def _is_error(record: Json) -> bool:
    return (
        isinstance(record, dict)
        and all(isinstance(record.get(name), str) for name in ("path", "message"))
        and all(type(record.get(name, 0)) is int for name in ("choice", "line", "column", "offset", "end"))
    )


def _read_error(record: Json) -> FormatError:
    members = record if isinstance(record, dict) else {}
    known: dict[str, object] = {name: members[name] for name in FormatError.__struct_fields__ if name in members}
    return FormatError(**{"choice": 0, **known})  # type: ignore[arg-type]  # each was checked by _is_error
