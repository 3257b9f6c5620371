"""``--preset NAME``: what it brings, before the other options go over it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.preset import applied
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.opening import first_settings
from chat_tui.engine.presets import provider_of, with_preset
from chat_tui.engine.services import Services

if TYPE_CHECKING:
    from chat_tui.wiring import Setup


def first_with_preset(args: argparse.Namespace, ready: Setup) -> SessionSettings:
    """The settings of a new session with a preset; a provider or model named beside it goes before the preset's.

    A preset's model is that of its own provider: where another provider is named, it is left out.

    Raises:
        ProblemError: No such preset, a preset that cannot be used, a provider nobody knows.
    """
    services = ready.services
    preset = services.presets.load(args.preset)
    named = provider_of(services, preset)
    if named is None and preset.model and not args.model:
        ready = replace(ready, launch=replace(ready.launch, model=preset.model))
    choice = ready.choose(default_provider=named.id if named is not None else None)
    settings = first_settings(services, choice.provider, choice.model)
    own_model = named is not None and named.id == choice.provider and not args.model
    return applied(preset if own_model else replace(preset, model=""), settings, None)


def go_on_with_preset(args: argparse.Namespace, settings: SessionSettings, services: Services) -> SessionSettings:
    """The settings of a session that goes on, with a preset in force.

    Raises:
        ProblemError: As ``first_with_preset``.
    """
    return with_preset(services, services.presets.load(args.preset), settings)
