"""Brings what is on the screen up to date with the workbench, part by part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chat_tui.ui.conversation_view import entries, live_key
from chat_tui.ui.transcript_feed import TranscriptFeed
from chat_tui.ui.widgets.header import HeaderState
from chat_tui.ui.widgets.hint import HintState

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class Views:
    """Each method reads the workbench and gives one part of the screen what it shows."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._feed: TranscriptFeed | None = None

    def everything(self) -> None:
        """All of it: another workbench is on the screen."""
        self.conversation()
        self.settings()
        self._screen.panel_view.inspect(next(reversed(self._screen.bench.exchanges.values()), None))

    def conversation(self) -> None:
        """The transcript, or the hint while there is nothing in it."""
        screen = self._screen
        shown = entries(screen.bench, markdown=screen.services.options.markdown)
        if shown:
            self.mount_transcript()
        if self._feed is not None:
            if screen.live.exchange is not None:
                self._feed.forget(live_key(screen.live.exchange))
            self._feed.sync(shown)
            screen.live.caught_up()
            screen.transcript.display = bool(shown)
        screen.hint.display = not screen.bench.conversation.path() and not screen.bench.running
        screen.figures.count_path()

    def mount_transcript(self) -> None:
        """Load the transcript and put it in its place, once."""
        if self._feed is None:
            transcript = self._screen.transcript
            transcript.display = False
            self._screen.pane.mount(transcript)
            self._feed = TranscriptFeed(transcript)

    def settings(self) -> None:
        """Everything that follows from provider, model and parameters."""
        screen, bench = self._screen, self._screen.bench
        self.header()
        screen.hint.show(HintState(bench.settings.provider, bench.settings.model, _shortened(bench.path)))
        screen.panel_view.refresh()
        screen.figures.show()

    def header(self) -> None:
        """The top line."""
        bench = self._screen.bench
        self._screen.header.show(
            HeaderState(
                provider=bench.settings.provider,
                model=bench.settings.model,
                title=bench.title,
                save_problem=bench.save_problem,
                read_only=bench.read_only,
                kept=bench.path is not None,
                written=bool(bench.exchanges),
            )
        )


def _shortened(path: str | None) -> str | None:
    """A path with ``~`` for the user's home."""
    home = str(Path.home())
    return f"~{path[len(home) :]}" if path is not None and path.startswith(home) else path
