"""Decide why a tool call must not be run: an incomplete reply, an undeclared tool, invalid arguments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject, dump_json, json_type, parse_json
from chat_tui.domain.places import place_words
from chat_tui.domain.shortening import shortened

CallKind: TypeAlias = Literal["function", "custom", "legacy"]
FaultKind: TypeAlias = Literal["reply", "undeclared", "name", "forbidden", "arguments", "bound"]
FINISHED: Final = frozenset({"tool_calls", "stop", "function_call"})
"""Finish reasons after which a choice's calls are complete."""
CALLS: Final = 16
"""Maximum number of calls of one reply that may be run."""
LONGEST: Final = 1024 * 1024
"""Maximum length of arguments to check, in characters."""
STEPS: Final = 50_000
"""Maximum number of schema keywords to evaluate per call, since the check runs on the UI thread."""


class CallOrigin(Struct, frozen=True, kw_only=True):
    """The reply that contains a call, as far as it matters for running the call."""

    asked: Mapping[str, Json]
    """The request body; its messages may be omitted."""
    outcome: str
    """Outcome of the reply: ``complete``, or how it failed."""
    finish_reason: str | None
    """Finish reason of the choice."""
    lost: int = 0
    """Number of malformed events in the stream, whose content is missing."""


class CallFault(Struct, frozen=True):
    """Why a call is not run."""

    kind: FaultKind
    sentence: str
    """For the user, and for the model if the user agrees. Of the model's own text it contains only quoted names."""
    details: tuple[str, ...] = ()
    """All faults of the arguments, each prefixed with its path."""


class Judged(Struct, frozen=True):
    """The result of checking a call."""

    value: Json = None
    """The parsed arguments, if they are JSON; for a custom tool, its text."""
    fault: CallFault | None = None
    schema: JsonObject | None = None
    """Schema of the arguments, if the request declared one."""


def judged(kind: CallKind, name: str, arguments: str, origin: CallOrigin | None, *, beyond: bool = False) -> Judged:
    """Check one call; nothing is repaired.

    Args:
        kind: Kind of the call.
        name: Name of the tool it calls.
        arguments: The arguments as the model wrote them.
        origin: The reply that contains it; None: it is not part of a reply.
        beyond: Whether it exceeds the maximum number of calls that may be run.
    """
    value, words = _parsed(kind, arguments)
    declared = _declared(kind, origin.asked if origin is not None else {})
    schema = declared.get(name)
    fault = (
        _reply_fault(origin)
        or _name_fault(kind, name, declared, origin)
        or (_beyond() if beyond else None)
        or _argument_fault(arguments, words, schema)
    )
    return Judged(value, fault, schema)


def _reply_fault(origin: CallOrigin | None) -> CallFault | None:
    if origin is None:
        return CallFault("reply", "The call is not from a reply in this session, so it is not run.")
    if origin.outcome != "complete":
        return CallFault("reply", "The reply with this call was cut off or failed, so it is not run.")
    if origin.lost:
        return CallFault("reply", "Part of the reply with this call could not be read, so it is not run.")
    if origin.finish_reason not in FINISHED:
        how = f"with {origin.finish_reason!r}" if origin.finish_reason else "without a finish reason"
        return CallFault("reply", f"The reply with this call ended {how}, so the call may be incomplete.")
    return None


def _name_fault(
    kind: CallKind, name: str, declared: Mapping[str, JsonObject | None], origin: CallOrigin | None
) -> CallFault | None:
    if not name:
        return CallFault("name", "The call names no tool.")
    if name not in declared:
        return CallFault(
            "undeclared", f"There is no tool {_short(name)!r}: the request declared no tool with that name."
        )
    choice = (origin.asked if origin is not None else {}).get("function_call" if kind == "legacy" else "tool_choice")
    if choice == "none":
        return CallFault("forbidden", "The request did not allow tool calls, so this one is not run.")
    return None


def _beyond() -> CallFault:
    return CallFault("bound", f"At most {CALLS} calls of one reply are run; this one is beyond that limit.")


def _argument_fault(arguments: str, words: str, schema: JsonObject | None) -> CallFault | None:
    if words:
        return CallFault("arguments", f"The arguments {words}.", (words,))
    if schema is None:
        return None
    details = _misfits(arguments, dump_json(schema))
    if not details:
        return None
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return CallFault("arguments", f"The arguments do not match the tool's schema: {details[0]}{more}.", details)


@lru_cache(maxsize=64)
def _misfits(arguments: str, schema: str) -> tuple[str, ...]:
    """Return the validation errors with their paths; cached, since the UI requests them repeatedly."""
    from chat_tui.domain.schema_errors import schema_errors

    found = schema_errors(parse_json(arguments), parse_json(schema), steps=STEPS)
    return tuple(f"{place_words(error.place)}: {error.message}" if error.place else error.message for error in found)


def _parsed(kind: CallKind, arguments: str) -> tuple[Json, str]:
    """Return the parsed arguments, and why they are invalid."""
    if kind == "custom":
        return arguments, "" if len(arguments) <= LONGEST else "are longer than 1 MiB"
    if len(arguments) > LONGEST:
        return None, "are longer than 1 MiB"
    try:
        value = parse_json(arguments)
        _refuse_repeats(arguments)
    except ValueError as error:
        return None, f"are not valid JSON: {error}"
    if not isinstance(value, dict):
        kind_of = json_type(value)
        return value, f"are not an object, but {'null' if kind_of == 'null' else f'of type {kind_of}'}"
    return value, ""


def _refuse_repeats(text: str) -> None:
    """Raise ValueError for duplicate member names, since parsers do not agree on which one counts."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("an object has a duplicate name")
        return found

    json.loads(text, object_pairs_hook=once)


def _declared(kind: CallKind, asked: Mapping[str, Json]) -> dict[str, JsonObject | None]:
    """Return the names that a call of this kind may use, each with the schema of its arguments, if any."""
    if kind == "legacy":
        entries = asked.get("functions")
    else:
        tools = asked.get("tools")
        entries = [tool.get(kind) for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else None
    found: dict[str, JsonObject | None] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(name := entry.get("name"), str) and name not in found:
            schema = entry.get("parameters")
            found[name] = schema if isinstance(schema, dict) and kind != "custom" else None
    return found


def _short(name: str) -> str:
    return shortened(name, 64)
