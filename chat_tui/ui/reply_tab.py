"""The Reply tab: what it shows and what its keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.change_lines import told
from chat_tui.domain.json_diff import diff
from chat_tui.engine.turns import Turn, settings_of
from chat_tui.ui.actions import footer
from chat_tui.ui.reply.page import ReplyPage

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class ReplyTab:
    """Shows the inspected exchange in the Reply tab."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._page: ReplyPage | None = None
        self._unfolded = False

    def refresh(self, turn: Turn | None, choice: int | None) -> None:
        """Update the tab."""
        panel = self._screen.panel
        panel.reply.set_legend(tuple(footer(self._screen.services.options.keys, "reply")))
        if turn is None:
            panel.show_reply([])
            return
        if self._page is None or self._page.turn is not turn:
            self._page = ReplyPage(self._screen.bench, turn)
        panel.show_reply(self._page.rows(choice=choice, all_headers=self._unfolded))

    def copy(self) -> None:
        """Copy the tab's text to the terminal's clipboard."""
        self._screen.copy(self._screen.panel.reply.copied_text())

    async def turn_headers(self) -> None:
        """Fold or unfold the headers that seldom matter."""
        self._unfolded = not self._unfolded
        await self._screen.windows.show_panel()
        self._screen.panel.open_tab("Reply")
        self._screen.panel_view.refresh()

    def use_again(self) -> None:
        """Set provider, model, system prompt and parameters as they were for this reply, in one change."""
        screen = self._screen
        turn = screen.panel_view.record
        if turn is None:
            screen.tell("There is no reply to take settings from.", severity="warning")
            return
        now, then = screen.bench.settings, settings_of(screen.bench, turn)
        if then.provider not in screen.services.providers:
            screen.tell(
                f"The provider {then.provider} is not configured; still using {now.provider}.", severity="warning"
            )
            then = replace(then, provider=now.provider, model=now.model)
        if then == now:
            screen.tell("These settings are already in use.")
            return
        changes = diff(now.parameters, then.parameters)
        others = [name for name in ("provider", "model", "system") if getattr(now, name) != getattr(then, name)]
        screen.change(then)
        screen.views.conversation()
        screen.tell(f"Restored from that reply: {' · '.join([*others, *filter(None, [told(changes, most=5)])])}")
