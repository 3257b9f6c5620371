"""The side panel: four tabs, each created when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.ui.panel.parameters import ParametersView
from chat_tui.ui.panel.tab_bar import TabBar

if TYPE_CHECKING:
    from chat_tui.ui.panel.events.tab import EventsTab
    from chat_tui.ui.panel.reply import ReplyView
    from chat_tui.ui.panel.request import RequestView
    from chat_tui.ui.reply.rows import Row
    from chat_tui.ui.request_page import RequestPage

TABS: Final = ("Parameters", "Request", "Reply", "Events")


class SidePanel(Widget):
    """Parameters, Request, Reply and Events. Updates of a hidden tab are deferred until it is shown."""

    DEFAULT_CSS = """
    SidePanel {
        layout: vertical;
        width: 1fr;
        background: $surface;
        padding: 0 0 0 1;
        & > .panel--view { height: 1fr; }
    }
    """

    class TabShown(Message):
        """Another tab, one of ``TABS``, became visible and should be updated."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self.parameters = ParametersView()
        """The Parameters tab; update it with its ``show``."""
        self._built: dict[str, Widget] = {TABS[0]: self.parameters}
        self._bar = TabBar(TABS)
        self._pending: dict[str, Callable[[], None]] = {}
        self._tab = TABS[0]

    def compose(self) -> ComposeResult:
        """Compose the tab bar and the first tab."""
        self.parameters.add_class("panel--view")
        yield self._bar
        yield self.parameters

    @property
    def tab(self) -> str:
        """The visible tab, one of ``TABS``."""
        return self._tab

    @property
    def view(self) -> Widget:
        """The widget of the visible tab."""
        return self._built[self._tab]

    @cached_property
    def request(self) -> RequestView:
        """The Request tab."""
        from chat_tui.ui.panel.request import RequestView

        return RequestView()

    @cached_property
    def reply(self) -> ReplyView:
        """The Reply tab."""
        from chat_tui.ui.panel.reply import ReplyView

        return ReplyView()

    @cached_property
    def events(self) -> EventsTab:
        """The Events tab."""
        from chat_tui.ui.panel.events.tab import EventsTab

        return EventsTab()

    def action_show_tab(self, step: int) -> None:
        """Go ``step`` tabs forward, wrapping around."""
        self.show_tab(step)

    def show_tab(self, step: int) -> None:
        """Go ``step`` tabs forward, wrapping around."""
        self.open_tab(TABS[(TABS.index(self._tab) + step) % len(TABS)])

    def open_tab(self, tab: str) -> None:
        """Show a tab; the focus moves to it if it was in the panel."""
        if tab == self._tab:
            return
        focused = self.has_focus_within
        self._tab = tab
        if tab not in self._built:
            built = self.request if tab == TABS[1] else self.reply if tab == TABS[2] else self.events
            built.add_class("panel--view")
            self._built[tab] = built
            self.mount(built)
        for name, view in self._built.items():
            view.display = name == tab
        self._bar.activate(TABS.index(tab))
        if (give := self._pending.pop(tab, None)) is not None:
            give()
        if focused:
            self.view.focus()
        self.post_message(self.TabShown(tab))

    def open_parameter(self, name: str) -> None:
        """Move the cursor and the focus to a parameter, or to the nearest one around it that has a row."""
        self.open_tab(TABS[0])
        self.parameters.filter = ""
        while name and not self.parameters.put_cursor_on(name):
            name = name[: max(name.rfind("."), name.rfind("["), 0)]
        self.focus_view()

    def focus_view(self) -> None:
        """Focus the visible tab."""
        self.view.focus()

    def show_request(self, page: RequestPage) -> None:
        """Show the request that would be sent now."""
        self._give(TABS[1], lambda: self.request.show(page))

    def show_reply(self, rows: Sequence[Row]) -> None:
        """Show labels and values about a reply; see ``ReplyView.show``."""
        self._give(TABS[2], lambda: self.reply.show(rows))

    def show_events(self, events: Sequence[StreamEvent], comments: Sequence[Comment] = (), exchange: str = "") -> None:
        """Show everything that has arrived for an exchange; ``exchange`` is its id."""
        self._give(TABS[3], lambda: self.events.show(events, comments, exchange))

    @on(TabBar.Chosen)
    def _chosen(self, event: TabBar.Chosen) -> None:
        event.stop()
        self.open_tab(TABS[event.index])

    def _give(self, tab: str, give: Callable[[], None]) -> None:
        if tab == self._tab:
            give()
        else:
            self._pending[tab] = give
