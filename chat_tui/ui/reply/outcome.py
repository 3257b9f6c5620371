"""The outcome of an exchange (status, attempts, warnings), and the model that answered."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from chat_tui.domain.answer_headers import when
from chat_tui.domain.json_values import Json, value_at
from chat_tui.domain.session import RecordedExchange
from chat_tui.engine.turns import Turn
from chat_tui.ui.figures import seconds
from chat_tui.ui.reply.rows import Row, number_of, object_of, text_of, words_of

_INKS: Final = {"complete": "literal", "running": "accent", "truncated": "warn", "stopped": "warn", "error": "error"}
_OUTCOMES: Final = {"truncated": "truncated: cut off before its end", "stopped": "stopped by you"}
_WARNINGS: Final = {
    "no_done": "the stream ended without [DONE]",
    "unterminated_event": "no blank line after the last event",
    "no_finish_reason": "[DONE] arrived before a finish reason",
    "bad_json": "some events are not JSON objects",
    "tool_index_reused": "a tool call index was used twice",
    "tool_index_missing": "tool calls without an index",
    "tool_id_missing": "tool calls without an id",
}


def outcome_rows(turn: Turn) -> list[Row]:
    """Build rows for outcome, status, failed attempts, the problem and the warnings."""
    outcome = _outcome(turn)
    rows = [Row("outcome", _OUTCOMES.get(outcome, outcome), _INKS.get(outcome, "text"))]
    if turn.status is not None:
        rows.append(Row("status", _status(turn.status), "text" if turn.status < 400 else "error"))
    rows += _tries(turn)
    rows.append(Row("problem", _problem(turn), "error"))
    rows += [Row("warning", _WARNINGS.get(code, code), "warn") for code in turn.reply.warnings]
    if turn.reply.bad_events:
        rows.append(Row("bad events", str(turn.reply.bad_events), "warn"))
    if turn.comments:
        rows.append(Row("comments", str(len(turn.comments)), "quiet"))
    return [row for row in rows if row.value]


def identity_rows(turn: Turn, asked: Json) -> list[Row]:
    """Build rows for the requested model, the answering model, and the ids in the response."""
    members = turn.reply.members
    wanted, answered = text_of(asked), text_of(members.get("model"))
    if wanted and answered and wanted != answered:
        rows = [Row("asked", wanted), Row("answered by", answered, "warn")]
    else:
        rows = [Row("model", answered or wanted)]
    others = {name: value for name, value in members.items() if name not in ("model", "created")}
    rows += [Row(words_of(name).removeprefix("system "), text_of(value)) for name, value in others.items()]
    created = number_of(members.get("created"))
    return [*rows, Row("created", when(f"{created:.0f}") if created is not None else "", "quiet")]


def _outcome(turn: Turn) -> str:
    recorded = turn.end if isinstance(turn, RecordedExchange) else None
    return str(object_of(recorded).get("outcome", turn.reply.outcome))


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _tries(turn: Turn) -> Iterator[Row]:
    """Yield the failed attempts with the wait after each."""
    tries = [_recorded(entry) for entry in turn.attempts] if isinstance(turn, RecordedExchange) else None
    if tries is None and not isinstance(turn, RecordedExchange):
        tries = [(one.number, one.problem.sentence(), one.problem.status, one.wait_s) for one in turn.attempts]
    for number, words, status, wait_s in tries or ():
        told = " · ".join(part for part in (str(status or ""), f"waited {seconds(wait_s)}", words) if part)
        yield Row(f"attempt {number}", told, "warn")


def _recorded(attempt: Json) -> tuple[int, str, int | None, float]:
    entry = object_of(attempt)
    status = number_of(entry.get("status"))
    words = value_at(entry, ("problem", "message"))
    return (
        int(number_of(entry.get("number")) or 0),
        words if isinstance(words, str) else "",
        int(status) if status is not None else None,
        number_of(entry.get("wait_s")) or 0.0,
    )


def _problem(turn: Turn) -> str:
    if not isinstance(turn, RecordedExchange):
        return turn.problem.sentence() if turn.problem is not None else ""
    message = value_at(object_of(turn.end), ("error", "message"))
    return message if isinstance(message, str) else ""
