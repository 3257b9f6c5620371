"""The form of a message, built from the catalogue's message members. Pure."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.catalogue import Catalogue, ParameterSpec, Provider
from chat_tui.domain.forms import FieldSpec, Forms, form_of

MESSAGE: Final = ParameterSpec(
    name="messages[]",
    path=("messages[]",),
    title="Message",
    types=("object",),
    group="model",
    control="json",
    help="One message of the conversation: its role and content.",
)
"""A message as an editable parameter; its members are those the catalogue lists below this name."""


def message_form(forms: Forms, catalogue: Catalogue, provider: Provider) -> FieldSpec:
    """Return the form of a message for this provider."""
    form = form_of(forms, catalogue, provider, MESSAGE)
    return form if form is not None else FieldSpec(control="json", types=MESSAGE.types)
