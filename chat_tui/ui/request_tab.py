"""The Request tab: what it shows and what its keys do."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.turns import body_of, last_turn
from chat_tui.engine.written_files import write_text
from chat_tui.ui.actions import footer
from chat_tui.ui.request_page import RequestPage
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

_FORMS: Final = {".sh": "curl", ".py": "python"}
"""Snippet format by file suffix; any other suffix means JSON."""

_Headers: TypeAlias = tuple[tuple[tuple[str, str], ...], str]
"""Header names and values, and why nothing can be sent with them; empty if it can."""
_NONE_YET: Final[_Headers] = (("Content-Type", "application/json"),), ""


class RequestTab:
    """Shows the request that would be sent now, compared with the last one sent."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._compare = False
        self._unfolded = False
        self._known_headers: dict[str, _Headers] = {}

    def refresh(self) -> None:
        """Update the tab."""
        panel = self._screen.panel
        panel.request.set_legend(tuple(footer(self._screen.services.options.keys, "request")))
        panel.show_request(self._page())

    def copy(self, form: str) -> None:
        """Copy the request to the terminal's clipboard.

        Args:
            form: A key of ``SNIPPETS``; empty: the JSON body.
        """
        try:
            self._screen.copy(self._written(form))
        except ProblemError as error:
            self._screen.tell_problem(error.problem)

    def ask_file(self) -> None:
        """Ask for a file and write the request to it, in the format of its suffix; nothing is overwritten."""
        question = "Save the request as .json, .sh (curl) or .py (openai package)"
        self._screen.windows.ask(question, "request.json", self._save)

    def _save(self, name: str | None) -> None:
        if name is None or not name.strip():
            return
        try:
            path = write_text(name.strip(), self._written(_FORMS.get(Path(name.strip()).suffix, "")))
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
        else:
            self._screen.tell(f"Saved to {path}.")

    def _written(self, form: str) -> str:
        """Write the request in a format.

        Raises:
            ProblemError: The provider is unknown, or a file attached by reference has changed.
        """
        from chat_tui.domain.snippets import SNIPPETS
        from chat_tui.engine.kept_files import whole_body

        body = whole_body(self._body())
        return SNIPPETS[form](self._screen.bench.provider, body) if form else dump_json(body, indent=2) + "\n"

    async def turn_difference(self) -> None:
        """Switch between the body and its difference from the last turn's."""
        self._compare = not self._compare or not self._in_view
        await self._show()

    async def turn_headers(self) -> None:
        """Fold or unfold the headers."""
        self._unfolded = not self._unfolded or not self._in_view
        self._known_headers.clear()
        await self._show()

    @property
    def _in_view(self) -> bool:
        place = self._screen.panel_place
        return place.display and bool(place.children) and self._screen.panel.tab == "Request"

    async def _show(self) -> None:
        """Open the tab and update it, because the palette works from anywhere."""
        await self._screen.windows.show_panel()
        self._screen.panel.open_tab("Request")
        self.refresh()

    def _body(self) -> JsonObject:
        return self._screen.bench.body(self._screen.panel_view.draft(), self._screen.attaching.parts)

    def _page(self) -> RequestPage:
        bench, provider = self._screen.bench, self._screen.panel_view.provider()
        last = last_turn(bench)
        headers, problem = self._headers(provider.id) if self._unfolded else (None, "")
        return RequestPage(
            target=f"POST {provider.base_url.rstrip('/')}{provider.path}",
            body=self._body(),
            own=bench.settings.own,
            staying=tuple(bench.staying()),
            headers=headers,
            headers_problem=problem,
            before=body_of(last) if last is not None else None,
            compare=self._compare,
        )

    def _headers(self, provider: str) -> _Headers:
        """Return the known headers of a provider's requests; the first call starts a worker that looks them up."""
        if provider not in self._known_headers:
            self._known_headers[provider] = _NONE_YET
            start_worker(self._screen, partial(self._look_up, provider), group="headers")
        return self._known_headers[provider]

    async def _look_up(self, provider: str) -> None:
        """Look up the headers, the endpoint in a thread: the key may come from a command or from the keyring."""
        endpoints = self._screen.services.endpoints
        try:
            endpoint = await asyncio.to_thread(endpoints.endpoint, provider)
        except ProblemError as error:
            found = _NONE_YET[0], error.problem.sentence()
        else:
            found = (*_NONE_YET[0], *endpoint.shown_headers().items()), ""
        self._known_headers[provider] = found
        if self._in_view:
            self.refresh()
