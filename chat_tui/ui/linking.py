"""The links of a message: listed, shown in full, and opened only after a further key press."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from chat_tui.domain.links import Link, links_of, noted, refusal
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.turns import choice_of
from chat_tui.ui.choices import Choice
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.screens.link import Wish

_LONGEST: Final = 200
"""Maximum number of characters of a URL that the list shows."""


class Linking:
    """Fetches nothing itself; a link is passed to the browser after the user has seen its whole URL."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def choose(self) -> None:
        """List the links of the current message."""
        node = self._screen.messages.current()
        links = links_of(noted(node.message, choice_of(self._screen.bench, node))) if node is not None else ()
        if not links:
            self._screen.tell("This message has no links.", severity="warning")
            return

        async def load() -> Sequence[Choice]:
            return [Choice(str(place), _line(place + 1, link), _detail(link)) for place, link in enumerate(links)]

        def chosen(place: str | None) -> None:
            if place is not None:
                self._show(links[int(place)])

        self._screen.windows.pick("Links in this message", load, chosen)

    def _show(self, link: Link) -> None:
        from chat_tui.ui.screens.link import LinkScreen

        def answered(wish: Wish | None) -> None:
            if wish == "copy":
                self._screen.copy(link.target)
            elif wish == "open":
                start_worker(self._screen, partial(self._open, link.target), group="link")

        self._screen.app.push_screen(LinkScreen(link), answered)

    async def _open(self, address: str) -> None:
        """Open a URL in the browser that shows the workbench, if one does, else in the system's browser."""
        from chat_tui.ui.browser import open_address

        if self._screen.app.is_web and not refusal(address):
            self._screen.app.open_url(address)
            return

        secret = [provider.key_env for provider in self._screen.services.providers.values() if provider.key_env]
        try:
            await asyncio.to_thread(open_address, address, os.environ, secret=secret)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
        else:
            self._screen.tell("Passed to the browser.")


def _line(number: int, link: Link) -> str:
    """Format a link for the list, cutting a very long URL; the dialog shows all of it."""
    target = link.target
    if len(target) > _LONGEST:
        target = f"{target[:_LONGEST]}… ({len(target):,} characters)"
    return f"[{link.cited}] {target}" if link.cited else f"{number}  {target}"


def _detail(link: Link) -> str:
    reason = refusal(link.target)
    return " · ".join(part for part in (link.title, f"not opened: {reason}" if reason else "") if part)
