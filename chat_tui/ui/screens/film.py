"""The film's screen: a recorded session played before one's eyes, with the panel as it was at each moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from chat_tui.domain.film import GAP_S, Film, Retried, film_of
from chat_tui.domain.literal import visible
from chat_tui.engine.player import Player
from chat_tui.engine.stage import Stage
from chat_tui.ui.actions import bindings, footer, key_words, keys_of
from chat_tui.ui.film.messages import FilmMessages, FilmTranscript
from chat_tui.ui.film.panel import FilmPanel
from chat_tui.ui.film.scrubber import Scrubber, ScrubberState
from chat_tui.ui.panel.parameters import ParametersView
from chat_tui.ui.panel.side_panel import SidePanel
from chat_tui.ui.widgets.header import Header, HeaderState
from chat_tui.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from textual.timer import Timer

    from chat_tui.engine.services import Services
    from chat_tui.ui.transcript.widget import Transcript

FRAME_S: Final = 1 / 30
_PANEL_BESIDE: Final = 100
_PANEL_FRAMES: Final = 4
"""The panel is brought up to date with one frame of so many while the film plays."""
_CAPS: Final = (None, 2.0, 0.5)
"""Longest pauses to choose from."""
_PANEL_KEYS: Final = ("panel", "panel.previous", "panel.next", "help")


class FilmScreen(Screen[None], inherit_bindings=False):
    """Plays at once; escape leaves. Nothing is sent, no tool is run, nothing is written.

    Args:
        services: For what is known of providers and parameters, and for the clock.
        film: What to play.
        speed: To begin with; ``math.inf`` does not wait.
        left: Called when the user has left.
    """

    DEFAULT_CSS = """
    FilmScreen { layout: vertical; layers: base over; background: $background; }
    FilmScreen #film { height: 1fr; }
    FilmScreen #film-messages { width: 1fr; height: 1fr; padding: 1 0 0 1; }
    FilmScreen.-flat #film-messages { padding: 0; }
    FilmScreen #film-panel { width: 46; height: 1fr; }
    FilmScreen.-broad #film-panel { width: 34%; max-width: 64; }
    FilmScreen.-narrow #film-panel {
        layer: over; dock: right; width: 100%; max-width: 50; min-width: 20; border-left: outer $panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("film"),
        *(Binding(keys_of(name, {}), f"film_{name.replace('.', '_')}", show=False, id=name) for name in _PANEL_KEYS),
        Binding("up", "jump(-1)", show=False),
        Binding("down", "jump(1)", show=False),
        Binding("home", "seek(0)", show=False),
        Binding("end", "seek(10)", show=False),
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
        *(Binding(str(tenth), f"seek({tenth})", show=False, priority=True) for tenth in range(10)),
    ]

    def __init__(
        self, services: Services, film: Film, *, speed: float = 1.0, left: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_PANEL_BESIDE, "-wide"), (150, "-broad")]
        self.VERTICAL_BREAKPOINTS = [(0, "-flat"), (14, "-tall")]
        self.player = Player(film, services.clock, speed=speed)
        self.stage = Stage(services, film.session)
        self.panel = SidePanel()
        self.transcript: Transcript = FilmTranscript(id="transcript")
        self._left = left
        self._place = Vertical(id="film-panel")
        self._header = Header()
        self._scrubber = Scrubber()
        panel_key = key_words(keys_of("panel", services.options.keys), short=True)
        self._status = StatusLine([*footer(services.options.keys, "film"), (panel_key, "panel")])
        self._messages = FilmMessages(self.transcript, self.stage, markdown=services.options.markdown)
        self._panel = FilmPanel(self.panel, self.stage)
        self._staged = (-1, 0, 0)
        self._timer: Timer | None = None
        self._frames = 0
        self._beside: bool | None = None

    def compose(self) -> ComposeResult:
        """Header, transcript beside the panel, scrubber, keys."""
        yield self._header
        with Horizontal(id="film"):
            with Vertical(id="film-messages"):
                yield self.transcript
            with self._place:
                yield self.panel
        yield self._scrubber
        yield self._status

    def on_mount(self) -> None:
        """Play."""
        self.transcript.focus()
        for notice in self.player.film.session.notices:
            self._tell(notice)
        self._timer = self.set_interval(FRAME_S, self._tick, pause=True)
        self.action_play()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The film's keys belong to what is being typed, while something is."""
        del parameters
        return not (self._typing and action in ("play", "step", "jump", "seek", "speed", "cap", "leave"))

    def action_play(self) -> None:
        """Play or pause."""
        if self.player.playing:
            self.player.pause()
        else:
            self.player.play()
            self.transcript.action_follow()
        self._show()

    def action_step(self, steps: int) -> None:
        """So many things further or back, standing still."""
        self.player.step(steps)
        self._show()

    def action_jump(self, turns: int) -> None:
        """To the start of another turn."""
        self.player.jump(turns)
        self._show(follow=True)

    def action_seek(self, tenths: float) -> None:
        """To a tenth of the film."""
        self.player.seek(self.player.film.length_s * tenths / 10)
        self._show(follow=True)

    def action_speed(self, step: int) -> None:
        """The next higher or lower speed."""
        self.player.turn_speed(step)
        self._show()

    async def action_cap(self) -> None:
        """Another longest pause; the place stays."""
        caps = [*_CAPS]
        idle_s = caps[(caps.index(self._idle_s) + 1) % len(caps)] if self._idle_s in caps else None
        film = self.player.film
        gap_s = GAP_S if idle_s is None else min(GAP_S, idle_s)
        self.player.show(await asyncio.to_thread(film_of, film.session, gap_s=gap_s, idle_s=idle_s))
        self._show()

    def action_leave(self) -> None:
        """Close the panel where it lies over the messages, else leave."""
        if self.has_class("-narrow") and self._place.display:
            self._place.display = False
            self.transcript.focus()
        else:
            self.player.pause()
            self.dismiss()
            if self._left is not None:
                self._left()

    def action_film_panel(self) -> None:
        """Go to the panel; from within, hide it."""
        if self._place.display and self._place.has_focus_within:
            self._place.display = False
            self.transcript.focus()
        else:
            self._place.display = True
            self._show()
            self.panel.focus_view()

    def action_film_panel_next(self) -> None:
        """Next tab."""
        self._turn_tab(1)

    def action_film_panel_previous(self) -> None:
        """Previous tab."""
        self._turn_tab(-1)

    def action_film_help(self) -> None:
        """The keys."""
        from chat_tui.ui.help_text import general_help
        from chat_tui.ui.screens.help import HelpScreen

        self.player.pause()
        self._show()
        self.app.push_screen(HelpScreen(general_help(self.stage.services.options.keys, first="film")))

    def action_do(self, action_id: str) -> None:
        """The panel's own keys: what copies does so, nothing else can be done in a film."""
        if action_id in ("request.copy_json", "reply.copy"):
            view = self.panel.request if action_id.startswith("request") else self.panel.reply
            self._copy(view.copied_text())
        else:
            self._tell("The film shows what was; leave it with esc to go on.")

    def _turn_tab(self, step: int) -> None:
        focused = self._place.display and self.panel.has_focus_within
        self._place.display = True
        self.panel.show_tab(step)
        if focused:  # a tab that is built by this can take the focus once it is there
            self.call_after_refresh(self.panel.focus_view)

    @property
    def _typing(self) -> bool:
        if not self.panel.has_focus_within:
            return False
        if self.panel.tab != "Events":
            return self.panel.parameters.draft is not None
        from chat_tui.ui.panel.events.head_view import EventsHead

        return any(head.draft is not None for head in self.panel.query(EventsHead))

    # Messages of the widgets

    @on(SidePanel.TabShown)
    def _tab_shown(self) -> None:
        self._panel.show(self.player.scene.record)

    @on(ParametersView.Changed)
    def _turned(self) -> None:
        self._panel.restore()
        self._tell("Nothing can be changed in a film: this is what was set.")

    @on(Scrubber.Sought)
    def _sought(self, event: Scrubber.Sought) -> None:
        self.action_seek(event.fraction * 10)

    @on(FilmTranscript.CopyAsked)
    def _copy_asked(self, event: FilmTranscript.CopyAsked) -> None:
        self._copy(event.text)

    def on_resize(self, event: events.Resize) -> None:
        """Below 100 columns the panel lies over the messages and does not open by itself."""
        beside = event.size.width >= _PANEL_BESIDE
        if beside != self._beside:
            self._beside = beside
            self._place.display = self._place.has_focus_within or beside
        self.call_after_refresh(self._show)

    # Frames

    def _tick(self) -> None:
        if self.app.screen is not self:
            return
        if self.player.tick():
            self._show()
        else:
            self._scrub()

    def _show(self, *, follow: bool = False) -> None:
        """Everything of the present moment; costs what has changed since the last one."""
        player, scene = self.player, self.player.scene
        if self._timer is not None:
            (self._timer.resume if player.playing else self._timer.pause)()
        staged = (player.version, id(scene.conversation), id(scene.record))
        if staged != self._staged:
            self._staged = staged
            self.stage.show(scene)
            self._show_header()
        self._messages.show(player)
        if follow:
            self.transcript.action_follow()
        self._frames += 1
        if self._place.display and (not player.playing or self._frames % _PANEL_FRAMES == 0):
            self._panel.show(scene.record)
        self._scrub()

    def _show_header(self) -> None:
        settings, title = self.stage.settings, self.stage.title
        self._header.show(HeaderState(provider=settings.provider, model=settings.model, title=title, read_only=True))

    def _scrub(self) -> None:
        player = self.player
        turn = player.turn
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
        """What happens at this moment, in a word or two."""
        playing, waiting = self.player.scene.playing, self.player.scene.waiting
        if isinstance(waiting, Retried):
            return f"waits to try again ({waiting.number})"
        if playing is None:
            return ""
        if playing.events:
            return f"event {len(playing.events):,}"
        return "waits for an answer" if playing.status is None else f"status {playing.status}"

    @property
    def _idle_s(self) -> float | None:
        turn = self.player.turn
        return turn.idle_s if turn is not None else None

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self._tell(f"Copy sent to the terminal: {len(text):,} characters.")

    def _tell(self, text: str) -> None:
        self.notify(visible(text), markup=False, timeout=4.0)
