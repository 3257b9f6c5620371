"""Sending, stopping and requesting another reply: the link between the composer and a running exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chat_tui.domain.problems import ProblemError
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.refusing import BlockedError
from chat_tui.ui.slash import Command, Refused, parse

if TYPE_CHECKING:
    from chat_tui.domain.attachments import Attachment
    from chat_tui.ui.screens.chat import ChatScreen


class Sending:
    """Sends messages. The composer keeps its text until the request is sent, and gets it back if the request fails."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._unanswered: tuple[str, str, tuple[Attachment, ...]] | None = None
        """Exchange id, text and attachments of the last prompt, until its exchange has ended."""
        self._returned: tuple[str, str, tuple[Attachment, ...]] | None = None
        """Message id, text and attachments of the prompt that the composer got back last."""

    def submit(self) -> None:
        """On enter, run the command or send the message."""
        meant = parse(self._screen.composer.whole_text)
        if isinstance(meant, Refused):
            self._screen.tell(meant.sentence, severity="warning")
        elif isinstance(meant, Command):
            self._screen.commands.run(meant)
        elif self._screen.keys.ready(self.submit):
            self.send(meant.text)

    def send(self, text: str, *, anyway: bool = False) -> None:
        """Send a user message; an empty one opens the waiting tool calls. If refused, the composer is unchanged."""
        screen = self._screen
        parts = screen.attaching.parts
        if not text.strip() and not parts:
            screen.calling.open_at_end()
            return
        typed = screen.composer.whole_text
        try:
            exchange = screen.bench.send(text if text.strip() else "", screen.live.listen, parts=parts, anyway=anyway)
        except ProblemError as error:
            self._refused(error, lambda again: self.send(text, anyway=again))
            return
        if typed:
            screen.composer.remember(typed)
            screen.services.history.append(typed)
        screen.composer.empty()
        screen.drafting.forget()
        self._unanswered = (exchange.id, typed, screen.attaching.take())
        self.follow(exchange)

    def again(self, at: str | None = None, *, anyway: bool = False) -> None:
        """Request another reply to the last message that is not a reply, searched upwards from ``at`` or the head."""
        screen = self._screen
        if not screen.keys.ready(lambda: self.again(at, anyway=anyway)):
            return
        try:
            exchange = screen.bench.again(screen.live.listen, anyway=anyway, at=at)
        except ProblemError as error:
            self._refused(error, lambda again: self.again(at, anyway=again))
            return
        self._take_back(exchange)
        self.follow(exchange)

    def stop(self) -> bool:
        """Stop the running exchange; return whether there was one."""
        exchange = self._screen.live.exchange
        if exchange is None:
            return False
        exchange.stop()
        return True

    def ended(self, exchange: Exchange) -> None:
        """Update the screen after the engine has finished and saved an exchange."""
        screen = self._screen
        screen.views.conversation()
        screen.views.settings()
        screen.model_refreshing.answered(exchange)
        unanswered, self._unanswered = self._unanswered, None
        if unanswered is None or unanswered[0] != exchange.id or exchange.reply.choices or exchange.problem is None:
            return
        if not screen.composer.text:
            screen.composer.put(unanswered[1])
            screen.attaching.put_back(unanswered[2])
            self._returned = (exchange.head, unanswered[1], screen.attaching.held)

    def _take_back(self, exchange: Exchange) -> None:
        """Clear a returned prompt that is unchanged and now sent again, so that it is not sent twice."""
        screen, returned = self._screen, self._returned
        if returned != (exchange.head, screen.composer.whole_text, screen.attaching.held):
            return
        screen.composer.empty()
        screen.drafting.forget()
        self._unanswered = (exchange.id, returned[1], screen.attaching.take())

    def _refused(self, error: ProblemError, send: Callable[[bool], None]) -> None:
        if isinstance(error, BlockedError):
            self._screen.blocking.ask(error, send)
        else:
            self._screen.tell_problem(error.problem)

    def follow(self, exchange: Exchange) -> None:
        """Show an exchange that was started."""
        screen = self._screen
        screen.beside.leave()
        screen.live.begin(exchange)
        screen.panel_view.inspect(exchange)
        screen.views.conversation()
        screen.transcript.action_follow()
        screen.views.settings()
        screen.figures.start()
