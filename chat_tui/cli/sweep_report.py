"""Formats the results of a sweep for stdout: a table of the terminal's width, one JSON object, or CSV."""

from __future__ import annotations

import csv
import io
import shutil
import unicodedata
from typing import TYPE_CHECKING, Final

from chat_tui.cli import output
from chat_tui.domain.costs import money
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.literal import visible, visible_line
from chat_tui.domain.sweep import value_words
from chat_tui.engine.sweep_words import summary, total_cost
from chat_tui.engine.sweeping import different

if TYPE_CHECKING:
    from chat_tui.engine.sweep_words import Estimate
    from chat_tui.engine.sweeping import Sweep, SweepRun

_NOT_ASKED: Final = "not asked"
_LEAST: Final = 24
"""Minimum width of the text column in cells, however narrow the terminal is."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def print_table(sweep: Sweep) -> None:
    """Print one line per request, then the number of replies and of different ones, per cell and in total."""
    room = shutil.get_terminal_size((100, 24)).columns
    rows = [_row(sweep, run, value=max(8, min(24, room // 6))) for run in sweep.runs]
    headings = _headings(sweep)
    used = [place for place in range(len(headings)) if any(row[place] for row in rows)]
    table = [tuple(row[place] for place in used) for row in (headings, *rows)]
    left = sum(max(len(row[place]) for row in table) + 2 for place in range(len(used) - 1))
    output.table([(*row[:-1], _cut(row[-1], max(_LEAST, room - left))) for row in table])
    output.line()
    plan = sweep.planned.plan
    if plan.axes and plan.repeat > 1:
        for cell in sweep.planned.cells:
            runs = [run for run in sweep.runs if run.planned is cell]
            output.line(visible_line(f"{cell.label}: {summary(runs)}"))
    output.line(summary(sweep.runs))


def as_json(sweep: Sweep, estimated: Estimate) -> JsonObject:
    """Return one object: plan, estimate, and every cell with its values and replies."""
    plan = sweep.planned.plan
    axes: list[Json] = [{"name": axis.name, "values": [*map(value_words, axis.values)]} for axis in plan.axes]
    return {
        "session": sweep.bench.path,
        "prompt": sweep.prompt,
        "plan": {
            "axes": axes,
            "repeat": plan.repeat,
            "cells": plan.size,
            "requests": plan.requests,
            "jobs": sweep.jobs,
        },
        "estimate": estimated.as_json(),
        "cells": _cells(sweep),
        "done": sum(run.state == "done" for run in sweep.runs),
        "failed": sum(run.state == "failed" for run in sweep.runs),
        "different": different(sweep.runs),
        "cost": total_cost(sweep.runs),
        "ok": all(run.state == "done" for run in sweep.runs),
    }


def as_csv(sweep: Sweep) -> str:
    """Return a header row and one row per request; lines end in CR LF, quotes are doubled (RFC 4180).

    No two columns share a name: a result named like an axis gets the prefix ``reply.``.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    axes = [axis.name for axis in sweep.planned.plan.axes]
    results = [f"reply.{name}" if name in axes else name for name in _MEMBERS]
    writer.writerow(map(_harmless, ["cell", *axes, "reply", *results]))
    for run in sweep.runs:
        told = _run_as_json(run)
        values = [value_words(value) for value in run.planned.cell.values]
        cells = [run.planned.cell.number, *values, run.turn, *(told[name] for name in _MEMBERS)]
        writer.writerow([_csv_cell(cell) for cell in cells])
    return text.getvalue()


_MEMBERS: Final = (
    "result",
    "outcome",
    "problem",
    "status",
    "finish_reason",
    "model",
    "prompt_tokens",
    "completion_tokens",
    "first_token_s",
    "total_s",
    "tokens_per_s",
    "cost",
    "format_valid",
    "message",
    "text",
)


def _cells(sweep: Sweep) -> list[Json]:
    """Return for each cell its number, values, unset parameters, request body and replies."""
    plan = sweep.planned.plan
    cells: list[Json] = []
    for planned in sweep.planned.cells:
        runs = [run for run in sweep.runs if run.planned is planned]
        values = plan.values_of(planned.cell)
        unset: list[Json] = [axis.name for axis in plan.axes if axis.name not in values]
        cells.append(
            {
                "cell": planned.cell.number,
                "values": values,
                "unset": unset,
                "request": sweep.planned.body(planned),
                "different": different(runs),
                "replies": [_run_as_json(run) | _whole(run) | {"reply": run.turn} for run in runs],
            }
        )
    return cells


def _run_as_json(run: SweepRun) -> dict[str, Json]:
    facts, exchange, problem = run.facts, run.exchange, run.problem
    checked = exchange.format if exchange is not None else None
    timing: JsonObject = exchange.timing() if exchange is not None else {}
    return {
        "result": _NOT_ASKED if run.state == "waiting" else run.state,
        "outcome": exchange.reply.outcome if exchange is not None else None,
        "problem": problem.sentence() if problem is not None else None,
        "status": exchange.status if exchange is not None else None,
        "finish_reason": facts.choices[0].finish_reason if facts is not None else None,
        "model": facts.model if facts is not None else None,
        "prompt_tokens": facts.prompt_tokens if facts is not None else None,
        "completion_tokens": facts.completion_tokens if facts is not None else None,
        "first_token_s": timing.get("first_token_s"),
        "total_s": timing.get("total_s"),
        "tokens_per_s": timing.get("tokens_per_s"),
        "cost": facts.cost if facts is not None else None,
        "format_valid": checked.valid if checked is not None else None,
        "message": run.node,
        "text": run.text,
    }


def _whole(run: SweepRun) -> JsonObject:
    """Return the members that only JSON has. ``adapted`` and ``format`` are optional, as in ``send --json``."""
    exchange = run.exchange
    return {
        "completion": exchange.reply.completion() if exchange is not None else None,
        "error": exchange.reply.error if exchange is not None else None,
        "problem": run.problem.as_json() if run.problem is not None else None,
        "usage": exchange.reply.usage if exchange is not None else None,
        "timing": exchange.timing() if exchange is not None else None,
        **({"format": exchange.format.as_json()} if exchange is not None and exchange.format is not None else {}),
        **({"adapted": exchange.adapted.body} if exchange is not None and exchange.adapted is not None else {}),
    }


def _headings(sweep: Sweep) -> tuple[str, ...]:
    names = (visible_line(axis.name) for axis in sweep.planned.plan.axes)
    return ("cell", *names, "reply", "result", "finish", "tok", "tok/s", "time", "cost", "fits", "text")


def _row(sweep: Sweep, run: SweepRun, *, value: int) -> tuple[str, ...]:
    """Return the table cells of one request; ``value`` is the maximum width of an axis value, in terminal cells."""
    facts, plan = run.facts, sweep.planned.plan
    told = _run_as_json(run)
    speed, total = told["tokens_per_s"], told["total_s"]
    values = (_cut(visible_line(value_words(each)), value) for each in run.planned.cell.values)
    return (
        str(run.planned.cell.number) if plan.axes else "",
        *values,
        str(run.turn) if plan.repeat > 1 else "",
        str(told["result"]),
        visible_line(str(told["finish_reason"] or "")),
        str(facts.completion_tokens) if facts is not None and facts.completion_tokens is not None else "",
        f"{speed:.0f}" if isinstance(speed, int | float) else "",
        f"{total:.2f} s" if isinstance(total, int | float) and run.state != "waiting" else "",
        money(facts.cost) if facts is not None and facts.cost is not None else "",
        "" if told["format_valid"] is None else "yes" if told["format_valid"] else "no",
        visible_line(" ".join((run.text or str(told["problem"] or ""))[:4000].split())),
    )


def _csv_cell(value: Json) -> str:
    """Format a CSV value: text made harmless, other values as JSON; empty for None."""
    if value is None:
        return ""
    return _harmless(value if isinstance(value, str) else dump_json(value))


def _harmless(text: str) -> str:
    """Escape control characters, and prefix what a spreadsheet would run as a formula; numbers do not change."""
    text = visible(text)
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def _cut(text: str, cells: int) -> str:
    """Truncate text to a number of terminal cells; … marks the cut."""
    widths = [_width(character) for character in text]
    if sum(widths) <= cells:
        return text
    kept = 0
    for place, width in enumerate(widths):
        if kept + width > cells - 1:
            return f"{text[:place]}…"
        kept += width
    return text


def _width(character: str) -> int:
    """Return the number of terminal cells of a character."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
