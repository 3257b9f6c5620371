"""One exchange, from sending the request to saving the reply: each step is journaled, then folded, then shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from chat_tui.domain.calls import Call
from chat_tui.domain.events import Adapted, Attempted, Closed, Comment, Failed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem
from chat_tui.domain.records import adapted_record, attempt_record, end_record, events_record, response_record
from chat_tui.domain.reply import Reply
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.timing import timing
from chat_tui.engine.faults import stream_problem
from chat_tui.engine.ports import Backend, Clock, Journal
from chat_tui.engine.tasks import until_over

if TYPE_CHECKING:
    from chat_tui.domain.format_check import FormatResult

BATCH_S: Final = 0.033
"""Longest time that events are buffered before they are written and shown together."""
_OWN_FAULT: Final = Problem(
    kind="internal",
    what="An internal error occurred while receiving the reply",
    hint="What arrived is saved. Please report this error.",
)


class Exchange:
    """Owns the task that reads one reply. ``stop`` cancels the task at most once, however often it is called."""

    status: int | None = None
    adapted: Adapted | None = None
    """The body that was sent, if it differs from the call's."""
    waiting: Attempted | None = None
    """The attempt whose retry delay is running."""
    problem: Problem | None = None
    format: FormatResult | None = None
    """The reply validated against the requested JSON format; None until the end, or if none was requested."""
    done = False
    _first_byte_s: float | None = None
    _total_s: float | None = None
    _pending = Received(())
    _flushed_s = 0.0
    _flush_timer: asyncio.TimerHandle | None = None
    _stop_asked = False

    def __init__(
        self,
        exchange_id: str,
        *,
        head: str,
        settings: SessionSettings,
        call: Call,
        backend: Backend,
        journal: Journal,
        clock: Clock,
        listener: Callable[[Exchange, Step], None],
        ended: Callable[[Exchange], None],
    ) -> None:
        self.id = exchange_id
        self.head = head
        self.settings = settings
        self.call = call
        self.reply = Reply()
        self.headers: Mapping[str, str] = {}
        self.attempts: list[Attempted] = []
        self.events: list[StreamEvent] = []
        self.comments: list[Comment] = []
        self._backend = backend
        self._journal = journal
        self._clock = clock
        self._listener = listener
        self._ended = ended
        self._started_s = clock.ticks_s()
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(self._end_unbegun)

    def stop(self) -> None:
        """Stop the exchange and keep what was received. Idempotent."""
        if not self._stop_asked and not self._task.done():
            self._stop_asked = True
            self._task.cancel()

    async def wait(self) -> None:
        """Wait until the exchange is over and saved. Cancelling the waiter does not stop the exchange."""
        await until_over(self._task)

    def elapsed_s(self) -> float:
        """Return seconds since the exchange began; constant once it is over."""
        return self._total_s if self._total_s is not None else self._clock.ticks_s() - self._started_s

    def timing(self) -> JsonObject:
        """Return first_byte_s, first_token_s, total_s, tokens_per_s, events; null where unknown."""
        return timing(self.reply, first_byte_s=self._first_byte_s, total_s=self._total_s)

    async def _run(self) -> None:
        try:
            await asyncio.sleep(0)  # eager task factories must not show a step before the caller has the exchange
            async with aclosing(self._backend.steps(self.call)) as steps:
                async for step in steps:
                    if isinstance(step, Closed | Failed):
                        await self._check()
                    self._take(step)
            if not self.done:
                await self._check()
                self._finish(self.elapsed_s())
        except asyncio.CancelledError:
            self._finish(self.elapsed_s(), stopped=True)
            if not self._stop_asked:
                raise
        except BaseException:
            self._finish(self.elapsed_s(), cut=_OWN_FAULT)
            raise

    def _end_unbegun(self, _task: asyncio.Task[None]) -> None:
        """Finish an exchange whose task was cancelled before it started, which its coroutine cannot observe."""
        self._finish(self.elapsed_s(), stopped=True)

    async def _check(self) -> None:
        """Validate the reply against the output format and the tools of the request, if it has any."""
        if "response_format" in self.call.body:
            from chat_tui.engine.format_checking import check_reply

            self._flush()
            self.format = await check_reply(self.call.body, self.reply)
        if "tools" in self.call.body and self.reply.choices:
            from chat_tui.engine.format_checking import judge_calls

            self._flush()
            await judge_calls(self.call.body, self.reply)

    def _take(self, step: Step) -> None:
        if isinstance(step, Received):
            self._collect(step)
        elif isinstance(step, Adapted):
            self.adapted = step
            self._journal.append(adapted_record(self.id, step))
            self._listener(self, step)
        elif isinstance(step, Attempted):
            self.waiting = step
            self.attempts.append(step)
            self._journal.append(attempt_record(self.id, step))
            self._listener(self, step)
        elif isinstance(step, Responded):
            self._respond(step)
        elif isinstance(step, Closed):
            self._finish(step.at_s, unterminated=step.unterminated, last=step)
        else:
            self._fail(step)

    def _respond(self, step: Responded) -> None:
        self.waiting = None
        self.status, self.headers, self._first_byte_s = step.status, step.headers, step.at_s
        self.reply = Reply(plain=step.plain)
        self._journal.append(response_record(self.id, step))
        self._listener(self, step)

    def _collect(self, step: Received) -> None:
        self._pending = Received(self._pending.events + step.events, self._pending.comments + step.comments)
        now = asyncio.get_running_loop().time()
        if now - self._flushed_s >= BATCH_S:
            self._flush()
        elif self._flush_timer is None:
            delay = BATCH_S - (now - self._flushed_s)
            self._flush_timer = asyncio.get_running_loop().call_later(delay, self._flush)

    def _flush(self) -> None:
        """Write, fold and show the buffered events."""
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        self._flushed_s = asyncio.get_running_loop().time()
        batch, self._pending = self._pending, Received(())
        if not batch.events and not batch.comments:
            return
        self._journal.append(events_record(self.id, batch.events, batch.comments))
        self.events.extend(batch.events)
        self.comments.extend(batch.comments)
        for event in batch.events:
            self.reply.apply(event)
        self._listener(self, batch)

    def _fail(self, step: Failed) -> None:
        """End as a cut stream, complete if all its choices finished; as an error if nothing of the reply arrived."""
        self._flush()
        if self.status == 200 and self.reply.events:
            self._finish(step.at_s, cut=step.problem, last=step)
            return
        if self.status is None:
            self.status = step.problem.status
        self._finish(step.at_s, error=step.problem, last=step)

    def _finish(
        self,
        at_s: float,
        *,
        unterminated: bool = False,
        stopped: bool = False,
        error: Problem | None = None,
        cut: Problem | None = None,
        last: Step | None = None,
    ) -> None:
        if self.done:
            return
        self._flush()
        self.waiting = None
        self._total_s = at_s
        self.reply.close(unterminated=unterminated, stopped=stopped, error=error.as_json() if error else None)
        self.problem = error or stream_problem(self.reply, cut)
        self.done = True
        self._ended(self)
        ended = end_record(self.id, self.reply, problem=self.problem, timing=self.timing(), format_result=self.format)
        self._journal.append(ended)
        self._journal.sync()
        self._listener(self, last or Closed(at_s))
