"""A sweep at work: asks every cell of the grid, several at once, and keeps each reply as a branch below the prompt."""

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
    """One request of a sweep, and what came of it.

    Args:
        number: Among all requests, from 1.
        planned: The cell.
        turn: Which time the cell is asked, from 1.
        several: Whether there are other times.
    """

    exchange: Exchange | None = None
    """None as long as it is not sent."""
    refused: Problem | None = None
    """Why it could not be sent."""
    facts: ReplyFacts | None = None
    """What came, once it is over; None where no word of reply did."""
    node: str | None = None
    """Its reply in the tree."""

    def __init__(self, number: int, planned: PlannedCell, turn: int, *, several: bool) -> None:
        self.number = number
        self.planned = planned
        self.turn = turn
        self.several = several

    @property
    def state(self) -> State:
        """``done`` is a whole reply; ``failed``: there is none, or only a part."""
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
        """Why it failed, where that is known."""
        return self.refused or (self.exchange.problem if self.exchange is not None else None)

    @property
    def text(self) -> str:
        """The answer of the first choice so far; once it is over, with its refusal and calls."""
        if self.facts is not None:
            return self.facts.choices[0].text()
        choices = self.exchange.reply.choices if self.exchange is not None else ()
        return choices[0].text() if choices else ""

    @property
    def answer(self) -> tuple[str, ...]:
        """What counts in telling replies apart: content, refusal and calls of every choice."""
        return tuple(said.text() for said in self.facts.choices) if self.facts is not None else ()


class Sweep:
    """Owns the task that asks. ``stop`` ends it; what came by then stays, in the tree and in ``runs``.

    A new prompt is written first, as the head. Where nothing is selected below the prompt, the first reply is once all
    are over; what is selected otherwise stays so.

    Args:
        bench: The session; nothing else is to send in it meanwhile.
        planned: What to ask.
        listener: Told whenever something changed, and of which request; None: of the whole.
        jobs: How many requests may be under way at once.

    Raises:
        ProblemError: The provider cannot be asked: no key, a refused address; or the session cannot be written.
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
        """How many requests are over."""
        return sum(run.state in ("done", "failed", "stopped") for run in self.runs)

    @property
    def waiting(self) -> Attempted | None:
        """The wait before a request is repeated, while one lasts."""
        waits = (run.exchange.waiting for run in self.runs if run.state == "running" and run.exchange is not None)
        return next((wait for wait in waits if wait is not None), None)

    @property
    def stopped(self) -> bool:
        """It is over, and not every cell was asked to the end."""
        return self.done and any(run.state in ("waiting", "stopped") for run in self.runs)

    def stop(self) -> None:
        """Ask no more, and end what is under way. Safe to call any number of times."""
        self._ended = True
        for run in self.runs:
            if run.exchange is not None:
                run.exchange.stop()

    async def wait(self) -> None:
        """Until it is over and everything is saved. Cancelling the waiter does not stop it."""
        await until_over(self._task)

    async def _run(self) -> None:
        try:
            await asyncio.sleep(0)  # eager task factories must not show anything before the caller has the sweep
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
        """What is known of a request that is over."""
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
    """The requests in order: every cell as often as it is asked, before the next."""
    number = 0
    for cell in planned.cells:
        for turn in range(1, planned.plan.repeat + 1):
            number += 1
            yield SweepRun(number, cell, turn, several=planned.plan.repeat > 1)


def different(runs: Sequence[SweepRun]) -> int:
    """How many different answers the whole replies gave."""
    return len({run.answer for run in runs if run.state == "done"})
