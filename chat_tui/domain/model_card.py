"""A model card: what a service's model list says about one model (context, prices, modalities, parameters)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from chat_tui.domain.json_values import Json, JsonObject

MOST_CARDS: Final = 20_000
"""Maximum number of cards read from one list."""
NATIVE_PREFIX: Final = "models/"
"""Prefix of the ids in Gemini's list; requests use them without it."""
_ROUTES: Final = (":nitro", ":floor", ":online", ":exacto")
"""OpenRouter's routing suffixes; lists contain only the id without them."""


class ModelCard(Struct, frozen=True, kw_only=True):
    """One entry of a model list in a common format. Fields that the service does not provide are empty."""

    id: str
    name: str = ""
    """Display name, such as ``OpenAI: GPT-4o``."""
    description: str = ""
    created_s: int | None = None
    """In seconds since the epoch."""
    context_length: int | None = None
    """In tokens."""
    max_output: int | None = None
    """In tokens."""
    inputs: tuple[str, ...] = ()
    """Input modalities: text, image, file, audio, video."""
    outputs: tuple[str, ...] = ()
    """Output modalities."""
    prices: Mapping[str, float] = field(default_factory=dict)
    """US dollars per token for ``prompt``, ``completion``, ``cache_read``, ``cache_write``, ``reasoning``; each for
    ``request``, ``image`` or ``search``."""
    parameters: frozenset[str] | None = None
    """Supported top-level parameters; None if the service does not list them."""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    """The service's defaults for omitted parameters."""
    entry: JsonObject = field(default_factory=dict)
    """The original entry."""


def names_in_list(model: str) -> Iterator[str]:
    """Yield the ids under which a list may contain a model: its own, and variants without prefix or routing suffix."""
    yield model
    yield model.removeprefix(NATIVE_PREFIX)
    for suffix in _ROUTES:
        yield model.removesuffix(suffix)
