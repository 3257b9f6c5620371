"""The side panel: four tabs, of which only those looked at are ever built."""

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
    """Parameters, Request, Reply and Events. What a hidden tab is given waits, unrendered, until it is shown."""

    DEFAULT_CSS = """
    SidePanel {
        layout: vertical;
        width: 46;
        min-width: 36;
        background: $surface;
        padding: 0 0 0 1;
        & > .panel--view { height: 1fr; }
    }
    """

    class TabShown(Message):
        """Another tab is in view: one of ``TABS``. The moment to give it what it should show."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self.parameters = ParametersView()
        """The Parameters tab; give it values with its ``show``."""
        self._built: dict[str, Widget] = {TABS[0]: self.parameters}
        self._bar = TabBar(TABS)
        self._pending: dict[str, Callable[[], None]] = {}
        self._tab = TABS[0]

    def compose(self) -> ComposeResult:
        """The names and the first tab."""
        self.parameters.add_class("panel--view")
        yield self._bar
        yield self.parameters

    @property
    def tab(self) -> str:
        """The tab in view, one of ``TABS``."""
        return self._tab

    @property
    def view(self) -> Widget:
        """The view of that tab."""
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
        """Go ``step`` tabs on, round and round."""
        self.show_tab(step)

    def show_tab(self, step: int) -> None:
        """Go ``step`` tabs on, round and round."""
        self.open_tab(TABS[(TABS.index(self._tab) + step) % len(TABS)])

    def open_tab(self, tab: str) -> None:
        """Bring a tab into view; the focus moves along if it was in the panel."""
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
        """Put the cursor on a parameter, or on the one around it that has a row, with the focus."""
        self.open_tab(TABS[0])
        self.parameters.filter = ""
        while name and not self.parameters.put_cursor_on(name):
            name = name[: max(name.rfind("."), name.rfind("["), 0)]
        self.focus_view()

    def focus_view(self) -> None:
        """Give the tab in view the focus."""
        self.view.focus()

    def show_request(self, page: RequestPage) -> None:
        """The request as it would go out now."""
        self._give(TABS[1], lambda: self.request.show(page))

    def show_reply(self, rows: Sequence[Row]) -> None:
        """Labels and values about a reply; see ``ReplyView.show``."""
        self._give(TABS[2], lambda: self.reply.show(rows))

    def show_events(self, events: Sequence[StreamEvent], comments: Sequence[Comment] = (), exchange: str = "") -> None:
        """Everything that has arrived so far for an exchange; ``exchange`` is its id."""
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
