"""Waits for a task that another object owns."""

from __future__ import annotations

import asyncio


async def until_over(task: asyncio.Task[None]) -> None:
    """Wait until a task is done. Cancelling the waiter does not cancel the task; a cancelled task raises nothing.

    Raises:
        BaseException: Whatever the task raised.
    """
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()
