"""Runs a sweep: sends the requests of every cell, several at once, and adds each reply as a branch below the prompt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from chat_tui.domain.problems import ProblemError
from chat_tui.engine.refusing import refuse_busy
from chat_tui.engine.rerun import facts_of_turn
from chat_tui.engine.tasks import until_over

if TYPE_CHECKING:
    from chat_tui.domain.events import Attempted, Step
    from chat_tui.domain.problems import Problem
    from chat_tui.domain.reply_facts import ReplyFacts
    from chat_tui.engine.exchange import Exchange
    from chat_tui.engine.sweep_plan import PlannedCell, PlannedSweep
    from chat_tui.engine.workbench import Workbench

State: TypeAlias = Literal["waiting", "running", "done", "failed", "stopped"]


class SweepRun:
    """One request of a sweep, and its result.

    Args:
        number: Position among all requests, from 1.
        planned: The cell.
        turn: Position among the requests of the same cell, from 1.
        several: Whether the cell has more than one request.
    """

    exchange: Exchange | None = None
    """None until it is sent."""
    refused: Problem | None = None
    """Why it could not be sent."""
    facts: ReplyFacts | None = None
    """The reply, once the request is over; None if no reply arrived."""
    node: str | None = None
    """Id of its reply in the tree."""

    def __init__(self, number: int, planned: PlannedCell, turn: int, *, several: bool) -> None:
        self.number = number
        self.planned = planned
        self.turn = turn
        self.several = several

    @property
    def state(self) -> State:
        """``done``: the reply is complete; ``failed``: there is none, or only a part of it."""
        if self.refused is not None:
            return "failed"
        if self.exchange is None:
            return "waiting"
        if not self.exchange.done:
            return "running"
        outcome = self.exchange.reply.outcome
        if outcome == "stopped":
            return "stopped"
        return "done" if outcome == "complete" and self.exchange.problem is None else "failed"

    @property
    def problem(self) -> Problem | None:
        """Why it failed; None if it did not, or if the reason is unknown."""
        return self.refused or (self.exchange.problem if self.exchange is not None else None)

    @property
    def text(self) -> str:
        """Text of the first choice so far; once the request is over, including its refusal and tool calls."""
        if self.facts is not None:
            return self.facts.choices[0].text()
        choices = self.exchange.reply.choices if self.exchange is not None else ()
        return choices[0].text() if choices else ""

    @property
    def answer(self) -> tuple[str, ...]:
        """What replies are compared by: content, refusal, tool calls and images of every choice."""
        return tuple(part for said in self.facts.choices for part in (said.text(), *said.images)) if self.facts else ()


class Sweep:
    """Owns the task that sends the requests. ``stop`` ends it; replies so far stay in the tree and in ``runs``.

    A new prompt is first added to the session as its head. At the end, the first reply is selected if the prompt is
    still the head; otherwise the selection does not change.

    Args:
        bench: The session; nothing else may send in it meanwhile.
        planned: The sweep to run.
        listener: Called whenever something changed, with the request concerned; with None at the end.
        jobs: Maximum number of concurrent requests.

    Raises:
        ProblemError: A reply is in progress, the session is read-only or cannot be written, or the provider has no
            usable endpoint (no key, a refused address).
    """

    def __init__(
        self,
        bench: Workbench,
        planned: PlannedSweep,
        listener: Callable[[Sweep, SweepRun | None], None],
        *,
        jobs: int = 1,
    ) -> None:
        refuse_busy(running=bench.running, read_only=bench.read_only)
        bench.services.endpoints.endpoint(planned.provider.id)
        self.bench = bench
        self.planned = planned
        self.runs = tuple(runs_of(planned))
        self.jobs = max(1, jobs)
        self.done = False
        self._listener = listener
        self._ended = False
        self.prompt = planned.prompt or bench.put(planned.messages[-1], planned.parent).id
        self._task = asyncio.get_running_loop().create_task(self._run())

    @property
    def over(self) -> int:
        """Number of requests that are over."""
        return sum(run.state in ("done", "failed", "stopped") for run in self.runs)

    @property
    def waiting(self) -> Attempted | None:
        """The current wait before a retry; None if no request waits."""
        waits = (run.exchange.waiting for run in self.runs if run.state == "running" and run.exchange is not None)
        return next((wait for wait in waits if wait is not None), None)

    @property
    def stopped(self) -> bool:
        """Whether the sweep is over and some requests were stopped or not sent."""
        return self.done and any(run.state in ("waiting", "stopped") for run in self.runs)

    def stop(self) -> None:
        """Send no more requests and stop those in progress. Idempotent."""
        self._ended = True
        for run in self.runs:
            if run.exchange is not None:
                run.exchange.stop()

    async def wait(self) -> None:
        """Wait until the sweep is over and saved. Cancelling the waiter does not stop the sweep."""
        await until_over(self._task)

    async def _run(self) -> None:
        try:
            await asyncio.sleep(0)  # with an eager task factory, call no listener before the constructor returns
            runs = iter(self.runs)
            async with asyncio.TaskGroup() as group:
                for _ in range(self.jobs):
                    group.create_task(self._in_turn(runs))
        finally:
            self.stop()
            self._select_first()
            self.done = True
            self._listener(self, None)

    async def _in_turn(self, runs: Iterator[SweepRun]) -> None:
        for run in runs:
            if self._ended:
                return
            await self._ask(run)
            self._listener(self, run)

    async def _ask(self, run: SweepRun) -> None:
        def step(_exchange: Exchange, _step: Step) -> None:
            self._listener(self, run)

        try:
            run.exchange = self.bench.beside(self.prompt, run.planned.settings, step)
        except ProblemError as error:
            run.refused = error.problem
            return
        self._listener(self, run)
        await run.exchange.wait()
        self._keep(run, run.exchange)

    def _keep(self, run: SweepRun, exchange: Exchange) -> None:
        """Store the result of a request that is over."""
        nodes = self.bench.conversation.nodes
        places = (f"{exchange.id}.{choice.index}" for choice in exchange.reply.choices)
        run.node = next((place for place in places if place in nodes), None)
        if exchange.reply.choices:
            run.facts = facts_of_turn(self.bench, exchange)

    def _select_first(self) -> None:
        if self.bench.conversation.head != self.prompt:
            return
        first = next((run.node for run in self.runs if run.node is not None), None)
        if first is not None:
            self.bench.select(first, "joined")


def runs_of(planned: PlannedSweep) -> Iterator[SweepRun]:
    """Yield the requests in order: all of one cell before those of the next."""
    number = 0
    for cell in planned.cells:
        for turn in range(1, planned.plan.repeat + 1):
            number += 1
            yield SweepRun(number, cell, turn, several=planned.plan.repeat > 1)


def different(runs: Sequence[SweepRun]) -> int:
    """Return the number of different answers among the complete replies."""
    return len({run.answer for run in runs if run.state == "done"})
