"""Drives the whole app on in-memory services, with its screen as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from chat_tui.domain.json_values import JsonObject
from chat_tui.engine.services import Services
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.app import ChatApp
from chat_tui.ui.screens.chat import ChatScreen
from tests.support.fakes import FakeBackend, workbench
from tests.support.waiting import wait_until


def screen_text(app: App[None]) -> str:
    """Return the screen's text, line by line."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def toasts(app: App[None]) -> str:
    """Return the visible notifications, joined."""
    return "\n".join(note.message for note in app._notifications)


def shown_toasts(app: App[None]) -> str:
    """Return the notifications as rendered, joined."""
    return "\n".join(str(toast.render()) for toast in app.screen.query(Toast))


class Journey:
    """One run of the app, with operations named as a user would."""

    def __init__(self, app: ChatApp, pilot: Pilot[None], services: Services) -> None:
        self.app = app
        self.pilot = pilot
        self.services = services

    @property
    def chat(self) -> ChatScreen:
        """The conversation's screen."""
        return self.app.chat

    @property
    def bench(self) -> Workbench:
        """The workbench of that screen."""
        return self.chat.bench

    @property
    def text(self) -> str:
        """The screen's text."""
        return screen_text(self.app)

    @property
    def bodies(self) -> list[JsonObject]:
        """The request bodies sent so far."""
        backend = self.services.backend
        assert isinstance(backend, FakeBackend)
        return [call.body for call in backend.calls]

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for a condition."""
        await wait_until(self.pilot, condition, what=what)

    async def sees(self, words: str) -> None:
        """Wait until a text is on the screen."""
        await self.until(lambda: words in self.text, f"{words!r} on the screen; it shows:\n{self.text}")

    async def types(self, text: str) -> None:
        """Press a key for each character, faster than anyone types."""
        for character in text:
            self.app.post_message(events.Key(_character_to_key(character), character))
        await self.pilot.pause()

    async def sends(self, text: str) -> None:
        """Type and press enter."""
        await self.types(text)
        await self.pilot.press("enter")

    async def command(self, text: str) -> None:
        """Run a slash command without typing it."""
        self.chat.composer.put(text)
        await self.pilot.press("enter")
        await self.pilot.pause()

    async def idle(self) -> None:
        """Wait until no exchange is running."""
        await self.until(lambda: not self.bench.running and self.chat.live.exchange is None, "the end of the exchange")


@asynccontextmanager
async def journey(
    services: Services, *, bench: Workbench | None = None, size: tuple[int, int] = (120, 40), first_run: bool = False
) -> AsyncIterator[Journey]:
    """Run the app, and close it at the end."""
    app = ChatApp(services, bench or workbench(services), first_run=first_run)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield Journey(app, pilot, services)
