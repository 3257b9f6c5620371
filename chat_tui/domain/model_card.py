"""What a service's model list says of one model: context, prices, modalities, parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from chat_tui.domain.json_values import Json, JsonObject

MOST_CARDS: Final = 20_000
"""Of one list."""
NATIVE_PREFIX: Final = "models/"
"""Gemini's list spells ids so; requests take them without it."""
_ROUTES: Final = (":nitro", ":floor", ":online", ":exacto")
"""OpenRouter's suffixes that choose how a model is served; lists name only the model itself."""


class ModelCard(Struct, frozen=True, kw_only=True):
    """One entry of a model list, in the shape all services share. What a service does not say is empty."""

    id: str
    name: str = ""
    """For reading, such as ``OpenAI: GPT-4o``."""
    description: str = ""
    created_s: int | None = None
    """Seconds since the epoch."""
    context_length: int | None = None
    """Tokens."""
    max_output: int | None = None
    """Tokens."""
    inputs: tuple[str, ...] = ()
    """Modalities it takes: text, image, file, audio, video."""
    outputs: tuple[str, ...] = ()
    """Modalities it answers in."""
    prices: Mapping[str, float] = field(default_factory=dict)
    """US dollars: for one token of ``prompt``, ``completion``, ``cache_read``, ``cache_write``, ``reasoning``; for one
    ``request``, ``image`` or ``search``."""
    parameters: frozenset[str] | None = None
    """Top-level names the model takes; None where the service does not say."""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    """What the service uses for a parameter that is left out."""
    entry: JsonObject = field(default_factory=dict)
    """As the service sent it."""


def names_in_list(model: str) -> Iterator[str]:
    """Under which ids a list may have a model: its own, and without what is not part of the model's name."""
    yield model
    yield model.removeprefix(NATIVE_PREFIX)
    for suffix in _ROUTES:
        yield model.removesuffix(suffix)
