"""Writes a reply to standard output as it arrives: as text, as events, or not at all."""

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
    """Listens to exchanges, one after the other. Retries and adaptations are reported on stderr.

    Args:
        form: ``text``: text of the first choice; ``events``: each event as a JSON line; ``summary``: nothing.
    """

    fault: Exception | None
    """Why writing to standard output failed; the exchange was then stopped, and what was received is saved."""

    def __init__(self, form: Form) -> None:
        self.fault = None
        self._form = form
        self._text = ReplyText()

    def listener(self) -> Listener:
        """Return a listener for the next exchange.

        Raises:
            BrokenPipeError: The reader of standard output has closed the pipe.
            ProblemError: Standard output cannot be written.
        """
        if self.fault is not None:
            raise self.fault
        self._text = ReplyText()
        return self._listen

    def _listen(self, exchange: Exchange, step: Step) -> None:
        """Write a step. Never raises, since a listener may be called where nothing would catch it."""
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
            diagnostics.note(
                f"attempt {step.number} failed, retrying in {step.wait_s:.1f} s: {step.problem.sentence()}"
            )
        elif isinstance(step, Received) and self._form == "events":
            for event in step.events:
                output.json_line(event_object(event))
        elif isinstance(step, Received) and self._form == "text":
            self._text.grow(exchange)
        if exchange.done and self._form == "text":
            self._text.end()
