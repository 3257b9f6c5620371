"""Export to OpenAI Batch JSONL: one batch job line per recorded request."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.counts import counted
from chat_tui.domain.formats.facts import body_of
from chat_tui.domain.formats.json_text import json_text
from chat_tui.domain.formats.losses import Losses
from chat_tui.domain.formats.table import Material, Written
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError

URL: Final = "/v1/chat/completions"
_OF_A_STREAM: Final = ("stream", "stream_options")


def write(material: Material) -> Written:
    """Write one line per request: ``custom_id`` (the exchange id), ``method``, ``url``, ``body`` without streaming."""
    losses, lines, lost = Losses(), [], 0
    models: set[str] = set()
    for exchange in material.session.exchanges.values():
        body = {name: value for name, value in body_of(exchange).items() if name not in _OF_A_STREAM}
        if not body:
            lost += 1
            continue
        models.add(str(body.get("model")))
        line: JsonObject = {"custom_id": exchange.id, "method": "POST", "url": URL, "body": body}
        lines.append(json_text(line) + "\n")
    if not lines:
        raise ProblemError(
            Problem(kind="usage", what="This session has no recorded requests", hint="Send a message first.")
        )
    if lost:
        losses.say(f"Left out: {counted(lost, 'request')} whose body was not recorded.")
    if len(models) > 1:
        losses.say(f"The file has {len(models)} models; OpenAI allows only one model per batch.")
    return Written("".join(lines), losses.notes())
