"""A read-only workbench that shows a film to every view of a session; sends and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.turns import settings_of
from chat_tui.engine.workbench import Workbench

if TYPE_CHECKING:
    from chat_tui.domain.scene import Scene
    from chat_tui.domain.session import RecordedExchange, Session
    from chat_tui.engine.services import Services


class Stage(Workbench):
    """The workbench at one moment of a session; ``show`` moves it to another."""

    def __init__(self, services: Services, session: Session) -> None:
        super().__init__(services, session.settings or SessionSettings("", ""), services.store.create(keep=False))
        self.title = session.title
        self.read_only = True
        self._at_first = self.settings
        self._found: dict[str, SessionSettings] = {}

    def show(self, scene: Scene) -> None:
        """Take over the messages, exchanges and settings of a scene."""
        self.conversation = scene.conversation
        self.exchanges = dict(scene.exchanges)
        own = scene.turn.exchange if scene.turn is not None else None
        asked = [each for each in scene.exchanges.values() if own is None or each.id != own.id]
        before = self._settings_of(asked[-1]) if asked else None
        self.settings = self._settings_of(own) if own is not None else before or self._at_first
        self.sent = before

    def _settings_of(self, exchange: RecordedExchange) -> SessionSettings:
        """Return the settings of an exchange, cached because finding them may require reading the request."""
        found = self._found.get(exchange.id)
        if found is None:
            found = self._found[exchange.id] = settings_of(self, exchange)
        return found
