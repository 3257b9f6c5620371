"""A screen of messages with a side panel: the panel's place, and the keys that belong to it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from chat_tui.ui.action_table import IN_FILMS
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
"""Minimum width in columns at which the panel is placed beside the messages instead of over them."""


class PanelledScreen(Screen[None], inherit_bindings=False):
    """Base of the film screen with everything but the playing.

    Args:
        stage: The data shown in the panel, read-only.
    """

    DEFAULT_CSS = """
    PanelledScreen #film-panel { width: 46; height: 1fr; }
    PanelledScreen.-broad #film-panel { width: 34%; max-width: 64; }
    PanelledScreen.-narrow #film-panel {
        layer: over; dock: right; width: 100%; max-width: 50; min-width: 20; border-left: outer $panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(keys_of(name, {}), f"film_{name.replace('.', '_')}", show=False, id=name) for name in IN_FILMS),
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
        """Updates the panel's tabs."""
        self._beside: bool | None = None

    @abstractmethod
    def show(self) -> None:
        """Update everything to the current position."""

    @property
    def typing(self) -> bool:
        """Whether the user is typing in the panel."""
        if not self.panel.has_focus_within:
            return False
        if self.panel.tab != "Events":
            return self.panel.parameters.draft is not None
        from chat_tui.ui.panel.events.head_view import EventsHead

        return any(head.draft is not None for head in self.panel.query(EventsHead))

    def close_panel(self) -> bool:
        """Close the panel if it lies over the messages; return whether it did."""
        covers = self.has_class("-narrow") and self.panel_place.display
        if covers:
            self.panel_place.display = False
            self.transcript.focus()
        return covers

    def tell(self, text: str) -> None:
        """Show a notification that disappears by itself."""
        note(self, text)

    def copy(self, text: str) -> None:
        """Copy text to the terminal's clipboard."""
        copy_text(self, text)

    def action_film_panel(self) -> None:
        """Focus the panel; if it has the focus, hide it."""
        if self.panel_place.display and self.panel_place.has_focus_within:
            self.panel_place.display = False
            self.transcript.focus()
        else:
            self.panel_place.display = True
            self.show()
            self.panel.focus_view()

    def action_film_panel_next(self) -> None:
        """Show the next tab."""
        self._turn_tab(1)

    def action_film_panel_previous(self) -> None:
        """Show the previous tab."""
        self._turn_tab(-1)

    def action_film_help(self) -> None:
        """Show the help on keys."""
        from chat_tui.ui.help_text import general_help
        from chat_tui.ui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(general_help(self.stage.services.options.keys, first="film")))

    def action_film_copy(self) -> None:
        """Copy the selection."""
        selected = self.get_selected_text()
        if selected:
            self.copy(selected)
        else:
            keys = self.stage.services.options.keys
            leave, end = first_key("film.leave", keys), first_key("quit", keys)
            self.tell(f"Nothing is selected. {leave} leaves the film, {end} quits.")

    def action_do(self, action_id: str) -> None:
        """Handle the panel's own actions: copying works, everything else is refused in a film."""
        if action_id in ("request.copy_json", "reply.copy"):
            view = self.panel.request if action_id.startswith("request") else self.panel.reply
            self.copy(view.copied_text())
        else:
            leave = first_key("film.leave", self.stage.services.options.keys)
            self.tell(f"Not available in a film; press {leave} to leave it first.")

    def _turn_tab(self, step: int) -> None:
        focused = self.panel_place.display and self.panel.has_focus_within
        self.panel_place.display = True
        self.panel.show_tab(step)
        if focused:  # a tab created by this call can take the focus only once it is mounted
            self.call_after_refresh(self.panel.focus_view)

    @on(ParametersView.Changed)
    def _turned(self) -> None:
        self.told.restore()
        self.tell("A film shows the recorded settings; they cannot be changed.")

    @on(FilmTranscript.CopyAsked)
    def _copy_asked(self, event: FilmTranscript.CopyAsked) -> None:
        self.copy(event.text)

    def on_resize(self, event: events.Resize) -> None:
        """Show or hide the panel when the width crosses the limit: on a narrow screen it does not open by itself."""
        beside = event.size.width >= _BESIDE
        if beside != self._beside:
            self._beside = beside
            self.panel_place.display = self.panel_place.has_focus_within or beside
        self.call_after_refresh(self.show)
