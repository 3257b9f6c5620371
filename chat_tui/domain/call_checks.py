"""Check that tool messages answer the preceding tool calls one to one, as services require. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import UNSET, Json, JsonObject, Unset
from chat_tui.domain.message_parts import place_name

ID_LIMIT: Final = 40
"""Longest call id that services accept, in characters."""


def call_findings(messages: Sequence[JsonObject]) -> Iterator[Finding]:
    """Report unanswered calls, answers without a call and ids that are too long; all at level warn.

    Args:
        messages: The messages as sent, including the system prompt.
    """
    open_calls: dict[str, str] = {}
    caller = 0
    for place, message in enumerate(messages):
        if message.get("role") == "tool":
            yield from _of_answer(place, message, open_calls)
            continue
        yield from _unanswered(caller, open_calls)
        caller, open_calls = place, dict(_calls(message))
        yield from _of_ids(place, open_calls)
    yield from _unanswered(caller, open_calls)


def _of_answer(place: int, message: JsonObject, open_calls: dict[str, str]) -> Iterator[Finding]:
    call_id = message.get("tool_call_id")
    if isinstance(call_id, str) and open_calls.pop(call_id, None) is None:
        yield _doubt(
            place,
            "tool_call_id",
            "does not match an unanswered tool call of the preceding message",
            "Put one tool message per call directly after the message with the calls.",
            value=call_id,
        )


def _unanswered(place: int, open_calls: Mapping[str, str]) -> Iterator[Finding]:
    if open_calls:
        names = ", ".join(name or call_id for call_id, name in open_calls.items())
        text = f"has unanswered tool calls: {names}"
        yield _doubt(place, "tool_calls", text, "Answer each call, or remove the message.")


def _of_ids(place: int, open_calls: Mapping[str, str]) -> Iterator[Finding]:
    if any(len(call_id) > ID_LIMIT for call_id in open_calls):
        yield _doubt(place, "tool_calls", f"has an id longer than {ID_LIMIT} characters")


def _calls(message: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield id and name of each call that has an id."""
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) and message.get("role") == "assistant" else ():
        call_id = call.get("id") if isinstance(call, dict) else None
        if isinstance(call, dict) and isinstance(call_id, str):
            tool = call.get("function") or call.get("custom")
            name = tool.get("name") if isinstance(tool, dict) else ""
            yield call_id, name if isinstance(name, str) else ""


def _doubt(place: int, member: str, text: str, remedy: str = "", *, value: Json | Unset = UNSET) -> Finding:
    name = f"{place_name(place)}.{member}"
    return Finding(name=name, level="warn", kind="rule", text=text, remedy=remedy, value=value)
