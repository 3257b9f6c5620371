"""What happens when a message may not be sent: the findings are shown, and the user decides."""

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
    """Asks, and carries out the answer. The composer keeps its text until something is sent."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def ask(self, error: BlockedError, send: Callable[[bool], None]) -> None:
        """Show what blocks; ``send`` is called again with whether to send anyway, if it comes to that."""
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
        """Put the cursor where a finding can be put right: on its row of the panel, or on its message."""
        if finding.message is not None:
            self._go_to_message(finding.message)
            return
        await self._screen.windows.show_panel()
        self._screen.panel.open_parameter(finding.name)

    def _go_to_message(self, position: int) -> None:
        """A position counts as in the body: the system prompt is the first where there is one."""
        bench = self._screen.bench
        keys = [SYSTEM_KEY] if bench.settings.system else []
        keys += [node.id for node in bench.conversation.path()]
        if position < len(keys):
            self._screen.transcript.focus()
            self._screen.transcript.show_message(keys[position])
        else:
            self._screen.composer.focus()
