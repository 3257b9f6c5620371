"""Presets: chosen from a list or by name, and saved from the current settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from chat_tui.domain.change_lines import told
from chat_tui.domain.json_diff import diff
from chat_tui.domain.preset import Preset, preset_of, unknown_parameters
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.presets import with_preset
from chat_tui.ui.choices import Choice

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

SAVE: Final = "save"
"""The word after ``/preset`` that saves."""
_REPLACE: Final = "replace"
_MOST_TOLD: Final = 4


class Presetting:
    """Applies presets to the settings and saves settings as presets; applying one is a single change."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def command(self, argument: str) -> bool:
        """Carry out ``/preset``, ``/preset NAME``, ``/preset save`` or ``/preset save NAME``.

        Returns:
            Whether it was carried out.

        Raises:
            ProblemError: There is no such preset, it cannot be used, or the name is not valid.
        """
        word, _, rest = argument.partition(" ")
        if word == SAVE:
            return self.save(rest.strip()) if rest.strip() else self.ask_name()
        if argument:
            self.use(argument)
        else:
            self.choose()
        return True

    def choose(self) -> None:
        """List the presets with what each would change."""

        def chosen(name: str | None) -> None:
            if name:
                self._telling(partial(self.use, name))

        self._screen.windows.pick("Presets", self._choices, chosen, own_text=True)

    def use(self, name: str) -> None:
        """Apply a preset, given by its name or its file.

        Raises:
            ProblemError: There is no such preset, it cannot be used, or its provider is unknown.
        """
        screen = self._screen
        preset = screen.services.presets.load(name)
        before = screen.bench.settings
        settings = with_preset(screen.services, preset, before)
        screen.change(settings)
        screen.views.conversation()
        screen.tell(f"Preset {preset.name}: {_told(before, settings)}.")
        unknown = unknown_parameters(preset, screen.services.catalogue)
        if unknown:
            verb = "is" if len(unknown) == 1 else "are"
            words = f"{', '.join(unknown)} {verb} not in the catalogue and will be sent unchanged."
            screen.tell(f"Preset {preset.name}: {words}", severity="warning")
        if not settings.model and not screen.bench.provider.default_model:
            screen.choosing.choose_model()

    def ask_name(self) -> bool:
        """Ask for a name, then save under it."""

        def named(name: str | None) -> None:
            if name and name.strip():
                self._telling(partial(self.save, name.strip()))

        self._screen.windows.ask("Save as preset", self._screen.bench.title, named)
        return True

    def save(self, name: str) -> bool:
        """Save the current settings under a name; if it exists, ask first.

        Raises:
            ProblemError: The name is not valid, or the file cannot be written.
        """
        presets = self._screen.services.presets
        preset = preset_of(name, self._screen.bench.settings)
        if name not in presets.names():
            self._tell_saved(presets.save(preset))
            return True

        async def choices() -> Sequence[Choice]:
            return [
                Choice("", "Keep the existing preset"),
                Choice(_REPLACE, "Replace it", "with the current settings"),
            ]

        def chosen(answer: str | None) -> None:
            if answer == _REPLACE:
                self._telling(partial(self._replace, preset))

        self._screen.windows.pick(f"The preset {name} already exists", choices, chosen)
        return True

    def names(self) -> Sequence[str]:
        """Return the words for completion: the presets, and the word that saves."""
        return [*self._screen.services.presets.names(), SAVE]

    def _replace(self, preset: Preset) -> None:
        self._tell_saved(self._screen.services.presets.save(preset, overwrite=True))

    def _tell_saved(self, path: str) -> None:
        self._screen.tell(f"Saved as {path}.")

    def _telling(self, act: Callable[[], object]) -> None:
        """Run an action that follows a list or a question, and show its problem, if any."""
        try:
            act()
        except ProblemError as error:
            self._screen.tell_problem(error.problem)

    async def _choices(self) -> Sequence[Choice]:
        services = self._screen.services
        if not services.presets.names():
            self._screen.tell(f"No presets yet. /preset {SAVE} NAME saves the current settings.")
        return [self._choice(name) for name in services.presets.names()]

    def _choice(self, name: str) -> Choice:
        services, before = self._screen.services, self._screen.bench.settings
        try:
            preset = services.presets.load(name)
            detail = _told(before, with_preset(services, preset, before))
        except ProblemError as error:
            return Choice(name, name, error.problem.sentence())
        return Choice(name, name, f"{detail}  {preset.notes}".rstrip())


def _told(before: SessionSettings, after: SessionSettings) -> str:
    """Describe what applying a preset changes, in a few words."""
    parts = []
    if (before.provider, before.model) != (after.provider, after.model):
        parts.append(f"{after.provider} ▸ {after.model or 'no model'}")
    if before.system != after.system:
        parts.append("different system prompt" if after.system else "no system prompt")
    parts.append(told(diff(before.parameters, after.parameters), _MOST_TOLD))
    return " · ".join(part for part in parts if part) or "no change"
