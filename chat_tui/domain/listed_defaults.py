"""Apply the parameter defaults that a service's model list gives for a model."""

from __future__ import annotations

from msgspec.structs import replace

from chat_tui.domain.catalogue import ParameterSpec
from chat_tui.domain.limits import check_value
from chat_tui.domain.model_card import ModelCard


def at_card(spec: ParameterSpec, card: ModelCard | None) -> ParameterSpec:
    """Return the parameter with the default from the model's card, if there is one and it is a valid value."""
    if card is None or spec.name not in card.defaults:
        return spec
    value = card.defaults[spec.name]
    if any(finding.level == "error" for finding in check_value(spec, spec.name, value)):
        return spec
    return replace(spec, default=value, default_text="")
