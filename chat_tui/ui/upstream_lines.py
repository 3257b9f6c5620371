"""The request actually sent upstream where it differs from the one asked for, as rows of the Reply tab. Pure."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.upstream import differences, upstream_body
from chat_tui.engine.exchange import Exchange

TITLE: Final = "Sent upstream"
_MOST: Final = 60


def upstream_lines(record: Exchange | RecordedExchange) -> list[tuple[str, str]]:
    """Build rows of label and value; a row without a value is the heading. Empty if nothing is known.

    The source is the adaptation for the embedded model, or a service's echo of the request it made upstream.
    """
    notes = record.adapted.notes if record.adapted is not None else ()
    sent = record.adapted.body if record.adapted is not None else upstream_body(record.events)
    if sent is None:
        return []
    found = differences(_asked(record), sent)
    rows = [(each.place, each.words) for each in found[:_MOST]]
    if len(found) > _MOST:
        rows.append(("…", f"{len(found) - _MOST} more differences"))
    if not found and not notes:
        rows.append(("body", "same as requested"))
    return [("", ""), (TITLE, ""), *(("note", note) for note in notes), *rows]


def adapted_words(record: Exchange | RecordedExchange) -> str:
    """Name the adapted members for the line below a reply: ``adapted: tool_choice, stop``; empty if there are none."""
    if record.adapted is None:
        return ""
    changed = differences(_asked(record), record.adapted.body)
    names = dict.fromkeys(each.place.split(".")[0].split("[")[0] for each in changed)
    knobs_first = sorted(names, key=lambda name: name == "messages")
    return f"adapted: {', '.join(knobs_first)}" if names else ""


def _asked(record: Exchange | RecordedExchange) -> JsonObject:
    body: Json = record.call.body if isinstance(record, Exchange) else record.request.get("body")
    return body if isinstance(body, dict) else {}
