"""Formats times, tokens and waits for the footer of a message and the right side of the status line."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.domain.costs import Cost, money
from chat_tui.domain.json_values import Json
from chat_tui.engine.exchange import Exchange

SILENCE_S = 10.0
"""A gap in the data longer than this is reported."""
_CHARACTERS_A_TOKEN = 4


def seconds(value: float) -> str:
    """Format a duration: ``0.41 s``, ``12.3 s``, ``2 min 05 s``."""
    if value >= 120:
        return f"{int(value // 60)} min {int(value % 60):02d} s"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def count(number: float) -> str:
    """Format a number of tokens: ``417``, ``12.3k``."""
    return f"{number:.0f}" if number < 10_000 else f"{number / 1000:.1f}k"


def estimated_tokens(characters: int) -> int:
    """Estimate the tokens of a text of that many characters: a rule of thumb for English, always shown with ≈."""
    return -(-characters // _CHARACTERS_A_TOKEN)


def reply_footer(
    timing: Mapping[str, Json], usage: Mapping[str, Json], finish: str, turned: str, cost: Cost | None = None
) -> str:
    """Format the footer of a reply: ``0.41 s first · 63 tok/s · 17→24 tok · $0.0007 · stop · name 1→0.7``.

    A cost that was computed instead of reported by the service is marked with ≈.
    """
    parts = []
    if (first := _number(timing.get("first_token_s"))) is not None:
        parts.append(f"{seconds(first)} first")
    elif (total := _number(timing.get("total_s"))) is not None:
        parts.append(seconds(total))
    if (speed := _number(timing.get("tokens_per_s"))) is not None:
        parts.append(f"{speed:.0f} tok/s")
    sent, received = _number(usage.get("prompt_tokens")), _number(usage.get("completion_tokens"))
    if sent is not None and received is not None:
        parts.append(f"{count(sent)}→{count(received)} tok")
    if cost is not None:
        parts.append(f"{'' if cost.exact else '≈ '}{money(cost.dollars)}")
    return " · ".join([*parts, *(part for part in (finish, turned) if part)])


def running_figures(exchange: Exchange, *, now_s: float, waiting_since_s: float, data_at_s: float, width: int) -> str:
    """Describe what a running exchange is doing, for the status line.

    Args:
        exchange: The exchange, not yet done.
        now_s: The monotonic clock.
        waiting_since_s: When the current wait before a retry began, on that clock.
        data_at_s: When data last arrived (at first: when the request was sent), on that clock.
        width: Width of the terminal in cells; a narrow one gets fewer words.
    """
    if exchange.waiting is not None:
        left = max(0.0, exchange.waiting.wait_s - (now_s - waiting_since_s))
        tries = exchange.call.endpoint.limits.retries + 1
        again = f"attempt {exchange.waiting.number + 1} of {tries} in {left:.1f} s"
        return again if width < 60 else f"{exchange.waiting.problem.what.rstrip('.')} · {again} · esc cancels"
    parts = []
    silent = now_s - data_at_s
    if silent >= SILENCE_S and exchange.status is not None:
        parts.append(f"no data for {silent:.0f} s")
    parts.append(seconds(exchange.elapsed_s()))
    if exchange.status is None:
        return " · ".join(["waiting for a response", *parts])
    timing = exchange.timing()
    if (first := _number(timing.get("first_token_s"))) is not None and width >= 100:
        parts.append(f"first {seconds(first)}")
    if (speed := _number(timing.get("tokens_per_s"))) is not None:
        parts.append(f"{speed:.0f} tok/s")
    return " · ".join(parts)


def thought_words(characters: int, seconds_s: float | None, usage: Mapping[str, Json]) -> str:
    """Format how much and how long the model thought: ``417 tok · 2.10 s``; estimated tokens are marked with ≈."""
    details = usage.get("completion_tokens_details")
    counted = _number(details.get("reasoning_tokens")) if isinstance(details, dict) else None
    counted = counted or _number(usage.get("reasoning_tokens"))
    tokens = f"{count(counted)} tok" if counted else f"≈ {count(estimated_tokens(characters))} tok"
    return f"{tokens} · {seconds(seconds_s)}" if seconds_s is not None else tokens


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
