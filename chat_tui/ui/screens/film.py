"""The film screen: plays a recorded session, with the panel as it was at each moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from chat_tui.domain.film import GAP_S, Film, film_of
from chat_tui.engine.player import Player
from chat_tui.engine.stage import Stage
from chat_tui.ui.actions import bindings, footer, key_words, keys_of
from chat_tui.ui.film.messages import FilmMessages
from chat_tui.ui.film.panelled import PanelledScreen
from chat_tui.ui.film.scrubber import Scrubber, ScrubberState
from chat_tui.ui.panel.side_panel import SidePanel
from chat_tui.ui.transcript.pacing import FRAME_S
from chat_tui.ui.widgets.header import Header, HeaderState
from chat_tui.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from textual.timer import Timer

    from chat_tui.domain.conversation import Conversation
    from chat_tui.domain.scene import Scene
    from chat_tui.domain.session import RecordedExchange
    from chat_tui.engine.services import Services

_PANEL_FRAMES: Final = 4
"""While the film plays, the panel is updated once in this many frames."""
_CAPS: Final = (None, 2.0, 0.5)
"""The longest pauses to choose from, in seconds; None: as recorded."""
_OWN_ACTIONS: Final = ("play", "step", "jump", "seek", "speed", "cap", "leave")


class FilmScreen(PanelledScreen):
    """Starts playing at once; escape leaves. It sends nothing, runs no tool and writes nothing.

    Args:
        services: Provides the providers, the catalogue and the clock.
        film: The film to play.
        speed: Initial speed; ``math.inf`` does not wait.
        left: Called after the user has left.
    """

    DEFAULT_CSS = """
    FilmScreen { layout: vertical; layers: base over; background: $background; }
    FilmScreen #film { height: 1fr; }
    FilmScreen #film-messages { width: 1fr; height: 1fr; padding: 1 0 0 1; }
    FilmScreen.-flat #film-messages { padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("film"),
        Binding("up", "jump(-1)", show=False),
        Binding("down", "jump(1)", show=False),
        Binding("home", "seek(0)", show=False),
        Binding("end", "seek(10)", show=False),
        *(Binding(str(tenth), f"seek({tenth})", show=False, priority=True) for tenth in range(10)),
    ]

    def __init__(
        self, services: Services, film: Film, *, speed: float = 1.0, left: Callable[[], None] | None = None
    ) -> None:
        super().__init__(Stage(services, film.session))
        self.player = Player(film, services.clock, speed=speed)
        self._left = left
        self._header = Header()
        self._scrubber = Scrubber()
        panel_key = key_words(keys_of("panel", services.options.keys), short=True)
        self._status = StatusLine([*footer(services.options.keys, "film"), (panel_key, "panel")])
        self._messages = FilmMessages(self.transcript, self.stage, markdown=services.options.markdown)
        self._staged: tuple[Scene | None, Conversation | None, RecordedExchange | None] = (None, None, None)
        self._timer: Timer | None = None
        self._frames = 0
        self._panel_behind = False

    def compose(self) -> ComposeResult:
        """Compose the header, the transcript beside the panel, the scrubber and the keys."""
        yield self._header
        with Horizontal(id="film"):
            with Vertical(id="film-messages"):
                yield self.transcript
            with self.panel_place:
                yield self.panel
        yield self._scrubber
        yield self._status

    def on_mount(self) -> None:
        """Start playing."""
        self.transcript.focus()
        for notice in self.player.film.session.notices:
            self.tell(notice)
        self._timer = self.set_interval(FRAME_S, self._tick, pause=True)
        self.action_play()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the film's keys while the user types in an input."""
        del parameters
        return action not in _OWN_ACTIONS or not self.typing

    def action_play(self) -> None:
        """Play or pause."""
        if self.player.playing:
            self.player.pause()
            self.show()
        else:
            self.player.play()
            self._show_and_follow()

    def action_step(self, steps: int) -> None:
        """Pause and move by a number of steps, negative for back."""
        self.player.step(steps)
        self.show()

    def action_jump(self, turns: int) -> None:
        """Jump to the start of another turn."""
        self.player.jump(turns)
        self._show_and_follow()

    def action_seek(self, tenths: float) -> None:
        """Jump to a tenth of the film's length."""
        self.player.seek(self.player.film.length_s * tenths / 10)
        self._show_and_follow()

    def action_speed(self, step: int) -> None:
        """Switch to the next higher or lower speed."""
        self.player.turn_speed(step)
        self.show()

    async def action_cap(self) -> None:
        """Switch to the next longest pause, keeping the position in the film."""
        caps = [*_CAPS]
        idle_s = caps[(caps.index(self._idle_s) + 1) % len(caps)] if self._idle_s in caps else None
        gap_s = GAP_S if idle_s is None else min(GAP_S, idle_s)
        session = self.player.film.session
        self.player.show(await asyncio.to_thread(film_of, session, gap_s=gap_s, idle_s=idle_s))
        self.show()

    def action_leave(self) -> None:
        """Close the panel if it lies over the messages, else leave."""
        if not self.close_panel():
            self.player.pause()
            self.dismiss()
            if self._left is not None:
                self._left()

    @on(SidePanel.TabShown)
    def _tab_shown(self) -> None:
        self.told.show(self.player.scene.record)

    @on(Scrubber.Sought)
    def _sought(self, event: Scrubber.Sought) -> None:
        self.action_seek(event.fraction * 10)

    # Frames

    def on_screen_suspend(self) -> None:
        """Pause while another screen lies above."""
        self.player.pause()

    def _tick(self) -> None:
        if self.player.tick() or not self.player.playing:
            self.show()
        else:
            self._tell_panel()
            self._scrub()

    def _show_and_follow(self) -> None:
        self.show()
        self.transcript.action_follow()

    def show(self) -> None:
        """Update everything to the current position; the cost depends on what has changed."""
        player, scene = self.player, self.player.scene
        if self._timer is not None:
            (self._timer.resume if player.playing else self._timer.pause)()
        staged = (scene, scene.conversation, scene.record)
        if any(now is not before for now, before in zip(staged, self._staged, strict=True)):
            self._staged = staged
            self.stage.show(scene)
            settings = self.stage.settings
            self._header.show(
                HeaderState(provider=settings.provider, model=settings.model, title=self.stage.title, read_only=True)
            )
        self._messages.show(player)
        self._panel_behind = True
        self._tell_panel()
        self._scrub()

    def _tell_panel(self) -> None:
        """Update the panel if it is due; in a pause of the film it catches up with the frames that it left out."""
        self._frames += 1
        due = not self.player.playing or self._frames % _PANEL_FRAMES == 0
        if self._panel_behind and due and self.panel_place.display:
            self.told.show(self.player.scene.record)
            self._panel_behind = False

    def _scrub(self) -> None:
        player, turn = self.player, self.player.turn
        self._scrubber.show(
            ScrubberState(
                time_s=player.time_s,
                length_s=player.film.length_s,
                starts_s=player.film.starts,
                turn=player.number,
                title=turn.title if turn is not None else "",
                state="playing" if player.playing else "end" if player.over else "paused",
                doing=self._doing(),
                speed=player.speed,
                idle_s=self._idle_s,
            )
        )

    def _doing(self) -> str:
        """Describe what happens at this moment in a few words."""
        playing, waiting = self.player.scene.playing, self.player.scene.waiting
        if waiting is not None:
            return f"waiting to retry ({waiting.number})"
        if playing is None:
            return ""
        if playing.events:
            return f"event {len(playing.events):,}"
        return "waiting for a response" if playing.status is None else f"status {playing.status}"

    @property
    def _idle_s(self) -> float | None:
        turn = self.player.turn
        return turn.idle_s if turn is not None else None
