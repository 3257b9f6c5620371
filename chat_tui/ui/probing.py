"""Opens the probe of the selected model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.problems import ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.probing.cases import ProbePlan
    from chat_tui.ui.screens.chat import ChatScreen


class Probing:
    """Creates the probe screen with a plan for the current settings."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def open(self) -> None:
        """Show the stored probe card, or ask whether to run a probe; nothing is sent yet."""
        from chat_tui.ui.screens.probe import ProbeScreen

        if not self._screen.keys.ready(self.open):
            return
        try:
            window = ProbeScreen(self._screen.services, self._plan, self._screen.views.settings)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return
        self._screen.app.push_screen(window)

    def _plan(self, everything: bool) -> ProbePlan:
        from chat_tui.engine.probe import plan_probe

        settings = self._screen.bench.settings
        return plan_probe(self._screen.services, settings.provider, settings.model, everything=everything)
