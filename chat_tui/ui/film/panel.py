"""The side panel of a film: each tab as it was at the current position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.turns import body_of, turn_before
from chat_tui.ui.reply.page import ReplyPage
from chat_tui.ui.request_page import RequestPage

if TYPE_CHECKING:
    from chat_tui.domain.session import RecordedExchange
    from chat_tui.engine.stage import Stage
    from chat_tui.ui.panel.side_panel import SidePanel

_LEGEND = (("y", "copy"),)


class FilmPanel:
    """Updates the visible tab; hidden tabs cost nothing."""

    def __init__(self, panel: SidePanel, stage: Stage) -> None:
        self._panel = panel
        self._stage = stage
        self._settings: tuple[SessionSettings, SessionSettings | None] | None = None
        self._page: ReplyPage | None = None
        self._request: tuple[RecordedExchange | None, RequestPage] | None = None

    def show(self, record: RecordedExchange | None) -> None:
        """Update the visible tab.

        Args:
            record: The exchange that is playing or was played last; it is one of the stage's.
        """
        if self._panel.tab == "Parameters":
            self._parameters()
        elif self._panel.tab == "Request":
            self._panel.request.set_legend(_LEGEND)
            self._panel.show_request(self._request_page(record))
        elif self._panel.tab == "Reply":
            self._panel.reply.set_legend(_LEGEND)
            self._reply(record)
        elif record is not None:
            self._panel.show_events(record.events, record.comments, record.id)
        else:
            self._panel.show_events([])

    def restore(self) -> None:
        """Undo changes the user tried on the Parameters tab."""
        self._settings = None
        self._parameters()

    def _parameters(self) -> None:
        stage = self._stage
        shown = (stage.settings, stage.sent)
        if shown == self._settings:
            return
        self._settings = shown
        name = stage.settings.provider
        provider = stage.services.providers.get(name)
        self._panel.parameters.show(
            catalogue=stage.services.catalogue,
            provider=provider or Provider(id=name, title=name, base_url="(unknown provider)", path=""),
            settings=stage.settings,
            sent=stage.sent,
            findings=(),
        )

    def _reply(self, record: RecordedExchange | None) -> None:
        if record is None:
            self._panel.show_reply([])
            return
        if self._page is None or self._page.turn is not record:
            self._page = ReplyPage(self._stage, record)
        self._panel.show_reply(self._page.rows())

    def _request_page(self, record: RecordedExchange | None) -> RequestPage:
        """Return the page of the request that was sent; cached, because it does not change while the reply plays."""
        known = self._request
        if known is not None and (known[0] is record or (record and known[0] and known[0].id == record.id)):
            return known[1]
        page = RequestPage(target="Nothing has been sent yet.", body={}) if record is None else self._sent(record)
        self._request = (record, page)
        return page

    def _sent(self, record: RecordedExchange) -> RequestPage:
        request, before = record.request, turn_before(self._stage, record)
        headers, method, url = (request.get(name) for name in ("headers", "method", "url"))
        return RequestPage(
            target=f"{method if isinstance(method, str) else ''} {url if isinstance(url, str) else ''}",
            body=body_of(record),
            own=self._stage.settings.own,
            headers=tuple((name, str(value)) for name, value in headers.items()) if isinstance(headers, dict) else (),
            before=body_of(before) if before is not None else None,
        )
