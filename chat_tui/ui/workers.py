"""Start background work on a widget."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast

from textual.dom import DOMNode
from textual.worker import Worker

Result = TypeVar("Result")


def start_worker(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, Result]], *, group: str, exclusive: bool = False
) -> Worker[Result]:
    """Run a coroutine function as a worker.

    The function is called when the worker starts, not before: a worker that is cancelled first would leave a coroutine
    that is never awaited. Textual's default description would repeat the arguments, so there is none.

    Args:
        node: Widget or screen; the worker is cancelled when it is removed.
        work: A coroutine function without arguments; ``functools.partial`` binds them.
        group: Name of the worker's group.
        exclusive: Cancel the workers of the same group and node first.
    """
    return node.run_worker(
        cast("Awaitable[Result]", work),  # Textual's annotation does not include coroutine functions
        group=group,
        exclusive=exclusive,
        description="",
    )
