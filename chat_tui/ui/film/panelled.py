"""A screen of messages with the side panel beside them: where the panel stands, and the keys that belong to it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from chat_tui.ui.actions import first_key, keys_of
from chat_tui.ui.colours import shown_pictures
from chat_tui.ui.film.messages import FilmTranscript
from chat_tui.ui.film.panel import FilmPanel
from chat_tui.ui.notes import copy_text, note
from chat_tui.ui.panel.parameters import ParametersView
from chat_tui.ui.panel.side_panel import SidePanel

if TYPE_CHECKING:
    from chat_tui.engine.stage import Stage

_BESIDE: Final = 100
"""Columns from which on the panel stands beside the messages instead of over them."""
_SHARED_KEYS: Final = ("panel", "panel.previous", "panel.next", "help", "copy")
"""Actions that have the same keys as in the conversation."""


class PanelledScreen(Screen[None], inherit_bindings=False):
    """Base of the film's screen: all that is not playing.

    Args:
        stage: What the panel tells of. Nothing can be changed in it.
    """

    DEFAULT_CSS = """
    PanelledScreen #film-panel { width: 46; height: 1fr; }
    PanelledScreen.-broad #film-panel { width: 34%; max-width: 64; }
    PanelledScreen.-narrow #film-panel {
        layer: over; dock: right; width: 100%; max-width: 50; min-width: 20; border-left: outer $panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(keys_of(name, {}), f"film_{name.replace('.', '_')}", show=False, id=name) for name in _SHARED_KEYS),
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_BESIDE, "-wide"), (150, "-broad")]
        self.VERTICAL_BREAKPOINTS = [(0, "-flat"), (14, "-tall")]
        self.stage = stage
        self.panel = SidePanel()
        self.panel_place = Vertical(id="film-panel")
        self.transcript = FilmTranscript(id="transcript", pictures=shown_pictures(stage.services))
        self.told = FilmPanel(self.panel, stage)
        """What gives the panel's tabs their contents."""
        self._beside: bool | None = None

    @abstractmethod
    def show(self) -> None:
        """Bring everything up to the present moment."""

    @property
    def typing(self) -> bool:
        """Something is being typed into the panel."""
        if not self.panel.has_focus_within:
            return False
        if self.panel.tab != "Events":
            return self.panel.parameters.draft is not None
        from chat_tui.ui.panel.events.head_view import EventsHead

        return any(head.draft is not None for head in self.panel.query(EventsHead))

    def close_panel(self) -> bool:
        """Close the panel where it lies over the messages; whether it did."""
        covers = self.has_class("-narrow") and self.panel_place.display
        if covers:
            self.panel_place.display = False
            self.transcript.focus()
        return covers

    def tell(self, text: str) -> None:
        """A note that goes away by itself."""
        note(self, text)

    def copy(self, text: str) -> None:
        """Send text to the terminal's clipboard."""
        copy_text(self, text)

    def action_film_panel(self) -> None:
        """Go to the panel; from within, hide it."""
        if self.panel_place.display and self.panel_place.has_focus_within:
            self.panel_place.display = False
            self.transcript.focus()
        else:
            self.panel_place.display = True
            self.show()
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

        self.app.push_screen(HelpScreen(general_help(self.stage.services.options.keys, first="film")))

    def action_film_copy(self) -> None:
        """Copy what is selected."""
        selected = self.get_selected_text()
        if selected:
            self.copy(selected)
        else:
            keys = self.stage.services.options.keys
            leave, end = first_key("film.leave", keys), first_key("quit", keys)
            self.tell(f"Nothing is selected. {leave} leaves the film, {end} quits.")

    def action_do(self, action_id: str) -> None:
        """The panel's own keys: what copies does so, nothing else can be done in a film."""
        if action_id in ("request.copy_json", "reply.copy"):
            view = self.panel.request if action_id.startswith("request") else self.panel.reply
            self.copy(view.copied_text())
        else:
            leave = first_key("film.leave", self.stage.services.options.keys)
            self.tell(f"The film shows what was; leave it with {leave} to go on.")

    def _turn_tab(self, step: int) -> None:
        focused = self.panel_place.display and self.panel.has_focus_within
        self.panel_place.display = True
        self.panel.show_tab(step)
        if focused:  # a tab that is built by this can take the focus once it is there
            self.call_after_refresh(self.panel.focus_view)

    @on(ParametersView.Changed)
    def _turned(self) -> None:
        self.told.restore()
        self.tell("Nothing can be changed in a film: this is what was set.")

    @on(FilmTranscript.CopyAsked)
    def _copy_asked(self, event: FilmTranscript.CopyAsked) -> None:
        self.copy(event.text)

    def on_resize(self, event: events.Resize) -> None:
        """In little room the panel does not open by itself."""
        beside = event.size.width >= _BESIDE
        if beside != self._beside:
            self._beside = beside
            self.panel_place.display = self.panel_place.has_focus_within or beside
        self.call_after_refresh(self.show)
