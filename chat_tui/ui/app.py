"""The Textual app: screens, themes, key map, and every way the program exits."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from time import gmtime, strftime
from typing import TYPE_CHECKING, ClassVar, Final

from msgspec.structs import replace
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from chat_tui.engine.services import Services
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.actions import bindings
from chat_tui.ui.default_theme import DEFAULT_THEME, default_theme
from chat_tui.ui.keymap import keymap
from chat_tui.ui.screens.chat import ChatScreen
from chat_tui.ui.signals import EndingSignals

if TYPE_CHECKING:
    from textual.driver import Driver

    from chat_tui.ui.themes import ThemeList

RELEASE_S: Final = 1.5
"""Maximum wait on exit for the running exchange and the connections to close."""
_GIVE_BACK: Final = b"\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[<u\x1b[?1049l\x1b[?25h"
"""Turns mouse, paste and keyboard modes off, returns to the main screen and shows the cursor."""


class ChatApp(App[None], inherit_bindings=False):
    """The application. Dependencies are passed in; ``run_app`` is the only entry point other code uses."""

    TITLE = "chat-tui"
    CSS = """
    ToastRack { dock: top; align: right top; margin: 1 0 0 0; }
    Toast { background: $panel; padding: 0 1; margin-top: 0; max-width: 80%; }
    """  # notifications appear at the top, away from the text being typed
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        services: Services,
        bench: Workbench,
        *,
        first_run: bool = False,
        begin: Callable[[ChatApp], Screen[None]] | None = None,
    ) -> None:
        """Create the app.

        Args:
            services: The ports, the catalogue and the user's options.
            bench: The session to start with.
            first_run: Open the screen that offers to download the embedded model or set up a provider.
            begin: Creates a screen that is pushed over the conversation at start.
        """
        super().__init__()
        keys, faults = keymap(services.options.keys)
        services = replace(services, options=replace(services.options, keys=keys))
        self.services = services
        self.chat = ChatScreen(services, bench)
        self.signals = EndingSignals(self._signalled, self._restore_terminal)
        self.fault: BaseException | None = None
        """An internal error that ended the app."""
        self._first_run = first_run
        self._begin = begin
        self._released = False
        self._leaving: asyncio.Task[None] | None = None
        """Referenced here so that the task is not garbage-collected before it ends."""
        self._start_problems = [*services.options.notices]
        self.register_theme(default_theme())
        self.set_reactive(App.theme, DEFAULT_THEME)  # unwatched: there is nothing yet to be styled again
        self.stylesheet.set_variables(self.get_css_variables())
        if services.options.theme and (problem := self.use_theme(services.options.theme)):
            self._start_problems.append(problem)
        self._start_problems += faults
        self.set_keymap(keys)

    def get_driver_class(self) -> type[Driver]:
        """Return the driver for this platform; in a POSIX terminal it is one that no input can end."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from chat_tui.ui.terminal_driver import TerminalDriver

        return TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        """Return the chat screen, with its size classes set before its styles are first computed."""
        self.chat.fit(self.size)
        return self.chat

    def on_mount(self) -> None:
        """Report the problems found during start-up and push the initial screens."""
        self._listen()
        for problem in self._start_problems:
            self.chat.tell(problem, severity="warning")
        if self._first_run:
            from chat_tui.ui.screens.first_run import FirstRunScreen

            self.push_screen(FirstRunScreen(self.chat))
        if self._begin is not None:
            self.push_screen(self._begin(self))

    async def on_unmount(self) -> None:
        """Stop the exchange and save, however the app ends."""
        await self._release()

    async def action_quit(self) -> None:
        """Quit; a running exchange is stopped and saved."""
        await self._leave(0)

    def theme_names(self) -> list[str]:
        """Return the names of the built-in themes and of the user's own."""
        from chat_tui.ui.themes import theme_files

        return list(theme_files(self.services.options.theme_dirs))

    def load_themes(self) -> ThemeList:
        """Read and register every theme."""
        from chat_tui.ui.themes import load_themes

        found = load_themes(self.services.options.theme_dirs)
        for theme in found.themes:
            self.register_theme(theme)
        return found

    def use_theme(self, name: str) -> str:
        """Switch to a theme.

        Returns:
            An empty string, or a sentence saying why the theme cannot be used; the current theme then stays.
        """
        from chat_tui.ui.themes import ThemeError, load_theme, theme_files

        file = theme_files(self.services.options.theme_dirs).get(name)
        if file is not None:
            try:
                self.register_theme(load_theme(file))
            except ThemeError as error:
                return f"Theme not used: {error}"
        elif name not in self.available_themes:
            return f"There is no theme named {name}."
        self.theme = name
        return ""

    def _listen(self) -> None:
        """Handle signals, and treat errors in callbacks and forgotten tasks like any other internal error."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self._note_loop_fault(context.get("exception")))
        if not self.is_headless:
            self.signals.listen()

    def _signalled(self, code: int) -> None:
        self._leaving = asyncio.get_running_loop().create_task(self._leave(code))

    def _restore_terminal(self) -> None:
        """Restore the terminal without using the event loop."""
        if isinstance(before := getattr(self._driver, "attrs_before", None), list):
            import termios

            with suppress(OSError, termios.error):
                os.write(2, _GIVE_BACK)
                termios.tcsetattr(0, termios.TCSANOW, before)

    async def _leave(self, code: int) -> None:
        await self._release()
        self.exit(return_code=code)

    async def _release(self) -> None:
        """Stop, save and close, once, within ``RELEASE_S``."""
        if self._released:
            return
        self._released = True
        closing = asyncio.get_running_loop().create_task(self._close())
        await asyncio.wait({closing}, timeout=RELEASE_S)
        if closing.done() and not closing.cancelled() and (error := closing.exception()) is not None:
            self.fault = self.fault or error

    async def _close(self) -> None:
        if self.chat.is_mounted:
            self.chat.drafting.keep()
        await self.chat.bench.close()
        await self.services.backend.aclose()
        await self.services.pictures.aclose()
        self.services.library.close()

    def _note_loop_fault(self, error: BaseException | None) -> None:
        if isinstance(error, Exception):
            self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        """End the app on an internal error without printing anything about it."""
        self._return_code = 1
        self.fault = self.fault or error
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def run_app(app: ChatApp) -> int:
    """Run the app in this terminal.

    Returns:
        The exit code: 0 after quit, 128+n after a signal, 1 after an internal error, which is reported in one sentence.
    """
    try:
        app.run(mouse=app.services.options.mouse)
    except Exception as error:  # noqa: BLE001 - last resort: whatever it is, the user gets a sentence
        app.fault = app.fault or error
    finally:
        app.signals.rest()
    if app.fault is None:
        return app.return_code or 0
    from chat_tui.ui import crash

    stamp = strftime("%Y%m%d-%H%M%S", gmtime(app.services.clock.now_s()))
    file = crash.write_report(app.fault, app.services.options.state_dir, stamp)
    written = app.chat.bench.path if app.chat.bench.exchanges else None
    crash.tell(crash.sentence(written, file))
    return 1
