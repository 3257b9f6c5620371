"""Reacts to the composer's text with a delay: saves the draft, updates the panel and the token estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.timer import Timer

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

PAUSE_S: Final = 0.3
"""Typing counts as paused after this long without a change."""


class Drafting:
    """Waits for a pause in typing, then updates everything once."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._timer: Timer | None = None
        self._kept = ""
        self._session = ""
        """The session path under which the draft is saved."""

    @property
    def resting(self) -> bool:
        """Whether no update is pending."""
        return self._timer is None

    def restore(self) -> None:
        """Put the draft of the previous run into the composer."""
        if not self._screen.composer.text:
            self.change_session()

    def change_session(self) -> None:
        """Replace the draft and the attachments after another session was put on the screen."""
        before, self._session = self._session, self._path()
        if "attaching" in vars(self._screen):
            self._screen.attaching.change_session(before, self._session)
        text = self._kept = self._screen.services.draft.load(self._session)
        if text != self._screen.composer.whole_text:
            self._screen.composer.put(text)

    def edited(self) -> None:
        """Restart the pause timer after the text changed."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(PAUSE_S, self._paused)

    def forget(self) -> None:
        """Clear the draft after sending; the next draft is saved under the session's path, which may be new."""
        self._screen.services.draft.clear(self._session)
        self._kept, self._session = "", self._path()

    def carried_out(self, typed: str) -> None:
        """Remove a command from the composer, unless the text there has changed since, and add it to the history."""
        composer = self._screen.composer
        if typed and composer.whole_text == typed:
            composer.empty()
            composer.remember(typed)
            self.forget()

    def keep(self) -> None:
        """Save the text now, unless it is saved already."""
        text = self._screen.composer.whole_text
        if text != self._kept:
            self._kept = text
            self._screen.services.draft.save(text, self._session)

    def _path(self) -> str:
        """Return the path of the session's file; empty while the conversation is empty."""
        bench = self._screen.bench
        return bench.path or "" if bench.conversation.nodes else ""

    def _paused(self) -> None:
        self._timer = None
        self.keep()
        self._screen.panel_view.typed()
        self._screen.figures.show()
