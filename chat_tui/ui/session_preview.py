"""A preview of the last lines of a session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.formats.facts import choice_of, exchange_of
from chat_tui.domain.literal import visible, visible_line
from chat_tui.domain.message_parts import part_lines
from chat_tui.domain.reply_media import media_lines
from chat_tui.domain.session import Session, SessionSummary
from chat_tui.ui.literal import literal
from chat_tui.ui.workers import start_worker

_MOST_CHARACTERS: Final = 600
_WIDEST: Final = 40
_AFTER_S: Final = 0.12
"""Delay before a session is read, while the cursor may still move."""


class SessionPreview(Static):
    """Follows the cursor of the list, if there is room for it.

    Args:
        load: Returns a session by its path, or why it cannot be read; called in a thread.
    """

    def __init__(self, load: Callable[[str], Session | str], *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, markup=False)
        self._load = load
        self._session: SessionSummary | None = None

    def follow(self, session: SessionSummary | None) -> None:
        """Show the end of a session once the cursor rests on it."""
        self._session = session
        if self.display and self.size.width:
            start_worker(self, partial(self._read, session), group="session-preview", exclusive=True)

    def on_resize(self) -> None:
        """Reload after the available space changed."""
        self.follow(self._session)

    async def _read(self, session: SessionSummary | None) -> None:
        if session is None:
            self.update("")
            return
        await asyncio.sleep(_AFTER_S)
        found = await asyncio.to_thread(self._load, session.path)
        lines = max(4, self.size.height - 2)
        self.update(literal(found) if isinstance(found, str) else preview(found, lines))


def preview(session: Session, lines: int) -> Content:
    """Format the end of the selected path: speaker and last words of each message, within ``lines`` lines."""
    found: list[Content] = []
    left = lines
    for node in reversed(session.conversation.path()):
        if left < 2:
            break
        text = _text(session, node).strip()
        shown = text[-_MOST_CHARACTERS:]
        body = [line for line in visible(shown).split("\n") if line.strip()][-(left - 1) :]
        cut = "… " if len(shown) < len(text) else ""
        speaker = visible_line(str(node.message.get("role", "")))[:_WIDEST]
        found.append(Content.assemble((speaker, "$accent"), "\n", cut, ("\n".join(body), "$foreground 80%"), "\n"))
        left -= len(body) + len(shown) // _WIDEST + 2
    return Content("\n").join(reversed(found)) if found else Content.styled("no messages yet", "$foreground 60%")


def _text(session: Session, node: Node) -> str:
    """Return the text of a message, and a line for each part that is not text."""
    choice, exchange = choice_of(session, node), exchange_of(session, node)
    said = text_of(node.message) or ("".join(choice.said()) if choice is not None else "")
    media = media_lines(choice, exchange.asked) if choice is not None and exchange is not None else ()
    return "\n".join([said, *(part_lines(node.message) if choice is None else ()), *media])
