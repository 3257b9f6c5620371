"""Updates the screen from the workbench, part by part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chat_tui.ui.actions import first_key, footer, scopes_of
from chat_tui.ui.widgets.composer import ANSWER_CALLS, WRITE
from chat_tui.ui.widgets.header import HeaderState
from chat_tui.ui.widgets.hint import HintState

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.transcript_feed import TranscriptFeed


class Views:
    """Each method reads the workbench and updates one part of the screen."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._feed: TranscriptFeed | None = None

    def first(self) -> None:
        """Update what the first paint shows; for an empty session that is only header and hint."""
        if self._something():
            self.everything()
        else:
            self.header()
            self._hint()

    def everything(self) -> None:
        """Update everything, after another workbench was put on the screen."""
        self.conversation()
        self.settings()
        last = next(reversed(self._screen.bench.exchanges.values()), None)
        self._screen.panel_view.inspect(last)

    def conversation(self) -> None:
        """Update the transcript, or the hint while the transcript is empty."""
        bench, screen = self._screen.bench, self._screen
        self._hint()
        self._composer()
        screen.figures.count_path()
        if self._feed is None and not self._something():
            return
        from chat_tui.ui.conversation_view import entries, live_key

        shown = entries(bench, markdown=screen.services.options.markdown)
        feed = self.mount_transcript()
        if screen.live.exchange is not None:
            feed.forget(live_key(screen.live.exchange))
        feed.sync(shown)
        screen.live.caught_up()
        screen.beside.refresh()
        screen.transcript.display = bool(shown)
        self.keys()

    def mount_transcript(self) -> TranscriptFeed:
        """Mount the transcript once, and return its feed."""
        if self._feed is None:
            from chat_tui.ui.transcript_feed import TranscriptFeed

            transcript = self._screen.transcript
            transcript.display = False
            self._screen.pane.mount(transcript)
            self._feed = TranscriptFeed(transcript)
        return self._feed

    def settings(self) -> None:
        """Update everything that depends on provider, model and parameters."""
        self.header()
        self._hint()
        self._screen.panel_view.refresh()
        self._screen.figures.count_tools()
        self._screen.figures.show()

    def keys(self) -> None:
        """Show the keys that work on the focused widget: on a message, only those that can do something with it."""
        screen = self._screen
        scopes = scopes_of(screen.focused.id if screen.focused is not None else None)
        idle = screen.messages.idle() if "message" in scopes else ()
        screen.status.show_keys(footer(screen.services.options.keys, *scopes, without=idle))

    def _hint(self) -> None:
        bench, keys = self._screen.bench, self._screen.services.options.keys
        self._screen.hint.display = not bench.conversation.path() and not bench.running
        self._screen.hint.show(HintState(bench.settings.provider, bench.settings.model, _shortened(bench.path), keys))

    def _composer(self) -> None:
        """Set the placeholder that says what the key that sends does in an empty composer."""
        screen = self._screen
        waiting = screen.bench.conversation.head and screen.calling.waiting_at_end()
        key = first_key("send", screen.services.options.keys)
        screen.composer.placeholder = ANSWER_CALLS.format(key) if waiting else WRITE

    def _something(self) -> bool:
        """Return whether the transcript has anything to show."""
        bench = self._screen.bench
        return bool(bench.conversation.nodes or bench.settings.system or bench.notices)

    def header(self) -> None:
        """Update the top line."""
        bench = self._screen.bench
        self._screen.header.show(
            HeaderState(
                provider=bench.settings.provider,
                model=bench.settings.model,
                title=bench.title,
                save_problem=bench.save_problem,
                offline=self._screen.services.options.offline,
                read_only=bench.read_only,
                kept=bench.path is not None,
                written=bool(bench.exchanges),
            )
        )


def _shortened(path: str | None) -> str | None:
    """Abbreviate the user's home in a path as ``~``."""
    home = str(Path.home())
    return f"~{path[len(home) :]}" if path is not None and path.startswith(home) else path
