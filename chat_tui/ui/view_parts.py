"""The parts of the chat screen that display something, each imported and created on first use."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from textual.screen import Screen

if TYPE_CHECKING:
    from chat_tui.ui.completion_view import CompletionView
    from chat_tui.ui.event_tracing import EventTracing
    from chat_tui.ui.exchange_view import ExchangeView
    from chat_tui.ui.format_view import FormatView
    from chat_tui.ui.live_figures import LiveFigures
    from chat_tui.ui.panel.side_panel import SidePanel
    from chat_tui.ui.panel_view import PanelView
    from chat_tui.ui.reply_tab import ReplyTab
    from chat_tui.ui.request_tab import RequestTab
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.side_by_side import SideBySide
    from chat_tui.ui.token_view import TokenView
    from chat_tui.ui.transcript.widget import Transcript
    from chat_tui.ui.tree_view import TreeView
    from chat_tui.ui.views import Views
    from chat_tui.ui.windows import Windows


class ViewParts(Screen[None], inherit_bindings=False):
    """The parts that display the workbench. Imports are local, because the first paint needs few of them."""

    @property
    def _chat(self) -> ChatScreen:
        return cast("ChatScreen", self)

    @cached_property
    def transcript(self) -> Transcript:
        """The message list."""
        from chat_tui.ui.colours import shown_pictures
        from chat_tui.ui.transcript.widget import Transcript

        return Transcript(id="transcript", pictures=shown_pictures(self._chat.services))

    @cached_property
    def panel(self) -> SidePanel:
        """The side panel."""
        from chat_tui.ui.panel.side_panel import SidePanel

        return SidePanel()

    @cached_property
    def views(self) -> Views:
        """Updates the screen."""
        from chat_tui.ui.views import Views

        return Views(self._chat)

    @cached_property
    def panel_view(self) -> PanelView:
        """Updates the panel."""
        from chat_tui.ui.panel_view import PanelView

        return PanelView(self._chat)

    @cached_property
    def live(self) -> ExchangeView:
        """Follows the running exchange."""
        from chat_tui.ui.exchange_view import ExchangeView

        ticks_s, ended = self._chat.services.clock.ticks_s, self._chat.sending.ended
        return ExchangeView(lambda: self.transcript, ticks_s, ended, self.beside.follow)

    @cached_property
    def figures(self) -> LiveFigures:
        """The right side of the status line."""
        from chat_tui.ui.live_figures import LiveFigures

        return LiveFigures(self._chat)

    @cached_property
    def completing(self) -> CompletionView:
        """Shows tab completions."""
        from chat_tui.ui.completion_view import CompletionView

        return CompletionView(self._chat)

    @cached_property
    def beside(self) -> SideBySide:
        """Shows sibling messages in columns."""
        from chat_tui.ui.side_by_side import SideBySide

        return SideBySide(self._chat)

    @cached_property
    def tree_view(self) -> TreeView:
        """Opens the list of branches."""
        from chat_tui.ui.tree_view import TreeView

        return TreeView(self._chat)

    @cached_property
    def tracing(self) -> EventTracing:
        """Links events to their text and back."""
        from chat_tui.ui.event_tracing import EventTracing

        return EventTracing(self._chat)

    @cached_property
    def request_tab(self) -> RequestTab:
        """Shows the request that would be sent."""
        from chat_tui.ui.request_tab import RequestTab

        return RequestTab(self._chat)

    @cached_property
    def reply_tab(self) -> ReplyTab:
        """Shows the response."""
        from chat_tui.ui.reply_tab import ReplyTab

        return ReplyTab(self._chat)

    @cached_property
    def tokens(self) -> TokenView:
        """Shows the tokens of a message."""
        from chat_tui.ui.token_view import TokenView

        return TokenView(self._chat)

    @cached_property
    def format_view(self) -> FormatView:
        """Shows a reply's JSON as a tree."""
        from chat_tui.ui.format_view import FormatView

        return FormatView(self._chat)

    @cached_property
    def windows(self) -> Windows:
        """Opens and closes the panel, the overlays and the dialogs."""
        from chat_tui.ui.windows import Windows

        return Windows(self._chat)
