"""Sends one request whose reply is examined but not saved."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from chat_tui.domain.events import Adapted, Closed, Failed, Received, Responded
from chat_tui.domain.probing.answer import Answer
from chat_tui.domain.problems import Problem
from chat_tui.domain.reply import Reply
from chat_tui.engine.faults import stream_problem

if TYPE_CHECKING:
    from chat_tui.domain.calls import Call
    from chat_tui.domain.events import Step
    from chat_tui.engine.ports import Backend


async def ask(backend: Backend, call: Call, tell: Callable[[Step], None]) -> Answer:
    """Send a request and fold its complete reply.

    Args:
        backend: Sends the request, with its own retry policy.
        call: The request.
        tell: Called with every step before it is folded.
    """
    reply, streamed, failure = Reply(), False, None
    notes: tuple[str, ...] = ()
    async with aclosing(backend.steps(call)) as steps:
        async for step in steps:
            tell(step)
            if isinstance(step, Responded):
                reply, streamed = Reply(plain=step.plain), not step.plain
            elif isinstance(step, Received):
                for event in step.events:
                    reply.apply(event)
            elif isinstance(step, Adapted):
                notes = step.notes
            elif isinstance(step, Failed):
                failure = step.problem
            elif isinstance(step, Closed):
                reply.close(unterminated=step.unterminated)
    reply.close(error=failure.as_json() if failure is not None and not reply.events else None)
    problem = failure or stream_problem(reply)
    if problem is None and not reply.choices:
        problem = Problem(kind="protocol", what="The response contains no choices", status=200)
    return Answer(completion=reply.completion(), streamed=streamed, notes=notes, problem=problem)
