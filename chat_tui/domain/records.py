"""Builders for the records of a session file, one per type; the journal adds the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chat_tui.domain.calls import Call
    from chat_tui.domain.conversation import Node
    from chat_tui.domain.events import Adapted, Attempted, Comment, Responded, StreamEvent
    from chat_tui.domain.format_check import FormatResult
    from chat_tui.domain.head_history import HeadStep
    from chat_tui.domain.json_values import Json, JsonObject
    from chat_tui.domain.problems import Problem
    from chat_tui.domain.reply import Reply
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.domain.tool_definitions import Approval

VERSION: Final = 1
"""Version of the session file format. Files with a higher version are opened read-only."""


def session_record(session_id: str, *, created: str, app: str) -> JsonObject:
    """Build the first record of a file. ``created`` is ISO 8601 UTC."""
    return {"type": "session", "version": VERSION, "id": session_id, "created": created, "app": app}


def title_record(title: str) -> JsonObject:
    """Build the record of a new title; the last one counts."""
    return {"type": "title", "title": title}


def label_record(
    *, tags: Sequence[str] | None = None, starred: bool | None = None, archived: bool | None = None
) -> JsonObject:
    """Build the record of changed labels; None leaves a label unchanged. The last value of each label counts."""
    record: JsonObject = {"type": "label"}
    if tags is not None:
        record["tags"] = [*tags]
    if starred is not None:
        record["starred"] = starred
    if archived is not None:
        record["archived"] = archived
    return record


def settings_record(settings: SessionSettings) -> JsonObject:
    """Build the record of changed settings. ``own`` lists, as dotted paths, what chat-tui set itself."""
    record: JsonObject = {
        "type": "settings",
        "provider": settings.provider,
        "model": settings.model,
        "parameters": settings.parameters,
    }
    if settings.system is not None:
        record["system"] = settings.system
    if settings.own:
        record["own"] = [*sorted(".".join(path) for path in settings.own)]
    return record


def message_record(node: Node, step: HeadStep = "") -> JsonObject:
    """Build the record of a message; reading it moves the head to the message, unless it is an additional choice.

    ``step`` is how the head moves, if not by an action of its own; for a message of an exchange it is implied.
    """
    record: JsonObject = {"type": "message", "id": node.id, "parent": node.parent, "message": node.message}
    if node.exchange is not None:
        record["exchange"] = node.exchange
    if node.choice is not None:
        record["choice"] = node.choice
    if node.model:
        record["model"] = node.model
    if node.at_ms is not None:
        record["at_ms"] = node.at_ms
    if step:
        record["step"] = step
    return record


def request_record(exchange: str, head: str | None, call: Call) -> JsonObject:
    """Build the record of a request about to be sent, with every secret as ``***``."""
    return {
        "type": "request",
        "exchange": exchange,
        "head": head,
        "provider": call.endpoint.provider,
        "method": "POST",
        "url": call.endpoint.shown_url,
        "headers": {**call.endpoint.shown_headers()},
        "body": call.body,
    }


def adapted_record(exchange: str, adapted: Adapted) -> JsonObject:
    """Build the record of a body sent in place of the request's, with a sentence for each change."""
    return {"type": "adapted", "exchange": exchange, "body": adapted.body, "notes": [*adapted.notes]}


def attempt_record(exchange: str, attempt: Attempted) -> JsonObject:
    """Build the record of a failed attempt that is repeated after ``wait_s``; ``status`` is null without a response."""
    return {
        "type": "attempt",
        "exchange": exchange,
        "number": attempt.number,
        "status": attempt.problem.status,
        "problem": attempt.problem.as_json(),
        "wait_s": attempt.wait_s,
    }


def response_record(exchange: str, response: Responded) -> JsonObject:
    """Build the record of a response's status and headers. ``plain`` is true for one JSON document, else omitted."""
    record: JsonObject = {
        "type": "response",
        "exchange": exchange,
        "status": response.status,
        "headers": {**response.headers},
        "at_s": response.at_s,
    }
    if response.plain:
        record["plain"] = True
    return record


def events_record(exchange: str, events: Sequence[StreamEvent], comments: Sequence[Comment] = ()) -> JsonObject:
    """Build the record of a batch of events as ``[[at_s, raw data], …]``.

    ``names`` contains the event names other than ``message``, by index in ``events``; ``comments`` has the format of
    ``events``. Both are omitted if empty.
    """
    record: JsonObject = {
        "type": "events",
        "exchange": exchange,
        "events": [[event.at_s, event.data] for event in events],
    }
    names: dict[str, Json] = {str(i): event.name for i, event in enumerate(events) if event.name != "message"}
    if names:
        record["names"] = names
    if comments:
        record["comments"] = [[comment.at_s, comment.text] for comment in comments]
    return record


def end_record(
    exchange: str,
    reply: Reply,
    *,
    problem: Problem | None,
    timing: JsonObject,
    format_result: FormatResult | None = None,
) -> JsonObject:
    """Build the record of how a reply ended. ``error``, ``usage`` and ``format`` are omitted if there is none."""
    record: JsonObject = {"type": "end", "exchange": exchange, "outcome": reply.outcome}
    error = problem.as_json() if problem is not None else reply.error
    if error is not None:
        record["error"] = error
    if reply.usage is not None:
        record["usage"] = reply.usage
    record["timing"] = timing
    record["warnings"] = [*reply.warnings]
    if format_result is not None:
        record["format"] = format_result.as_json()
    return record


def head_record(message: str | None, step: HeadStep = "") -> JsonObject:
    """Build the record of a head move; null selects the empty path. ``step`` says how, if not by its own action."""
    record: JsonObject = {"type": "head", "message": message}
    return record | {"step": step} if step else record


def tool_record(approval: Approval, state: str, *, exit_code: int | None = None) -> JsonObject:
    """Build the record of a tool run: ``begun``, or how it ended. The command is omitted, since it may be private."""
    record: JsonObject = {
        "type": "tool",
        "message": approval.message,
        "call": approval.call,
        "name": approval.name,
        "state": state,
    }
    return record if exit_code is None else record | {"exit_code": exit_code}


def note_record(text: str) -> JsonObject:
    """Build the record of a free-text note by the user, without effect."""
    return {"type": "note", "text": text}
