"""What follows the composer's text at a distance: the kept draft, the request's body, the estimate of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.timer import Timer

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

PAUSE_S: Final = 0.3
"""Typing is over when nothing was typed for that long."""


class Drafting:
    """Waits for a pause in typing, then brings everything up to date once."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._timer: Timer | None = None
        self._kept = ""
        self._session = ""
        """Under which path it is kept."""

    @property
    def resting(self) -> bool:
        """Nothing is waiting for a pause."""
        return self._timer is None

    def restore(self) -> None:
        """Put the draft of the last run into the composer."""
        if not self._screen.composer.text:
            self.change_session()

    def change_session(self) -> None:
        """Another session is on the screen: its draft and attachments take the place of those of the one before."""
        before, self._session = self._session, self._path()
        if "attaching" in vars(self._screen):
            self._screen.attaching.change_session(before, self._session)
        text = self._kept = self._screen.services.draft.load(self._session)
        if text != self._screen.composer.whole_text:
            self._screen.composer.put(text)

    def edited(self) -> None:
        """The text changed."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(PAUSE_S, self._paused)

    def forget(self) -> None:
        """The text was sent; what is typed from now on belongs to a session that is written."""
        self._screen.services.draft.clear(self._session)
        self._kept, self._session = "", self._path()

    def keep(self) -> None:
        """Save the text now, if it is not saved already."""
        text = self._screen.composer.whole_text
        if text != self._kept:
            self._kept = text
            self._screen.services.draft.save(text, self._session)

    def _path(self) -> str:
        """Of the session's file; empty as long as nothing was said in it."""
        bench = self._screen.bench
        return bench.path or "" if bench.conversation.nodes else ""

    def _paused(self) -> None:
        self._timer = None
        self.keep()
        self._screen.panel_view.typed()
        self._screen.figures.show()
