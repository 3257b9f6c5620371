"""Implements ``--preset NAME``: applies a preset before the other options override it."""

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
    """Return a new session's settings with a preset; an explicit provider or model overrides the preset's.

    A preset's model belongs to its own provider, so it is ignored if another provider is given.

    Raises:
        ProblemError: The preset does not exist or is invalid, or its provider is unknown.
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
    """Return an existing session's settings with a preset applied.

    Raises:
        ProblemError: As for ``first_with_preset``.
    """
    return with_preset(services, services.presets.load(args.preset), settings)
