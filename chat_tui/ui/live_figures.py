"""Updates the right side of the status line; its timer runs only while an exchange does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.timer import Timer

from chat_tui.domain.conversation import text_of
from chat_tui.domain.json_values import dump_json
from chat_tui.domain.literal import visible_line
from chat_tui.domain.tool_definitions import tools_of
from chat_tui.domain.tools import calls_of
from chat_tui.ui.figures import count, estimated_tokens, running_figures

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

TICK_S: Final = 0.2
_COVERED_TICKS: Final = 5
"""While a dialog covers the screen, only one tick in this many is shown: each repaints the whole dimmed screen."""


class LiveFigures:
    """Shows the running exchange, or an estimate of the tokens that would be sent."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._timer: Timer | None = None
        self._path_characters = 0
        self._tools_characters = 0
        self._ticks = 0

    def start(self) -> None:
        """Start the timer when an exchange begins."""
        if self._timer is None:
            self._timer = self._screen.set_interval(TICK_S, self._tick)
        self.show()

    def count_path(self) -> None:
        """Count the characters of the path once, tool calls included, after conversation or system prompt changed."""
        bench = self._screen.bench
        path = bench.conversation.path()
        said = sum(len(text_of(node.message)) for node in path)
        said += sum(len(call.name) + len(call.arguments) for node in path for call in calls_of(node))
        self._path_characters = said + len(bench.settings.system or "")

    def count_tools(self) -> None:
        """Count the characters of the tools once, after the settings changed."""
        self._tools_characters = sum(len(dump_json(tool)) for tool in tools_of(self._screen.bench.settings))

    def show(self) -> None:
        """Update the status line."""
        screen = self._screen
        exchange = screen.bench.current
        if exchange is None or exchange.done:
            self._stop()
            characters = self._path_characters + self._tools_characters + len(screen.composer.whole_text)
            tokens = estimated_tokens(characters)
            screen.status.show(Content.styled(f"≈ {count(tokens)} tok" if tokens else "", "$foreground 70%"))
            return
        screen.panel_view.tick()
        figures = visible_line(
            running_figures(
                exchange,
                now_s=screen.services.clock.ticks_s(),
                waiting_since_s=screen.live.waiting_since_s,
                data_at_s=screen.live.data_at_s,
                width=screen.size.width,
            )
        )
        paused = "" if screen.transcript.following else "paused, end follows · "
        screen.status.show(
            Content.assemble((paused, "$warning"), (figures, "$warning" if exchange.waiting is not None else "$accent"))
        )

    def _tick(self) -> None:
        self._ticks += 1
        if self._screen.is_active or self._ticks % _COVERED_TICKS == 0:
            self.show()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
