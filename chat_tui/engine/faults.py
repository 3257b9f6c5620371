"""Explains, for the user, why a reply that had begun did not end normally."""

from __future__ import annotations

from chat_tui.domain.json_values import Json
from chat_tui.domain.problems import Problem
from chat_tui.domain.reply import Reply


def stream_problem(reply: Reply, cut: Problem | None = None) -> Problem | None:
    """Return the problem of a closed reply; None if it is complete or the user stopped it.

    Args:
        reply: A closed reply.
        cut: The network layer's problem, if the stream broke off.
    """
    if reply.outcome == "error":
        return _service_problem(reply.error or {})
    if reply.outcome != "truncated":
        return None
    return cut or Problem(
        kind="stream",
        what="The stream ended before the reply was finished",
        hint="What arrived is saved; send again for a complete reply.",
    )


def _service_problem(error: dict[str, Json]) -> Problem:
    message, code = error.get("message"), error.get("code")
    param, error_type = error.get("param"), error.get("type")
    return Problem(
        kind="stream",
        what="The service reported an error instead of finishing the reply",
        why=message if isinstance(message, str) else "",
        hint="What arrived is saved; send again to retry.",
        code=None if code is None else str(code),
        param=param if isinstance(param, str) else None,
        error_type=error_type if isinstance(error_type, str) else None,
    )
