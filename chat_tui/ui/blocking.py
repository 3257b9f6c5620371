"""Shows the findings that block a message and lets the user decide what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chat_tui.domain.findings import Finding
from chat_tui.domain.unsetting import without_offenders
from chat_tui.engine.refusing import BlockedError
from chat_tui.ui.conversation_view import SYSTEM_KEY

if TYPE_CHECKING:
    from chat_tui.ui.screens.blocked import WayOn
    from chat_tui.ui.screens.chat import ChatScreen


class Blocking:
    """Asks the user and carries out the decision. The composer keeps its text until something is sent."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def ask(self, error: BlockedError, send: Callable[[bool], None]) -> None:
        """Show what blocks the message; ``send`` is called with whether to send anyway if the user decides to send."""
        from chat_tui.ui.screens.blocked import BlockedScreen

        bench = self._screen.bench
        catalogue = self._screen.services.catalogue
        settings, gone = without_offenders(catalogue, bench.provider, bench.settings, error.messages)

        def take(decision: WayOn | None) -> None:
            if decision is None:
                self._screen.composer.focus()
            elif decision.way == "go":
                self._screen.call_later(self.go_to, decision.finding)
            else:
                if decision.way == "unset":
                    self._screen.change(settings)
                send(decision.way == "anyway")

        self._screen.app.push_screen(BlockedScreen(error.findings, gone), take)

    async def go_to(self, finding: Finding) -> None:
        """Move the cursor to where a finding can be fixed: its row in the panel, or its message."""
        if finding.message is not None:
            self._go_to_message(finding.message)
            return
        await self._screen.windows.show_panel()
        self._screen.panel.open_parameter(finding.name)

    def _go_to_message(self, position: int) -> None:
        """Show the message at a position in the body, where the system prompt, if any, is the first message."""
        bench = self._screen.bench
        keys = [SYSTEM_KEY] if bench.settings.system else []
        keys += [node.id for node in bench.conversation.path()]
        if position < len(keys):
            self._screen.transcript.focus()
            self._screen.transcript.show_message(keys[position])
        else:
            self._screen.composer.focus()
