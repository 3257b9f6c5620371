"""The Request tab: the exact request to be sent, or its difference from the last one."""

from __future__ import annotations

from textual import events
from textual.message import Message

from chat_tui.domain.json_values import dump_json
from chat_tui.ui.actions import bindings, footer
from chat_tui.ui.body_lines import BodyLines
from chat_tui.ui.panel.lines_view import LinesView
from chat_tui.ui.request_page import RequestPage, request_lines


class RequestView(LinesView):
    """Shows URL, headers and JSON body, live; ``y`` copies the JSON without the marks for invisible characters."""

    BINDINGS = bindings("request")

    class Pasted(Message):
        """Text was pasted while the tab had the focus."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._page: RequestPage | None = None
        self._body_lines = BodyLines()
        self.set_legend(tuple(footer({}, "request")))

    def show(self, page: RequestPage) -> None:
        """Show a page; an unchanged page costs nothing."""
        if self._page is None or not page.same_as(self._page):
            self._page = page
            self.set_lines(request_lines(page, self._body_lines))

    def copied_text(self) -> str:
        """Return the body as JSON."""
        return dump_json(self._page.body if self._page is not None else {}, indent=2)

    def on_paste(self, event: events.Paste) -> None:
        """Forward pasted text, which may be a request to import."""
        event.stop()
        self.post_message(self.Pasted(event.text))
