"""Answers tool calls as the command-line options say, round by round until none is left, reporting each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from chat_tui.cli import diagnostics
from chat_tui.cli.start import compact
from chat_tui.domain.counts import counted
from chat_tui.domain.json_values import dump_json
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.tool_definitions import without_forced_call
from chat_tui.domain.tools import ToolCall, ToolResult, refusal_result
from chat_tui.engine.tool_turns import RoundsError, answer, go_on, pending_calls

if TYPE_CHECKING:
    from chat_tui.cli.stop_signals import StopSignals
    from chat_tui.engine.exchange import Exchange
    from chat_tui.engine.tool_runs import ToolRuns
    from chat_tui.engine.workbench import Listener, Workbench


_AT_BOUND: Final = "Its calls were answered. Use --rounds N to allow more, or send --continue to continue from here."


class ToolRounds:
    """Answers calls without user interaction.

    Args:
        bench: The session.
        runs: Runs the commands.
        results: Tool name to the result of each of its calls.
        approved: Names of the tools whose command may run.
        bound: Maximum number of replies with calls in a row.
    """

    rounds: int
    """Number of times calls were answered and the conversation continued."""
    code: int
    """1 if the conversation could not continue."""

    def __init__(
        self, bench: Workbench, runs: ToolRuns, results: Mapping[str, str], approved: frozenset[str], bound: int
    ) -> None:
        self.rounds = 0
        self.code = diagnostics.OK
        self._bench = bench
        self._runs = runs
        self._results = results
        self._approved = approved
        self._bound = bound

    def answer_given(self) -> None:
        """Answer the open calls with the given results; nothing is run or sent.

        Raises:
            ProblemError: A call has no given result.
        """
        waiting = pending_calls(self._bench)
        missing = ", ".join(sorted({call.name or "(no name)" for call in waiting if call.name not in self._results}))
        if missing:
            hint = "A dry run runs nothing: use --tool-result NAME=TEXT."
            raise ProblemError(Problem(kind="usage", what=f"No result for {missing}", hint=hint))
        if waiting:
            answer(self._bench, {call.id: ToolResult(self._results[call.name]) for call in waiting})

    async def go_round(
        self,
        exchange: Exchange | None,
        shower: Callable[[], Listener],
        signals: StopSignals,
        tell_doubts: Callable[[], None],
    ) -> Exchange | None:
        """Answer calls and send until none is left, one cannot be answered, or an error occurs.

        Args:
            exchange: The exchange whose calls to answer; None: the open calls of the session.
            shower: Makes a listener for each exchange.
            signals: Stop what is running.
            tell_doubts: Called before the first request, if there was no exchange before it.

        Returns:
            The last exchange; None if nothing was sent.
        """
        while not signals.seen and (exchange is None or _goes_on(exchange)):
            waiting = pending_calls(self._bench)
            if (exchange is not None and not waiting) or self._tell_unanswerable(waiting):
                break
            answering = asyncio.ensure_future(self._answer(waiting))
            signals.stop = answering.cancel
            await asyncio.wait({answering})
            if answering.cancelled():
                break
            try:
                answering.result()
                self._free_choice()
                if exchange is None:
                    tell_doubts()
                exchange = go_on(self._bench, shower(), bound=self._bound)
            except ProblemError as error:
                bounded = isinstance(error, RoundsError)
                diagnostics.report(replace(error.problem, hint=_AT_BOUND) if bounded else error.problem)
                self.code = diagnostics.FAILED
                break
            signals.stop = exchange.stop
            self.rounds += 1
            await exchange.wait()
        return exchange

    def _tell_unanswerable(self, waiting: Sequence[ToolCall]) -> bool:
        """Report calls that no option answers; return whether there are any, in which case nothing is run."""
        open_calls = [call for call in waiting if not self._answerable(call)]
        for call in open_calls:
            fault = call.judged.fault
            if fault is not None and fault.kind == "reply":
                diagnostics.note(f"{_shown(call)}: {fault.sentence}")
            else:
                diagnostics.note(f"{_shown(call)} needs a result: use --tool-result {call.name}=TEXT, or --approve")
        if open_calls and self._bench.path is not None:
            diagnostics.note("To answer later: send --continue with these options, and no prompt")
        return bool(open_calls)

    def _answerable(self, call: ToolCall) -> bool:
        """Whether the call has a result, may be run, or is invalid in a way that the model is told about."""
        fault = call.judged.fault
        if fault is not None and fault.kind == "reply":
            return False
        known = call.name in self._results or call.name in self._approved
        return known or (fault is not None and fault.kind != "arguments")

    async def _answer(self, waiting: Sequence[ToolCall]) -> None:
        """Answer the calls, if any; each result is saved as soon as it is available."""
        for call in waiting:
            given = self._results.get(call.name)
            result = ToolResult(given) if given is not None else await self._run(call)
            if given is not None:
                diagnostics.note(f"{_shown(call)}: answered with --tool-result, {counted(len(given), 'character')}")
            answer(self._bench, {call.id: result})

    async def _run(self, call: ToolCall) -> ToolResult:
        """Run an approved command; if it must not run, return a result that tells the model why."""
        if call.judged.fault is not None:
            diagnostics.note(f"{_shown(call)}: not run. {call.judged.fault.sentence}")
            return refusal_result(call)
        try:
            outcome = await self._runs.run(call, self._runs.approval(call))
        except ProblemError as error:
            diagnostics.note(f"{_shown(call)}: not run. {error.problem.sentence()}")
            return ToolResult(dump_json({"error": error.problem.sentence()}), "refusal")
        diagnostics.note(f"{_shown(call)}: run. {outcome.words()}")
        return outcome.result()

    def _free_choice(self) -> None:
        """Unset a forced tool choice, which would force another call after every result."""
        settings, name = without_forced_call(self._bench.settings)
        if name:
            self._bench.change(settings)
            diagnostics.note(f"{name} is unset from here on: it would force another call after every result")


def _goes_on(exchange: Exchange) -> bool:
    return exchange.reply.outcome == "complete" and exchange.problem is None


def _shown(call: ToolCall) -> str:
    return f"{call.name or '(no name)'} {compact(call.judged.value) if call.judged.value else call.arguments[:60]}"
