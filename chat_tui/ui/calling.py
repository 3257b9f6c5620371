"""Answers the model's tool calls: stores the choice for each call, runs approved commands, sends the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.conversation import Node
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.tool_bounds import ROUNDS
from chat_tui.domain.tool_definitions import without_forced_call
from chat_tui.domain.tools import ANSWER_ROLES, CANNED, ToolCall, ToolResult, calls_of, refusal_result, rounds
from chat_tui.engine.refusing import BlockedError
from chat_tui.engine.tool_runs import ToolRuns
from chat_tui.engine.tool_turns import RoundsError, answer, calls_at, go_on
from chat_tui.ui.tool_running import ToolRunning

if TYPE_CHECKING:
    from chat_tui.domain.tool_definitions import ToolOutcome
    from chat_tui.engine.workbench import Workbench
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.screens.tool_calls import Chosen, Leaving, ToolCallsScreen, Way


class Calling:
    """Stores the choices for each message until they are sent. Nothing is run or sent without a key press."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._runs: tuple[Workbench, ToolRuns] | None = None
        self._results: dict[str, dict[str, ToolResult]] = {}
        self._notes: dict[str, dict[str, str]] = {}
        self._running = ToolRunning(screen, lambda: self.runs, self._refresh, self._ran)
        self._bound = ROUNDS
        self._dialog: ToolCallsScreen | None = None

    @property
    def runs(self) -> ToolRuns:
        """The tool runs of this session, with the approvals given in it; another session starts with none."""
        bench = self._screen.bench
        if self._runs is None or self._runs[0] is not bench:
            self._runs = bench, ToolRuns(bench)
            self._runs[1].add(self._screen.tooling.added)
        return self._runs[1]

    def concern(self, node: Node) -> bool:
        """Return whether a message makes tool calls or answers one."""
        return bool(calls_of(node)) or node.message.get("role") in ANSWER_ROLES

    def open(self) -> bool:
        """Show the calls of the message under the cursor, or those it answers; return whether there are any."""
        screen = self._screen
        if not screen.messages.free():
            return True
        node, at = self._calling()
        calls = calls_at(screen.bench, node.id) if node is not None else ()
        if node is None or not calls:
            screen.tell("This message has no tool calls.", severity="warning")
            return False
        self._show(node, calls, at)
        return True

    def open_waiting(self) -> bool:
        """On enter on a message, show its calls if any of them waits for an answer; return whether that is so."""
        node = self._screen.messages.current()
        waiting = node is not None and any(call.pending for call in calls_at(self._screen.bench, node.id))
        return waiting and not self._screen.bench.running and self.open()

    def waiting_at_end(self) -> Node | None:
        """Return the last message of the path if it calls tools and no reply is running, else None."""
        bench = self._screen.bench
        head = bench.conversation.nodes.get(bench.conversation.head or "")
        return head if head is not None and not bench.running and calls_of(head) else None

    def open_at_end(self) -> None:
        """On enter in the empty composer, show the calls of the last message, if it has any."""
        node = self.waiting_at_end()
        if node is not None:
            self._show(node, calls_at(self._screen.bench, node.id), "")

    def fail(self) -> None:
        """Answer the call with an error, as a branch beside the first answer, and request the reply to that."""
        screen = self._screen
        if not screen.messages.free():
            return
        node, at = self._calling()
        calls = calls_at(screen.bench, node.id) if node is not None else ()
        meant = [call for call in calls if call.id == at] or list(calls)
        if node is None or not calls:
            screen.tell("This message has no tool calls.", severity="warning")
        elif len(meant) > 1:
            screen.tell("This message has several calls: select one and press 3 for an error.")
            self._show(node, calls, at)
        else:
            self._send(node, {meant[0].id: CANNED["error"]})

    def _calling(self) -> tuple[Node | None, str]:
        """Return the message with the calls, and the id of the call the current message answers."""
        nodes, node = self._screen.bench.conversation.nodes, self._screen.messages.current()
        at = ""
        while node is not None and node.message.get("role") in ANSWER_ROLES:
            at = at or str(node.message.get("tool_call_id") or "")
            node = nodes.get(node.parent or "")
        return node, at

    def _show(self, node: Node, calls: Sequence[ToolCall], at: str) -> None:
        from chat_tui.ui.screens.tool_calls import Chosen, ToolCallsScreen

        results, notes = self._results.setdefault(node.id, {}), self._notes.setdefault(node.id, {})

        def chosen() -> Chosen:
            forced = without_forced_call(self._screen.bench.settings)[1]
            return Chosen(dict(results), self._running.calls_of(node.id), dict(notes), forced)

        def ended(leaving: Leaving) -> None:
            self._dialog = None
            if leaving == "send freely":
                self._screen.change(without_forced_call(self._screen.bench.settings)[0])
            if leaving is not None:
                self._send(node, dict(results))

        waiting = next((call.id for call in calls if call.pending and call.id not in results), "")
        self._dialog = ToolCallsScreen(calls, chosen, self._choose, at=at or waiting)
        self._screen.app.push_screen(self._dialog, ended)

    def _choose(self, way: Way, calls: Sequence[ToolCall]) -> None:
        for call in calls:
            if call.id in self._running.calls_of(call.message):
                continue
            if way in CANNED:
                self._take(call, CANNED[way])
            elif way == "refuse":
                self._take(call, refusal_result(call))
            elif way == "undo":
                self._results[call.message].pop(call.id, None)
        if way == "type":
            self._type(calls)
        elif way == "run":
            self._running.start(calls)
        elif way == "stop":
            self._running.stop(calls[0].message)

    def _take(self, call: ToolCall, result: ToolResult) -> None:
        self._results.setdefault(call.message, {})[call.id] = result
        if self._dialog is not None:
            self._dialog.refresh_calls()

    def _type(self, calls: Sequence[ToolCall]) -> None:
        from chat_tui.ui.screens.result_text import ResultText

        def take(text: str | None) -> None:
            for call in calls if text is not None else ():
                self._take(call, ToolResult(text or ""))

        first = calls[0]
        known = self._results.get(first.message, {}).get(first.id)
        before = known or self._answer_of(first)
        title = f"Result of {first.name or 'the call'}" if len(calls) == 1 else f"Result of {len(calls)} calls"
        self._screen.app.push_screen(ResultText(title, before.content if before is not None else ""), take)

    def _answer_of(self, call: ToolCall) -> ToolResult | None:
        """Return the present answer to a call, as the text to start editing from."""
        from chat_tui.domain.conversation import text_of

        node = self._screen.bench.conversation.nodes.get(call.answer or "")
        return ToolResult(text_of(node.message)) if node is not None else None

    def _ran(self, call: ToolCall, outcome: ToolOutcome) -> None:
        self._notes.setdefault(call.message, {})[call.id] = outcome.words()
        self._take(call, outcome.result())
        if not outcome.ok and self._dialog is None:
            self._screen.tell(outcome.words(), severity="warning")

    def _refresh(self) -> None:
        if self._dialog is not None:
            self._dialog.refresh_calls()

    def _send(self, node: Node, results: dict[str, ToolResult]) -> None:
        """Write the answers, then request a reply; if validation blocks it, the user can send anyway."""
        screen = self._screen
        try:
            answer(screen.bench, results, message=node.id)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        self._results.pop(node.id, None)
        screen.views.conversation()
        self._go_on()

    def _go_on(self, *, anyway: bool = False) -> None:
        screen = self._screen
        if not screen.keys.ready(lambda: self._go_on(anyway=anyway)):
            return
        if rounds(screen.bench.conversation.path()) <= ROUNDS:
            self._bound = ROUNDS
        try:
            exchange = go_on(screen.bench, screen.live.listen, anyway=anyway, bound=self._bound)
        except BlockedError as error:
            screen.blocking.ask(error, lambda again: self._go_on(anyway=again))
        except RoundsError as error:
            self._ask_for_more(error.count)
        except ProblemError as error:
            screen.tell_problem(error.problem)
        else:
            screen.sending.follow(exchange)

    def _ask_for_more(self, count: int) -> None:
        """Ask whether to continue after the maximum number of rounds."""
        from chat_tui.ui.actions import first_key
        from chat_tui.ui.screens.tool_rounds import ToolRounds

        again = first_key("again", self._screen.services.options.keys)

        def take(more: bool | None) -> None:
            if more:
                self._bound = count + ROUNDS - 1
                self._go_on()

        self._screen.app.push_screen(ToolRounds(count, again), take)
