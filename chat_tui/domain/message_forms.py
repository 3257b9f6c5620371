"""The form of one message, made from the catalogue's members of messages. Pure."""

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
    help="One entry of the conversation: who speaks, and what is said.",
)
"""One message as a value that is edited; its members are those the catalogue lists below this name."""


def message_form(forms: Forms, catalogue: Catalogue, provider: Provider) -> FieldSpec:
    """The form of one message, as this provider takes it."""
    form = form_of(forms, catalogue, provider, MESSAGE)
    return form if form is not None else FieldSpec(control="json", types=MESSAGE.types)
