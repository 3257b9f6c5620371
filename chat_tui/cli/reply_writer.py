"""Writes a reply on standard output while it comes: its text, its events, or nothing until it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from chat_tui.cli import diagnostics, output
from chat_tui.domain.event_files import event_object
from chat_tui.domain.events import Adapted, Attempted, Received, Step
from chat_tui.domain.problems import ProblemError

if TYPE_CHECKING:
    from chat_tui.engine.exchange import Exchange
    from chat_tui.engine.workbench import Listener

Form: TypeAlias = Literal["text", "events", "summary"]


class ReplyWriter:
    """Listens to exchanges, one after the other. Retries and adaptations are told on standard error.

    Args:
        form: ``text``: the first choice's; ``events``: each event as a JSON line; ``summary``: nothing here.
    """

    fault: Exception | None
    """Why standard output could not be written any more; the exchange was stopped then, and what came is kept."""

    def __init__(self, form: Form) -> None:
        self.fault = None
        self._form = form
        self._flow = output.TextFlow()
        self._shown = 0

    def listener(self) -> Listener:
        """A listener for the next exchange.

        Raises:
            BrokenPipeError: The reader of standard output has gone.
            ProblemError: It cannot be written.
        """
        if self.fault is not None:
            raise self.fault
        self._flow, self._shown = output.TextFlow(), 0
        return self._listen

    def _listen(self, exchange: Exchange, step: Step) -> None:
        """Never raises: a listener is also called where nobody would catch it."""
        if self.fault is not None:
            return
        try:
            self._write(exchange, step)
        except (BrokenPipeError, ProblemError) as error:
            self.fault = error
            exchange.stop()

    def _write(self, exchange: Exchange, step: Step) -> None:
        if isinstance(step, Adapted):
            for note in step.notes:
                diagnostics.note(note)
        elif isinstance(step, Attempted):
            diagnostics.note(f"try {step.number} failed: {step.problem.sentence()} Again in {step.wait_s:.1f} s.")
        elif isinstance(step, Received) and self._form == "events":
            for event in step.events:
                output.json_line(event_object(event))
        elif isinstance(step, Received) and self._form == "text":
            self._write_text(exchange)
        if exchange.done and self._form == "text":
            self._flow.end()

    def _write_text(self, exchange: Exchange) -> None:
        first = next((choice for choice in exchange.reply.choices if choice.index == 0), None)
        pieces = first.content if first is not None else []
        for piece in pieces[self._shown :]:
            self._flow.add(piece)
        self._shown = len(pieces)


def write_rest(exchange: Exchange) -> None:
    """What the stream of the first choice did not show: refusals, tool calls, the other choices."""
    for choice in exchange.reply.choices:
        message = choice.message()
        if choice.index > 0:
            output.line(f"\n--- choice {choice.index + 1} ---")
            if choice.text():
                output.line(choice.text().removesuffix("\n"))
        refusal, calls = message.get("refusal"), message.get("tool_calls")
        if isinstance(refusal, str) and refusal:
            output.line(refusal)
        for call in calls if isinstance(calls, list) else []:
            output.json_line(call)
        if choice.finish_reason not in ("stop", "tool_calls", None):
            diagnostics.note(f"choice {choice.index + 1} ended with finish_reason {choice.finish_reason!r}")
        if choice.reasoning and not (choice.content or calls or refusal):
            diagnostics.note("the reply holds reasoning only; --json shows it")
