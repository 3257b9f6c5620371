"""Brings what is on the screen up to date with the workbench, part by part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.findings import Finding
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session import RecordedExchange
from chat_tui.engine.exchange import Exchange
from chat_tui.ui.conversation_view import entries, live_key
from chat_tui.ui.reply_lines import reply_lines
from chat_tui.ui.transcript_feed import TranscriptFeed
from chat_tui.ui.widgets.header import HeaderState
from chat_tui.ui.widgets.hint import HintState

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class Views:
    """Each method reads the workbench and gives one part of the screen what it shows."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._feed = TranscriptFeed(screen.transcript)

    def everything(self) -> None:
        """All of it: another workbench is on the screen."""
        self.conversation()
        self.settings()
        last = next(reversed(self._screen.bench.exchanges.values()), None)
        if last is not None:
            self.record(last)
        else:
            self._screen.panel.show_reply([])
            self._screen.panel.show_events([])

    def conversation(self) -> None:
        """The transcript, or the hint while there is nothing in it."""
        screen = self._screen
        shown = entries(screen.bench, markdown=screen.services.options.markdown)
        if screen.live.exchange is not None:
            self._feed.forget(live_key(screen.live.exchange))
        self._feed.sync(shown)
        screen.live.caught_up()
        empty = not screen.bench.conversation.path() and not screen.bench.running
        screen.hint.display = empty
        screen.transcript.display = not empty or bool(shown)
        screen.figures.count_path()

    def settings(self) -> None:
        """Everything that follows from provider, model and parameters."""
        screen, bench = self._screen, self._screen.bench
        self.header()
        screen.hint.show(HintState(bench.settings.provider, bench.settings.model, _shortened(bench.path)))
        screen.panel.parameters.show(
            catalogue=screen.services.catalogue,
            provider=self._provider(),
            settings=bench.settings,
            sent=bench.sent,
            findings=self.findings(),
        )
        self.request()
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

    def request(self) -> None:
        """The Request tab: the body as it would go out with what is in the composer."""
        screen = self._screen
        if screen.panel.tab != "Request":
            return
        provider = self._provider()
        draft = screen.composer.whole_text
        body = screen.bench.body("" if draft.startswith("/") and not draft.startswith("//") else draft)
        screen.panel.show_request(body, f"POST {provider.base_url.rstrip('/')}{provider.path}")

    def record(self, record: Exchange | RecordedExchange, *, open_tab: bool = False) -> None:
        """The Reply and Events tabs: one exchange."""
        panel = self._screen.panel
        panel.show_reply(reply_lines(record))
        panel.show_events(record.events, record.comments)
        if open_tab:
            self._screen.windows.show_panel()
            panel.open_tab("Reply")

    def findings(self) -> list[Finding]:
        """What is wrong or doubtful now; nothing for a provider that is not known."""
        try:
            return self._screen.bench.findings()
        except ProblemError:
            return []

    def _provider(self) -> Provider:
        name = self._screen.bench.settings.provider
        known = self._screen.services.providers.get(name)
        return known or Provider(id=name, title=name, base_url="(unknown provider)", path="")


def _shortened(path: str | None) -> str | None:
    """A path with ``~`` for the user's home."""
    home = str(Path.home())
    return f"~{path[len(home) :]}" if path is not None and path.startswith(home) else path
