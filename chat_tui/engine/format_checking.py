"""Checks replies against the output format and the tools of their requests, away from the loop."""

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
    """What became of the format a request asked for; None where it asked for no JSON, or no words came.

    A thread does the work: a long reply takes as long as it takes, and the loop goes on meanwhile.
    """
    wanted = wanted_format(body)
    texts = texts_of(reply) if wanted is not None else ()
    if wanted is None or not texts:
        return None
    return await asyncio.to_thread(check_format, wanted, texts)


async def judge_calls(body: Mapping[str, Json], reply: Reply) -> None:
    """Judge the calls of a reply before anyone asks: what is found is remembered, and no screen has to wait for it."""
    origin = CallOrigin(asked=body, outcome="complete", finish_reason="tool_calls")
    for choice in reply.choices:
        for call in choice.tool_calls.ordered()[:CALLS]:
            await asyncio.to_thread(judged, "function", call.name, "".join(call.arguments), origin)


def format_of(turn: Turn) -> FormatResult | None:
    """The result of an exchange's check; None while it runs, and where nothing was checked."""
    if isinstance(turn, RecordedExchange):
        return read_result((turn.end or {}).get("format"))
    return turn.format
