"""Runs a probe: sends its questions one by one and saves the results, however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from chat_tui.domain.calls import Call
from chat_tui.domain.events import Attempted
from chat_tui.domain.knowledge import Refusal
from chat_tui.domain.probing.answer import Answer
from chat_tui.domain.probing.card import Ended, ProbeCard, ProbeRow
from chat_tui.domain.probing.cases import Context, ProbeCase, ProbePlan, bodies_of, opening_body, unaskable
from chat_tui.domain.probing.ruling import (
    another_ceiling_may_do,
    broken,
    ends_it,
    is_rate_limit,
    learnt,
    rule,
    worth_a_second_look,
)
from chat_tui.domain.probing.verdicts import Verdict
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.asking import ask
from chat_tui.engine.refusing import no_model, unknown_provider
from chat_tui.engine.tasks import until_over

if TYPE_CHECKING:
    from chat_tui.domain.calls import Endpoint
    from chat_tui.domain.events import Step
    from chat_tui.domain.json_values import Json, JsonObject
    from chat_tui.engine.services import Services

_RATE_LIMITS: Final = 2
"""Consecutive questions lost to rate limits after which the probe ends."""


def plan_probe(
    services: Services, provider: str, model: str, *, only: Sequence[str] = (), everything: bool = False
) -> ProbePlan:
    """Plan a probe of a model. Nothing is sent.

    Raises:
        ProblemError: An unknown provider or parameter, or no model where one is required.
    """
    from chat_tui.catalogue.probes import load_probes
    from chat_tui.domain.probing.planning import plan

    known = services.providers.get(provider)
    if known is None:
        raise ProblemError(unknown_provider(provider, services.providers))
    if not model and known.key_required:
        raise ProblemError(no_model(known))
    return plan(load_probes(), services.catalogue, known, model, only=only, everything=everything)


class Probe:
    """Owns the task that sends the questions. ``stop`` cancels it at most once; results so far are saved.

    Args:
        services: Give the backend, the clock, and the stores of probe cards and refusals.
        plan: The questions.
        listener: Called whenever something changed.
        jobs: Maximum number of concurrent questions. Seeds may not be reproducible under load.

    Raises:
        ProblemError: The provider has no usable endpoint: no key, or a refused address.
    """

    def __init__(
        self, services: Services, plan: ProbePlan, listener: Callable[[Probe], None], *, jobs: int = 1
    ) -> None:
        self.plan = plan
        self.card = ProbeCard(
            provider=plan.provider,
            base_url=plan.base_url,
            model=plan.model,
            at_ms=_ms(services),
            left_out=plan.left_out,
            unasked=tuple(case.name for case in plan.cases),
        )
        self.problem: Problem | None = None
        """Why the probe ended early, if the service is the reason."""
        self.now: tuple[str, ...] = ()
        """The parameters being asked about; an empty name is the opening request."""
        self.waiting: Attempted | None = None
        """The attempt whose retry delay is running."""
        self.done = False
        self._services = services
        self._endpoint: Endpoint = services.endpoints.endpoint(plan.provider)
        self._listener = listener
        self._jobs = max(1, jobs)
        self._context = Context(plan=plan)
        self._limits_in_a_row = 0
        self._stop_asked = False
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(self._end_unbegun)

    @property
    def answered(self) -> int:
        """Number of questions that have a verdict."""
        return len(self.card.rows)

    def stop(self) -> None:
        """Send nothing more and cancel what is running. Idempotent."""
        if not self._stop_asked and not self._task.done():
            self._stop_asked = True
            self._task.cancel()

    async def wait(self) -> None:
        """Wait until the probe has ended and its card is saved. Cancelling the waiter does not stop it."""
        await until_over(self._task)

    async def _run(self) -> None:
        try:
            await asyncio.sleep(0)  # eager task factories must not show anything before the caller has the probe
            if await self._open():
                await self._ask_unknown()
                await self._ask_all()
        except asyncio.CancelledError:
            self._finish("cancelled")
            if not self._stop_asked:
                raise
        else:
            self._finish("stopped" if self.card.why else "complete")

    def _end_unbegun(self, _task: asyncio.Task[None]) -> None:
        """Finish a probe whose task was cancelled before it started, which its coroutine cannot observe."""
        if not self.done:
            self._finish("cancelled")

    async def _open(self) -> bool:
        """Find an opening request that succeeds; without one, nothing else is sent."""
        for ceiling in (*self.plan.opening.ceilings, ""):
            body = opening_body(self.plan, ceiling)
            answer = await self._ask("", body)
            if answer.problem is None:
                self._context = replace(self._context, body=body, opening=answer)
                return True
            if not (ceiling and another_ceiling_may_do(answer.problem, self.plan)):
                self._end_early(answer.problem)
                return False
        return False

    async def _ask_unknown(self) -> None:
        """Ask whether the service refuses unknown names at all."""
        name = self.plan.opening.unknown
        await self._answer(ProbeCase(name=name, path=(name,), values=(1,)))

    async def _ask_all(self) -> None:
        """Ask the cases that others depend on first, in order; then the rest concurrently."""
        cases = self.plan.cases
        if self._jobs == 1:
            await self._in_turn(iter(cases))
            return
        await self._in_turn(case for case in cases if case.leads)
        rest = (case for case in cases if not case.leads)
        async with asyncio.TaskGroup() as group:
            for _ in range(self._jobs):
                group.create_task(self._in_turn(rest))

    async def _in_turn(self, cases: Iterator[ProbeCase]) -> None:
        for case in cases:
            if self.card.why:
                return
            await self._answer(case)

    async def _answer(self, case: ProbeCase) -> None:
        """Ask one question and record the verdict."""
        context = self._context
        missing = unaskable(case, context)
        if missing is not None:
            self._note(case, (), missing)
            return
        bodies = bodies_of(case, context)
        answers: list[Answer] = []
        for body in bodies:
            answers.append(await self._ask(case.name, body))
            if answers[-1].problem is not None:
                break
        verdict = rule(case, context, answers)
        problem = answers[-1].problem
        if problem is not None and verdict.outcome == "unknown":
            verdict = await self._looked_into(problem, verdict)
        else:
            self._limits_in_a_row = 0
        self._context = learnt(case, self._context, answers, verdict)
        self._note(case, [_at(body, case.path) for body in bodies[: len(answers)]], verdict)

    async def _looked_into(self, problem: Problem, verdict: Verdict) -> Verdict:
        """Find out whether the parameter is at fault, or the service answers nothing any more."""
        if ends_it(problem):
            self._end_early(problem)
        elif is_rate_limit(problem):
            self._limits_in_a_row += 1
            if self._limits_in_a_row >= _RATE_LIMITS:
                self._end_early(problem)
        elif worth_a_second_look(problem):
            again = await self._ask("", self._context.body)
            if again.problem is None:
                return broken(verdict)
            self._end_early(again.problem)
        return verdict

    async def _ask(self, name: str, body: JsonObject) -> Answer:
        self.now = (*self.now, name)
        self.card = replace(self.card, requests=self.card.requests + 1)
        self._listener(self)
        try:
            return await ask(self._services.backend, Call(self._endpoint, body), self._step)
        finally:
            places = list(self.now)
            places.remove(name)
            self.now = tuple(places)
            self.waiting = None

    def _step(self, step: Step) -> None:
        """Count a failed attempt as one more request."""
        if isinstance(step, Attempted):
            self.card = replace(self.card, requests=self.card.requests + 1)
        before, self.waiting = self.waiting, step if isinstance(step, Attempted) else None
        if self.waiting is not before:
            self._listener(self)

    def _note(self, case: ProbeCase, asked: Sequence[Json], verdict: Verdict) -> None:
        row = ProbeRow.of(case.name, asked, verdict, _ms(self._services))
        if case.name == self.plan.opening.unknown:
            self.card = replace(self.card, unknown_names=row)
        else:
            unasked = tuple(name for name in self.card.unasked if name != case.name)
            self.card = replace(self.card, rows=(*self.card.rows, row), unasked=unasked)
            self._teach(row)
        self._listener(self)

    def _teach(self, row: ProbeRow) -> None:
        """Store a new refusal, or clear one that no longer applies."""
        refusals, place = self._services.refusals, (self.plan.base_url, self.plan.model)
        if row.outcome == "refused" and row.status is not None:
            words = Refusal(name=row.name, status=row.status, words=row.words, at_ms=row.at_ms)
            refusals.remember(*place, words)
        elif row.outcome in ("honoured", "ignored", "accepted") and row.status is None:
            refusals.forget(*place, [row.name])

    def _end_early(self, problem: Problem) -> None:
        self.problem = problem
        self.card = replace(self.card, why=problem.sentence())

    def _finish(self, ended: Ended) -> None:
        """Sort the rows in plan order, and save the card if it has any."""
        order = {case.name: place for place, case in enumerate(self.plan.cases)}
        rows = tuple(sorted(self.card.rows, key=lambda row: order.get(row.name, 0)))
        self.card = replace(self.card, rows=rows, ended=ended)
        self.now, self.waiting, self.done = (), None, True
        if rows:
            cards = self._services.probe_cards
            cards.keep(self.card.over(cards.card(self.plan.base_url, self.plan.model)))
        self._listener(self)


def _at(body: JsonObject, path: Sequence[str]) -> Json:
    here: Json = body
    for step in path:
        here = here[step] if isinstance(here, dict) else None
    return here


def _ms(services: Services) -> int:
    return round(services.clock.now_s() * 1000)
