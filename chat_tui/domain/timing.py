"""The times of one exchange, as they are shown and written."""

from __future__ import annotations

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.reply import Reply


def timing(reply: Reply, *, first_byte_s: float | None, total_s: float | None) -> JsonObject:
    """Seconds since the request was sent, and the speed of the answer.

    Returns:
        ``first_byte_s``, ``first_token_s``, ``total_s``: null where unknown. ``events``: how many were dispatched.
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
    """Completion tokens a second between the first and the last token, as the service counts them.

    Where it does not count, events that carried some of the answer. None before there are two such events at
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
