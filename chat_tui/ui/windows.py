"""Opens and closes the side panel, the help, the palette, lists, the find bar and the external editor."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from textual.app import SuspendNotSupported

from chat_tui.domain.problems import ProblemError
from chat_tui.ui.action_table import Scope
from chat_tui.ui.choices import Choice
from chat_tui.ui.keymap import BY_ID
from chat_tui.ui.widgets.find_bar import FindBar

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


_TABS: Final[Mapping[Scope, str]] = {"parameters": "Parameters", "events": "Events"}
"""The tabs that carry out actions themselves."""


class Windows:
    """Opens and closes windows; its only state is what is on the screen."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    async def toggle_panel(self) -> None:
        """Show and focus the side panel; if it has the focus, hide it."""
        place = self._screen.panel_place
        if place.display and place.has_focus_within:
            place.display = False
            self._screen.composer.focus()
        else:
            await self.show_panel()
            self._screen.panel.focus_view()

    async def show_panel(self) -> None:
        """Show the side panel and update it."""
        self._screen.panel_place.display = True
        await self.mount_panel()

    async def mount_panel(self) -> None:
        """Mount the side panel once, and update it."""
        if not self._screen.panel_place.children:
            await self._screen.panel_place.mount(self._screen.panel)
        self._screen.panel_view.refresh()

    async def turn_tab(self, step: int) -> None:
        """Show the panel and switch to another tab."""
        await self.show_panel()
        self._screen.panel.show_tab(step)

    def help(self, topic: str = "") -> bool:
        """Show the help, or that of one name; return whether there is any."""
        from chat_tui.ui.help_text import general_help, topic_help
        from chat_tui.ui.screens.help import HelpScreen

        services = self._screen.services
        lines = (
            topic_help(topic, services.catalogue, services.providers) if topic else general_help(services.options.keys)
        )
        if lines is None:
            self._screen.tell(f"There is no parameter or command named {topic}.", severity="warning")
            return False
        self._screen.app.push_screen(HelpScreen(lines))
        return True

    def palette(self) -> None:
        """List all actions and run the chosen one."""
        from chat_tui.ui.palette import palette_choices

        async def choices() -> Sequence[Choice]:
            return palette_choices(self._screen.services.options.keys, columns=self._screen.beside.shown)

        self.pick("Commands", choices, self._chosen)

    def pick(
        self,
        title: str,
        load: Callable[[], Awaitable[Sequence[Choice]]],
        then: Callable[[str | None], None],
        *,
        own_text: bool = False,
        current: str = "",
        highlighted: Callable[[str], None] | None = None,
    ) -> None:
        """Open a list; ``then`` is called with the chosen value, or None. Other arguments as of ``Picker``."""
        from chat_tui.ui.screens.picker import Picker

        picker = Picker(title, load, own_text=own_text, current=current, highlighted=highlighted)
        self._screen.app.push_screen(picker, then)

    def ask(self, question: str, answer: str, then: Callable[[str | None], None]) -> None:
        """Ask for one line of text; ``then`` is called with it, or with None."""
        from chat_tui.ui.screens.ask import Ask

        self._screen.app.push_screen(Ask(question, answer), then)

    def find(self) -> None:
        """Open the find bar; if it is open, focus it."""
        screen = self._screen
        if opened := screen.query(FindBar):
            opened.first().focus_line()
        else:
            screen.query_one("#conversation").mount(FindBar(), before="#completion")

    def found(self, needle: str) -> None:
        """Go to the next match of this text."""
        found = self._screen.transcript.find(needle)
        self._screen.query_one(FindBar).say("" if found else "not found")

    def close_find(self) -> None:
        """Close the find bar."""
        self._screen.transcript.find("")
        self._screen.query(FindBar).remove()
        self._screen.composer.focus()

    async def open_tab(self, tab: str) -> None:
        """Show the panel with a tab."""
        await self.show_panel()
        self._screen.panel.open_tab(tab)
        self._screen.panel_view.refresh()

    async def _run_in(self, tab: str, action: str) -> None:
        """Open a tab and run one of its own actions there: the palette works from anywhere."""
        await self.open_tab(tab)
        view = self._screen.panel.view.focus()
        await view.run_action(action)

    def _chosen(self, action_id: str | None) -> None:
        if action_id is None:
            return
        action = BY_ID[action_id]
        if action.method and (tab := _TABS.get(action.scope)):
            self._screen.call_later(self._run_in, tab, action.method)
        else:
            self._screen.call_later(self._screen.run_action, action.method or f"do('{action_id}')")

    def editor(self) -> None:
        """Edit the composer's text in the user's editor; the app is suspended meanwhile."""
        from chat_tui.ui.editing import edit, editor_command

        screen = self._screen
        try:
            command = editor_command(os.environ)
            with screen.app.suspend():
                text = edit(screen.composer.whole_text, command)
        except ProblemError as error:
            screen.tell_problem(error.problem)
        except SuspendNotSupported:
            place = "in a browser" if screen.app.is_web else "on this terminal"
            screen.tell(f"An editor cannot be opened {place}.", severity="warning")
        else:
            screen.composer.put(text)
        screen.composer.focus()
