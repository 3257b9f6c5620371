"""Everything known of a reply as labels and values, for the panel's Reply tab."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.domain.json_values import Json, value_at
from chat_tui.domain.session import RecordedExchange
from chat_tui.engine.exchange import Exchange
from chat_tui.ui.figures import seconds

_SHOWN_HEADERS = ("request-id", "ratelimit", "retry-after", "server", "processing-ms", "cf-ray", "generation-id")
_TIMES = (
    ("first_byte_s", "first byte", "s"),
    ("first_token_s", "first token", "s"),
    ("total_s", "total", "s"),
    ("tokens_per_s", "speed", "tok/s"),
    ("events", "events", ""),
)
"""Members of a timing, what they are called on the screen, and their unit."""


def reply_lines(record: Exchange | RecordedExchange) -> list[tuple[str, str]]:
    """Rows of label and value; a row without a value is a heading."""
    reply = record.reply
    end: Mapping[str, Json] = {} if isinstance(record, Exchange) else record.end or {}
    timing = record.timing() if isinstance(record, Exchange) else _object(end.get("timing"))
    body = record.call.body if isinstance(record, Exchange) else _object(record.request.get("body"))
    problem = record.problem.sentence() if isinstance(record, Exchange) and record.problem else _told(end)
    rows = [
        ("outcome", str(end.get("outcome", reply.outcome))),
        ("status", "" if record.status is None else str(record.status)),
        ("problem", problem),
        ("asked", _text(body.get("model"))),
        ("answered by", _text(reply.member("model"))),
        ("fingerprint", _text(reply.member("system_fingerprint"))),
        ("warnings", ", ".join(reply.warnings)),
    ]
    lines = [row for row in rows if row[1]]
    lines += _section("Choices", {str(choice.index): choice.finish_reason or "-" for choice in reply.choices})
    lines += _section("Times", {label: _time(timing.get(name), unit) for name, label, unit in _TIMES})
    lines += _section("Usage", _flat(reply.usage or _object(end.get("usage"))))
    shown = {name: value for name, value in record.headers.items() if any(part in name for part in _SHOWN_HEADERS)}
    return lines + _section("Headers", shown)


def _section(title: str, rows: Mapping[str, str]) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in rows.items() if value]
    return [("", ""), (title, ""), *kept] if kept else []


def _time(value: Json, unit: str) -> str:
    if not isinstance(value, int | float):
        return ""
    return seconds(float(value)) if unit == "s" else f"{value:.4g} {unit}".rstrip()


def _flat(usage: Mapping[str, Json], before: str = "") -> dict[str, str]:
    rows: dict[str, str] = {}
    for name, value in usage.items():
        if isinstance(value, dict):
            rows |= _flat(value, f"{name}.")
        elif value is not None:
            rows[before + name] = _text(value)
    return rows


def _told(end: Mapping[str, Json]) -> str:
    message = value_at(end, ("error", "message"))
    return message if isinstance(message, str) else ""


def _text(value: Json) -> str:
    return "" if value is None else str(value)


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
