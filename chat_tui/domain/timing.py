"""Timing of one exchange, as displayed and recorded."""

from __future__ import annotations

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.reply import Reply


def timing(reply: Reply, *, first_byte_s: float | None, total_s: float | None) -> JsonObject:
    """Return times in seconds since the request was sent, and the token rate.

    Returns:
        ``first_byte_s``, ``first_token_s``, ``total_s``: null if unknown. ``events``: number of dispatched events.
        ``tokens_per_s``: see ``tokens_per_s``.
    """
    return {
        "first_byte_s": first_byte_s,
        "first_token_s": reply.first_token_s,
        "total_s": total_s,
        "tokens_per_s": tokens_per_s(reply),
        "events": reply.events,
    }


def tokens_per_s(reply: Reply) -> float | None:
    """Return completion tokens per second between the first and the last token, as counted by the service.

    Without a count, events that carried content are counted instead. None before there are two such events at
    different times.
    """
    if reply.first_token_s is None or reply.last_s is None or reply.last_s <= reply.first_token_s:
        return None
    counted = (reply.usage or {}).get("completion_tokens")
    tokens = counted if isinstance(counted, (int, float)) and counted and not isinstance(counted, bool) else 0
    try:
        return (tokens if tokens > 0 else reply.token_events) / (reply.last_s - reply.first_token_s)
    except OverflowError:
        return None
