"""Validates replies against the output format and the tools of their requests, off the event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from chat_tui.domain.format_check import FormatResult, check_format, read_result, texts_of, wanted_format
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.tool_faults import CALLS, CallOrigin, judged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chat_tui.domain.json_values import Json
    from chat_tui.domain.reply import Reply
    from chat_tui.engine.turns import Turn


async def check_reply(body: Mapping[str, Json], reply: Reply) -> FormatResult | None:
    """Validate a reply against the requested format; None if the request asked for no JSON or no text arrived.

    Runs in a thread, since a long reply takes time to validate.
    """
    wanted = wanted_format(body)
    texts = texts_of(reply) if wanted is not None else ()
    if wanted is None or not texts:
        return None
    return await asyncio.to_thread(check_format, wanted, texts)


async def judge_calls(body: Mapping[str, Json], reply: Reply) -> None:
    """Judge a reply's tool calls in advance: the results are cached, so no screen has to wait for them."""
    origin = CallOrigin(asked=body, outcome="complete", finish_reason="tool_calls")
    for choice in reply.choices:
        for call in choice.tool_calls.ordered()[:CALLS]:
            await asyncio.to_thread(judged, "function", call.name, "".join(call.arguments), origin)


def format_of(turn: Turn) -> FormatResult | None:
    """Return the validation result of an exchange; None while it runs, and if nothing was validated."""
    if isinstance(turn, RecordedExchange):
        return read_result((turn.end or {}).get("format"))
    return turn.format
