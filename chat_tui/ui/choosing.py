"""Choosing model, provider and theme: by name, or from a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.json_values import UNSET, value_at
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.settings import OWN_STREAM, OWN_USAGE, SessionSettings
from chat_tui.ui.choices import Choice

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


def moved_to(settings: SessionSettings, provider: Provider, model: str) -> SessionSettings:
    """Move the settings to another provider; only options that chat-tui set itself are adapted to that provider."""
    moved = replace(settings, provider=provider.id, model=model)
    if OWN_USAGE in settings.own and not provider.stream_usage:
        return moved.unset(OWN_USAGE)
    streams = OWN_STREAM in settings.own and provider.stream_usage
    if streams and value_at(settings.parameters, OWN_USAGE) is UNSET:
        moved = moved.set(OWN_USAGE, True)
        return replace(moved, own=settings.own | {OWN_USAGE})
    return moved


class Choosing:
    """Changes settings by name; lists are built when they are opened."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def choose_model(self) -> None:
        """Open the list of the provider's models."""
        from chat_tui.ui.model_source import ModelSource
        from chat_tui.ui.screens.model_picker import ModelPicker

        screen = self._screen
        try:
            source = ModelSource(screen, screen.bench.provider)
        except ProblemError as error:
            screen.tell_problem(error.problem)
        else:
            screen.app.push_screen(ModelPicker(source), self.use_model)

    def model_ids(self) -> list[str]:
        """Return the ids of the provider's cached model list, for completion."""
        provider = self._screen.services.providers.get(self._screen.bench.settings.provider)
        return [card.id for card in self._screen.services.model_lists.cards(provider.base_url)] if provider else []

    def use_model(self, model: str | None) -> None:
        """Use a model by its id; any id is accepted, because only the service knows which exist."""
        if model:
            self._screen.change(replace(self._screen.bench.settings, model=model))

    def choose_provider(self) -> None:
        """Open the list of providers."""
        current = self._screen.bench.settings.provider
        self._screen.windows.pick("Providers", self._providers, self.use_provider, current=current)

    def use_provider(self, name: str | None) -> None:
        """Use a provider by its id with its default model; if it has none, the list of models opens."""
        if not name or name == self._screen.bench.settings.provider:
            return
        provider = self._screen.services.providers.get(name)
        if provider is None:
            known = ", ".join(sorted(self._screen.services.providers))
            self._screen.tell(f"There is no provider named {name}. Known: {known}.", severity="warning")
            return
        self._screen.change(moved_to(self._screen.bench.settings, provider, provider.default_model))
        if not provider.default_model:
            self.choose_model()

    def choose_theme(self) -> None:
        """Open the list of themes; the highlighted one is applied as a preview."""
        app = self._screen.chat_app
        before = app.theme

        def chosen(name: str | None) -> None:
            self.use_theme(name or before)

        self._screen.windows.pick("Themes", self._themes, chosen, current=before, highlighted=self.use_theme)

    def use_theme(self, name: str) -> None:
        """Use a theme by its name."""
        problem = self._screen.chat_app.use_theme(name)
        if problem:
            self._screen.tell(problem, severity="warning")

    async def _providers(self) -> Sequence[Choice]:
        return [
            Choice(provider.id, provider.id, f"{provider.title}  {provider.base_url}")
            for provider in self._screen.services.providers.values()
        ]

    async def _themes(self) -> Sequence[Choice]:
        app = self._screen.chat_app
        found = app.load_themes()
        for problem in found.problems:
            self._screen.tell(problem, severity="warning")
        return [Choice(theme.name, theme.name, "dark" if theme.dark else "light") for theme in found.themes]
