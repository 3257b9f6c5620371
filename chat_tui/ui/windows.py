"""The side panel, the help, the find bar and the external editor: what opens and closes around the conversation."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from chat_tui.domain.problems import ProblemError
from chat_tui.ui.actions import BY_ID
from chat_tui.ui.editing import edit, editor_command
from chat_tui.ui.widgets.find_bar import FindBar

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class Windows:
    """Opens and closes; remembers nothing but what is on the screen."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def toggle_panel(self) -> None:
        """Go to the side panel, showing it where it is hidden; from within it, hide it."""
        panel = self._screen.panel
        if panel.display and panel.has_focus_within:
            panel.display = False
            self._screen.composer.focus()
        else:
            self.show_panel()
            panel.focus_view()

    def show_panel(self) -> None:
        """Show the side panel."""
        self._screen.panel.display = True

    def turn_tab(self, step: int) -> None:
        """Another tab of the panel; it is shown first."""
        if not self._screen.panel.display:
            self.show_panel()
        self._screen.panel.show_tab(step)

    def help(self, topic: str = "") -> bool:
        """Show the help, or that of one name; whether there is any."""
        from chat_tui.ui.help_text import general_help, topic_help
        from chat_tui.ui.screens.help import HelpScreen

        services = self._screen.services
        text = (
            topic_help(topic, services.catalogue, services.providers) if topic else general_help(services.options.keys)
        )
        if text is None:
            self._screen.tell(f"There is no parameter or command {topic}.", severity="warning")
            return False
        self._screen.app.push_screen(HelpScreen(text))
        return True

    def palette(self) -> None:
        """List every action; the chosen one is carried out."""
        from chat_tui.ui.palette import palette_choices
        from chat_tui.ui.screens.picker import Choice, Picker

        async def choices() -> Sequence[Choice]:
            return palette_choices(self._screen.services.options.keys)

        self._screen.app.push_screen(Picker("Commands", choices), self._chosen)

    def find(self) -> None:
        """Open the find bar."""
        screen = self._screen
        if not screen.query(FindBar):
            screen.query_one("#conversation").mount(FindBar(), before="#completion")

    def found(self, needle: str) -> None:
        """Go to the next place with this text."""
        found = self._screen.transcript.find(needle)
        self._screen.query_one(FindBar).say("" if found else "not found")

    def close_find(self) -> None:
        """Close the find bar."""
        self._screen.transcript.find("")
        self._screen.query(FindBar).remove()
        self._screen.composer.focus()

    def _chosen(self, action_id: str | None) -> None:
        if action_id is not None:
            self._screen.call_later(self._screen.run_action, BY_ID[action_id].method or f"do('{action_id}')")

    def editor(self) -> None:
        """The composer's text in the user's editor; the screen waits for it."""
        screen = self._screen
        try:
            command = editor_command(os.environ)
            with screen.app.suspend():
                text = edit(screen.composer.whole_text, command)
        except ProblemError as error:
            screen.tell_problem(error.problem)
        except SuspendNotSupported:
            screen.tell("An editor cannot be opened here.", severity="warning")
        else:
            screen.composer.put(text)
        screen.composer.focus()
