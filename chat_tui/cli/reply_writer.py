"""Writes a reply on standard output while it comes: its text, its events, or nothing until it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from chat_tui.cli import diagnostics, output
from chat_tui.cli.reply_text import ReplyText
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
        form: ``text``: what the first choice says; ``events``: each event as a JSON line; ``summary``: nothing here.
    """

    fault: Exception | None
    """Why standard output could not be written any more; the exchange was stopped then, and what came is kept."""

    def __init__(self, form: Form) -> None:
        self.fault = None
        self._form = form
        self._text = ReplyText()

    def listener(self) -> Listener:
        """A listener for the next exchange.

        Raises:
            BrokenPipeError: The reader of standard output has gone.
            ProblemError: It cannot be written.
        """
        if self.fault is not None:
            raise self.fault
        self._text = ReplyText()
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
            self._text.grow(exchange)
        if exchange.done and self._form == "text":
            self._text.end()
