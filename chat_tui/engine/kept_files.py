"""Attachments stored by reference: reads, verifies and inlines their files when a request is sent."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.events import Failed
from chat_tui.domain.file_references import FileReference, refers, with_data
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.calls import Call
    from chat_tui.domain.events import Step
    from chat_tui.domain.json_values import JsonObject


def whole_body(body: JsonObject) -> JsonObject:
    """Return the body as it is sent: with the data of every referenced file.

    Raises:
        ProblemError: A file is missing, or has changed since it was attached.
    """
    return with_data(body, _data_of)


async def steps_with_files(
    steps: Callable[[Call], AsyncGenerator[Step, None]], call: Call
) -> AsyncGenerator[Step, None]:
    """Yield the steps of a call after inlining its files; a file that cannot be sent fails the call at once."""
    import asyncio

    try:
        body = await asyncio.to_thread(whole_body, call.body) if refers(call.body) else call.body
    except ProblemError as error:
        yield Failed(0.0, error.problem)
        return
    async with aclosing(steps(replace(call, body=body))) as arriving:
        async for step in arriving:
            yield step


def _data_of(reference: FileReference) -> str:
    import hashlib

    from chat_tui.engine.attaching import read_file

    try:
        data = read_file(reference.path)
    except ProblemError as error:
        raise ProblemError(
            replace(error.problem, hint="It was attached by reference: restore the file, or attach it again.")
        ) from None
    if hashlib.sha256(data).hexdigest() != reference.sha256:
        raise ProblemError(
            Problem(
                kind="usage",
                what=f"{reference.path} has changed since it was attached",
                hint="It was attached by reference: restore the file, or attach it again.",
            )
        )
    return base64.b64encode(data).decode("ascii")
