"""What the model picker needs of one service: its cached list, the list's age, a refresh, recently used models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from chat_tui.domain.knowledge import Knowledge
from chat_tui.domain.settings import sent_parameters
from chat_tui.engine.model_refresh import OLD_S, list_age, list_age_s

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.model_card import ModelCard
    from chat_tui.ui.model_refreshing import Told
    from chat_tui.ui.screens.chat import ChatScreen

_SESSIONS: Final = 40
"""Number of recent sessions that are searched for models."""
_RECENT: Final = 5


class ModelSource:
    """A view of services and settings for as long as the picker is open."""

    def __init__(self, screen: ChatScreen, provider: Provider) -> None:
        self._screen = screen
        self._services = screen.services
        self._provider = provider
        self.current = screen.bench.settings.model
        """The model selected now."""
        self._set = tuple(sent_parameters(screen.bench.settings))

    @property
    def title(self) -> str:
        """The title above the list."""
        return f"Models of {self._provider.id}"

    def cards(self) -> Sequence[ModelCard]:
        """Return the cached list; may be called in a thread."""
        return self._services.model_lists.cards(self._provider.base_url)

    @property
    def age(self) -> str:
        """The age of the list in words; empty if it was never fetched."""
        return list_age(self._services, self._provider)

    @property
    def old(self) -> bool:
        """Whether the list should be fetched again."""
        age_s = list_age_s(self._services, self._provider)
        return age_s is None or age_s > OLD_S

    def fetch(self, told: Told) -> None:
        """Fetch the list now."""
        self._screen.model_refreshing.fetch(self._provider, told)

    def recent(self) -> Sequence[str]:
        """Return the service's models in recent sessions, latest first; may be called in a thread."""
        summaries = self._services.store.recent(_SESSIONS)
        used = [each.model for each in summaries if each.provider == self._provider.id and each.model]
        return tuple(dict.fromkeys(used))[:_RECENT]

    def lacking(self, card: ModelCard) -> Sequence[str]:
        """Return the parameters set now that the list names for other models but not for this one."""
        listed = self._services.model_lists.listed(self._provider.base_url)
        knowledge = Knowledge(card=card, listed=listed)
        return [name for name in self._set if knowledge.lacks(name)]
