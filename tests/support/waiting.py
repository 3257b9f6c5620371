"""Waits for named conditions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot


async def wait_until(pilot: Pilot[Any], condition: Callable[[], bool], *, what: str, timeout_s: float = 20.0) -> None:
    """Pump the app until ``condition()`` holds, without fixed sleeps; fail with the condition's name."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out waiting for {what}")
        await pilot.pause(0.01)


async def until(condition: Callable[[], bool], *, what: str, timeout_s: float = 20.0) -> None:
    """Like ``wait_until``, without an app."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out waiting for {what}")
        await asyncio.sleep(0.005)
