"""Waiting for a task that somebody else owns."""

from __future__ import annotations

import asyncio


async def until_over(task: asyncio.Task[None]) -> None:
    """Wait until a task is over. Cancelling the waiter does not cancel the task; a cancelled task raises nothing.

    Raises:
        BaseException: What the task itself raised.
    """
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()
