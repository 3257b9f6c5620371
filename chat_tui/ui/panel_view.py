"""Updates the visible tab of the side panel; a hidden panel and hidden tabs cost nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.findings import Finding
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session import RecordedExchange
from chat_tui.engine.exchange import Exchange

if TYPE_CHECKING:
    from chat_tui.engine.tokens import SessionTokens
    from chat_tui.ui.screens.chat import ChatScreen


class PanelView:
    """Shows the workbench and one exchange in the side panel."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._record: Exchange | RecordedExchange | None = None
        self._choice: int | None = None

    @property
    def record(self) -> Exchange | RecordedExchange | None:
        """The exchange shown in the Reply and Events tabs."""
        return self._record

    def inspect(self, record: Exchange | RecordedExchange | None, choice: int | None = None) -> None:
        """Show this exchange, and this choice of it, in the Reply and Events tabs from now on."""
        self._record, self._choice = record, choice
        self.refresh()

    def refresh(self) -> None:
        """Update the visible tab."""
        if not self._shows():
            return
        panel = self._screen.panel
        if panel.tab == "Parameters":
            self._parameters()
        elif panel.tab == "Request":
            self._screen.request_tab.refresh()
        elif panel.tab == "Reply":
            self._screen.reply_tab.refresh(self._record, self._choice)
        elif self._record is not None:
            panel.show_events(self._record.events, self._record.comments, self._record.id)
        else:
            panel.show_events([])

    def tick(self) -> None:
        """Update the tabs that show time while an exchange runs."""
        if self._shows("Reply", "Events"):
            self.refresh()

    def typed(self) -> None:
        """Update the tabs that depend on the composer's text."""
        if self._shows("Parameters", "Request"):
            self.refresh()

    def findings(self) -> list[Finding]:
        """Return the current findings; an unknown provider has none."""
        try:
            return self._screen.bench.findings(self.draft(), self._screen.attaching.parts)
        except ProblemError:
            return []

    def _shows(self, *tabs: str) -> bool:
        """Return whether the panel is visible and, if tabs are named, shows one of them."""
        place = self._screen.panel_place
        return place.display and bool(place.children) and (not tabs or self._screen.panel.tab in tabs)

    def _parameters(self) -> None:
        bench, parameters = self._screen.bench, self._screen.panel.parameters
        parameters.tokens = parameters.tokens or self._tokens()
        parameters.chosen_keys = self._screen.services.options.keys
        parameters.show(
            catalogue=self._screen.services.catalogue,
            provider=self.provider(),
            settings=bench.settings,
            sent=bench.sent,
            findings=self.findings(),
            knowledge=bench.knowledge,
            now_ms=int(self._screen.services.clock.now_s() * 1000),
        )

    def _tokens(self) -> SessionTokens:
        from chat_tui.engine.tokens import SessionTokens

        return SessionTokens(self._screen.services, lambda: self._screen.bench.settings)

    def draft(self) -> str:
        """Return the message that enter would send; empty while a command is being typed."""
        draft = self._screen.composer.whole_text
        return "" if draft.startswith("/") and not draft.startswith("//") else draft

    def provider(self) -> Provider:
        """Return the provider of the settings, or a placeholder for an unknown one."""
        name = self._screen.bench.settings.provider
        known = self._screen.services.providers.get(name)
        return known or Provider(id=name, title=name, base_url="(unknown provider)", path="")
