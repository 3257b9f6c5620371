"""Runs the commands of tool calls: asks before each, one at a time, stoppable by a key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.tool_definitions import ToolOutcome
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.domain.tool_definitions import Approval
    from chat_tui.domain.tools import ToolCall
    from chat_tui.engine.tool_runs import ToolRuns
    from chat_tui.ui.screens.chat import ChatScreen


class ToolRunning:
    """Runs nothing before the user approves what is shown, or has approved it for the whole session.

    Args:
        screen: Shows the questions.
        runs: Returns the tool runs of the open session.
        changed: Called when a run begins or ends.
        ended: Called with the outcome of a run.
    """

    def __init__(
        self,
        screen: ChatScreen,
        runs: Callable[[], ToolRuns],
        changed: Callable[[], None],
        ended: Callable[[ToolCall, ToolOutcome], None],
    ) -> None:
        self._screen = screen
        self._runs = runs
        self._changed = changed
        self._ended = ended
        self._tasks: dict[tuple[str, str], asyncio.Future[ToolOutcome]] = {}

    def calls_of(self, message: str) -> frozenset[str]:
        """Return the ids of the message's calls whose commands are running."""
        return frozenset(call for where, call in self._tasks if where == message)

    def start(self, calls: Sequence[ToolCall]) -> None:
        """Ask about each call and run it, in order, until one is stopped or another session is opened."""
        start_worker(self._screen, partial(self._run_all, self._runs(), calls), group="tools")

    def stop(self, message: str) -> None:
        """Stop the running commands of a message with all their child processes; waiting calls are not started."""
        for (where, _), task in self._tasks.items():
            if where == message:
                task.cancel()

    async def _run_all(self, runs: ToolRuns, calls: Sequence[ToolCall]) -> None:
        able = [call for call in calls if call.may_run] or calls
        for call in able:
            if self._runs() is not runs:
                return
            try:
                approval = runs.approval(call)
                if not await self._agreed(runs, call, approval):
                    continue
                outcome = await self._run(runs, call, approval)
            except ProblemError as error:
                self._screen.tell_problem(error.problem)
                continue
            if outcome is None or outcome.ended == "stopped":
                return

    async def _agreed(self, runs: ToolRuns, call: ToolCall, approval: Approval) -> bool:
        from chat_tui.ui.screens.tool_approval import ToolApproval

        ran = runs.has_run(call)
        if runs.approved(approval) and not ran:
            return True
        said = await self._screen.app.push_screen_wait(ToolApproval(approval, ran=ran))
        if said == "always":
            runs.approve_always(approval)
        return said is not None

    async def _run(self, runs: ToolRuns, call: ToolCall, approval: Approval) -> ToolOutcome | None:
        """Run the command; return its outcome, or None if it is running already."""
        key = (call.message, call.id)
        if key in self._tasks:
            return None
        began_s = monotonic()
        task = asyncio.ensure_future(runs.run(call, approval, once_more=runs.has_run(call)))
        self._tasks[key] = task
        self._changed()
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            del self._tasks[key]
            self._changed()
        stopped = ToolOutcome(ended="stopped", via=approval.via, seconds=monotonic() - began_s)
        outcome = stopped if task.cancelled() else task.result()
        self._ended(call, outcome)
        return outcome
