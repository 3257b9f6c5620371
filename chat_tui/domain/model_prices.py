"""Normalise the prices of a model list entry to US dollars per token, request or image."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject

_MILLION: Final = 1_000_000
_PLACES: Final = ("pricing", "cost", "price", "prices")
_NAMES: Final = {
    "prompt": "prompt",
    "input": "prompt",
    "input_tokens": "prompt",
    "input_cost_per_token": "prompt",
    "completion": "completion",
    "output": "completion",
    "output_tokens": "completion",
    "output_cost_per_token": "completion",
    "input_cache_read": "cache_read",
    "cache_read": "cache_read",
    "cached_input": "cache_read",
    "cache_read_tokens": "cache_read",
    "cache_read_input_token_cost": "cache_read",
    "input_cache_write": "cache_write",
    "cache_write": "cache_write",
    "cache_creation_input_token_cost": "cache_write",
    "internal_reasoning": "reasoning",
    "reasoning": "reasoning",
    "request": "request",
    "image": "image",
    "web_search": "search",
}
_PER_TOKEN: Final = frozenset(
    {
        "input_cost_per_token",
        "output_cost_per_token",
        "cache_read_input_token_cost",
        "cache_creation_input_token_cost",
    }
)
"""LiteLLM's names: they are members of the entry itself and include their unit."""
_PER_PIECE: Final = frozenset({"request", "image", "search"})
_FREE: Final = frozenset({"prompt", "completion"})
"""Prices for which 0 is meaningful. Any other 0 means "no separate price", or was never filled in."""
_LEAST_PER_MILLION: Final = 0.001
"""In dollars. No single token costs this much, and a million tokens never cost less."""
_MOST_PER_TOKEN: Final = 0.01
_MOST_PER_PIECE: Final = 1_000.0


def prices_of(entry: JsonObject) -> dict[str, float]:
    """Return prices by kind, named as in ``ModelCard.prices``; negative, infinite and absurd ones are dropped.

    Some lists give the price per token and some per million tokens under the same name (``pricing.input``): the
    magnitude shows which.
    """
    found = _named(entry, _PER_TOKEN)
    for place in _PLACES:
        inner = entry.get(place)
        if not found and isinstance(inner, dict):
            found = _named(inner, _NAMES)
    highest = max((amount for name, amount in found.items() if _NAMES[name] in _FREE), default=0.0)
    unit = _MILLION if highest >= _LEAST_PER_MILLION and not found.keys() & _PER_TOKEN else 1
    prices: dict[str, float] = {}
    for name, amount in found.items():
        meant = _NAMES[name]
        price = amount if meant in _PER_PIECE else amount / unit
        reasonable = price <= (_MOST_PER_PIECE if meant in _PER_PIECE else _MOST_PER_TOKEN)
        if reasonable and (price or name in _FREE):
            prices.setdefault(meant, price)
    return prices


def _named(members: Mapping[str, Json], names: Iterable[str]) -> dict[str, float]:
    amounts = ((name, _amount(members.get(name))) for name in names)
    return {name: amount for name, amount in amounts if amount is not None}


def _amount(value: Json) -> float | None:
    """Parse a price given as a number or as a string, which most lists use to keep every digit."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not (len(value) <= 40 and value.isascii()):
        return None
    try:
        amount = float(value)
    except (ValueError, OverflowError):
        return None
    return amount if math.isfinite(amount) and amount >= 0 else None
