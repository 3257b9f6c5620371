"""Tokens, cost and timing of a reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from chat_tui.domain.costs import Cost, money
from chat_tui.domain.gaps import Gaps
from chat_tui.domain.json_values import Json
from chat_tui.ui.reply.rows import Row, counted, number_of, pause, section, text_of, words_of

_TIMES: Final = (("first_byte_s", "first byte"), ("first_token_s", "first token"), ("total_s", "total"))
_SUFFIXES: Final = ("_tokens_details", "_details", "_tokens")
_MILLION: Final = 1_000_000
_FIRST: Final = ("prompt_tokens", "completion_tokens", "total_tokens")


def usage_rows(usage: Mapping[str, Json]) -> list[Row]:
    """Build rows for every member of a usage object: the three basic counts first, details below their count."""
    ordered = {name: usage[name] for name in _FIRST if name in usage} | {**usage}
    return section("Tokens", _members(ordered, 0))


def cost_rows(cost: Cost | None) -> list[Row]:
    """Build rows for the cost, its source, and the items if it was computed."""
    if cost is None:
        return []
    total = Row("total", f"{'' if cost.exact else '≈ '}{money(cost.dollars)}", "value")
    bill = [
        Row(words_of(part.name), f"{part.units:,.0f} × {_price(part.price)} = {money(part.dollars)}", "quiet", 1)
        for part in cost.parts
    ]
    return section("Cost", [total, Row("", cost.words, "quiet"), *bill])


def time_rows(timing: Mapping[str, Json], gaps: Gaps) -> list[Row]:
    """Build rows for a reply's timing, its speed, and the gaps between its events."""
    rows = [Row(label, pause(value)) for name, label in _TIMES if (value := number_of(timing.get(name))) is not None]
    if (speed := number_of(timing.get("tokens_per_s"))) is not None:
        rows.append(Row("speed", f"{speed:.3g} tok/s" if speed < 1000 else f"{speed:,.0f} tok/s"))
    if gaps.count:
        rows.append(Row("events", f"{gaps.count:,}"))
    half, most = gaps.quantile(0.5), gaps.quantile(0.95)
    if half is not None and most is not None and gaps.longest is not None:
        rows += [Row("gaps p50", pause(half)), Row("gaps p95", pause(most)), Row("gaps max", pause(gaps.longest.gap_s))]
    return section("Time", rows)


def _members(usage: Mapping[str, Json], depth: int) -> Iterator[Row]:
    """Yield rows with ``prompt_tokens_details`` below ``prompt_tokens``; details without a count stay in order."""
    details = {_bare(name): value for name, value in usage.items() if isinstance(value, dict)}
    counts = {_bare(name) for name, value in usage.items() if not isinstance(value, dict)}
    for name, value in usage.items():
        bare = _bare(name)
        if not isinstance(value, dict):
            yield Row(words_of(bare), _counted(value), "text" if value else "faint", depth)
            yield from _members(details.get(bare, {}), depth + 1)
        elif bare not in counts:
            yield Row(words_of(bare), "…", "faint", depth)
            yield from _members(value, depth + 1)


def _bare(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name


def _counted(value: Json) -> str:
    return counted(value) if number_of(value) is not None else text_of(value)


def _price(dollars: float) -> str:
    """Format the price per million units for tokens, per unit for anything more expensive."""
    return f"{money(dollars * _MILLION)}/M" if dollars < 0.001 else money(dollars)
