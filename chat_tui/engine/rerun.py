"""Runs a rerun: sends each turn of a session again and compares the replies with the recorded ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.reply_comparison import ReplyComparison
from chat_tui.domain.reply_facts import ReplyFacts, facts_of
from chat_tui.domain.session import RecordedExchange
from chat_tui.engine.pricing import cost_of_turn
from chat_tui.engine.refusing import refuse_busy
from chat_tui.engine.rerun_history import NewHistory
from chat_tui.engine.rerun_plan import providers_of
from chat_tui.engine.tasks import until_over

if TYPE_CHECKING:
    from chat_tui.domain.events import Attempted, Step
    from chat_tui.domain.problems import Problem
    from chat_tui.engine.exchange import Exchange
    from chat_tui.engine.rerun_plan import RerunPlan, RerunTurn
    from chat_tui.engine.turns import Turn
    from chat_tui.engine.workbench import Workbench

State: TypeAlias = Literal["same", "differs", "failed", "stopped"]


class TurnResult(Struct, frozen=True, kw_only=True, eq=False):
    """The result of one turn."""

    turn: RerunTurn
    state: State
    """``same`` is character for character; ``failed``: there is no complete reply."""
    body: JsonObject
    """The body that was sent; empty if none was."""
    comparison: ReplyComparison | None = None
    """None if no reply arrived."""
    problem: Problem | None = None
    node: str | None = None
    """Id of the new reply in the tree."""
    note: str = ""
    """Which reply the following history uses, if not the new one."""


class Rerun:
    """Owns the task that sends the turns. ``stop`` ends it; replies so far stay in the tree and in ``results``.

    New replies are branches beside the recorded ones; the selection does not change.

    Args:
        bench: The session; nothing else may send in it meanwhile.
        plan: The turns to send.
        listener: Called whenever something changed.
        jobs: Maximum number of concurrent requests; always one if new replies form the history. Seeds may not be
            reproducible under load.
        stop_on_error: Send nothing more after a turn that failed.

    Raises:
        ProblemError: A provider has no usable endpoint (no key, a refused address), or the session is read-only.
    """

    def __init__(
        self,
        bench: Workbench,
        plan: RerunPlan,
        listener: Callable[[Rerun], None],
        *,
        jobs: int = 1,
        stop_on_error: bool = False,
    ) -> None:
        refuse_busy(running=bench.running, read_only=bench.read_only)
        for provider in providers_of(plan.turns):
            bench.services.endpoints.endpoint(provider)
        self.bench = bench
        self.plan = plan
        self.results: list[TurnResult] = []
        """Finished turns, in the order of the turns."""
        self.running: dict[int, Exchange] = {}
        """Running exchanges by turn number."""
        self.done = False
        self._listener = listener
        self._jobs = 1 if plan.follow else max(1, jobs)
        self._stop_on_error = stop_on_error
        self._ended = False
        self._history = NewHistory(bench, plan.turns) if plan.follow else None
        self._task = asyncio.get_running_loop().create_task(self._run())

    @property
    def waiting(self) -> Attempted | None:
        """The attempt of a running exchange whose retry delay is running, if any."""
        return next((exchange.waiting for exchange in self.running.values() if exchange.waiting is not None), None)

    @property
    def stopped(self) -> bool:
        """Whether it ended before every turn was answered."""
        return self.done and (
            len(self.results) < len(self.plan.turns) or any(result.state == "stopped" for result in self.results)
        )

    def stop(self) -> None:
        """Send nothing more and stop running exchanges. Idempotent."""
        self._ended = True
        for exchange in list(self.running.values()):
            exchange.stop()

    async def wait(self) -> None:
        """Wait until it is over and everything is saved. Cancelling the waiter does not stop it."""
        await until_over(self._task)

    async def _run(self) -> None:
        try:
            await asyncio.sleep(0)  # eager task factories must not show anything before the caller has the rerun
            turns = iter(self.plan.turns)
            async with asyncio.TaskGroup() as group:
                for _ in range(self._jobs):
                    group.create_task(self._in_turn(turns))
        finally:
            self.stop()
            self.done = True
            self._listener(self)

    async def _in_turn(self, turns: Iterator[RerunTurn]) -> None:
        for turn in turns:
            if self._ended:
                return
            result = await self._ask(turn)
            if result.state == "failed" and self._stop_on_error:
                self._ended = True
            self.results.append(result)
            self.results.sort(key=lambda each: each.turn.number)
            self._listener(self)

    async def _ask(self, turn: RerunTurn) -> TurnResult:
        try:
            head = self._history.head_of(turn) if self._history is not None else turn.head
            exchange = self.bench.beside(head, turn.settings, self._step)
        except ProblemError as error:
            return TurnResult(turn=turn, state="failed", body={}, problem=error.problem)
        self.running[turn.number] = exchange
        self._listener(self)
        try:
            await exchange.wait()
        finally:
            del self.running[turn.number]
        return self._result(turn, exchange)

    def _step(self, _exchange: Exchange, _step: Step) -> None:
        self._listener(self)

    def _result(self, turn: RerunTurn, exchange: Exchange) -> TurnResult:
        comparison = None
        if exchange.reply.choices:
            comparison = ReplyComparison(facts_of_turn(self.bench, turn.exchange), facts_of_turn(self.bench, exchange))
        state: State = "failed"
        if exchange.reply.outcome == "stopped":
            state = "stopped"
        elif exchange.problem is None and comparison is not None:
            state = "same" if comparison.same else "differs"
        node = f"{exchange.id}.{turn.node.choice or 0}"
        if node not in self.bench.conversation.nodes:
            node = f"{exchange.id}.0"
        found = self.bench.conversation.nodes.get(node)
        note = ""
        if self._history is not None and state != "stopped":
            note = self._history.answered(turn, found if state in ("same", "differs") else None)
        return TurnResult(
            turn=turn,
            state=state,
            body=exchange.call.body,
            comparison=comparison,
            problem=exchange.problem,
            node=found.id if found is not None else None,
            note=note,
        )


def facts_of_turn(bench: Workbench, turn: Turn) -> ReplyFacts:
    """Return the facts of a recorded or finished exchange that a comparison uses."""
    cost = cost_of_turn(bench, turn, turn.reply.usage or {}, answered=str(turn.reply.member("model") or ""))
    return facts_of(turn.reply, _timing(turn), cost=cost.dollars if cost is not None else None)


def _timing(turn: Turn) -> Mapping[str, Json]:
    if not isinstance(turn, RecordedExchange):
        return turn.timing()
    timing = (turn.end or {}).get("timing")
    return timing if isinstance(timing, dict) else {}
