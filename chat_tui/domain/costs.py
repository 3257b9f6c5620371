"""Cost of a reply: the amount the service charged, else computed from the prices of its model list."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject, Unset, value_at
from chat_tui.domain.message_parts import parts_of

SERVICE: Final = "from the service"
PRICES: Final = "from the model list's prices"
_IMAGES: Final = ("image_url", "image")


class CostPart(Struct, frozen=True):
    """One item of a bill."""

    name: str
    """What is charged: ``prompt``, ``cache_read``, ``cache_write``, ``completion``, ``reasoning``, ``request``,
    ``image``, ``search``."""
    units: float
    price: float
    """US dollars per unit."""

    @property
    def dollars(self) -> float:
        """Units times price."""
        return self.units * self.price


class Cost(Struct, frozen=True):
    """US dollars (or the service's credits, which OpenRouter counts in dollars)."""

    dollars: float
    source: Literal["service", "prices"]
    parts: tuple[CostPart, ...] = ()
    """The items of the computation; empty if the service reported the cost."""

    @property
    def exact(self) -> bool:
        """Whether the service itself reported the cost."""
        return self.source == "service"

    @property
    def words(self) -> str:
        """Description of the source of the amount."""
        return SERVICE if self.exact else PRICES


def cost_of(usage: Mapping[str, Json], prices: Mapping[str, float], *, images: int = 0) -> Cost | None:
    """Return the cost of one reply.

    Args:
        usage: The usage reported by the service; without token counts nothing can be computed.
        prices: As in ``ModelCard``.
        images: Number of images in the messages that were sent.

    Returns:
        ``usage.cost`` if it is a number (or an object with a total); else the computed cost; None if neither exists.
    """
    said = charged(usage)
    if said is not None:
        return Cost(said, "service")
    tokens = {**_prompt(usage, prices), **_completion(usage, prices)}
    counted = {name: units for name, units in tokens.items() if units}
    if not tokens or any(name not in prices for name in counted):
        return None
    parts = [CostPart(name, units, prices[name]) for name, units in counted.items()]
    once = {"request": 1.0, "image": float(images), "search": _number(_searches(usage))}
    parts += [CostPart(name, units, prices[name]) for name, units in once.items() if units and prices.get(name)]
    return Cost(sum(part.dollars for part in parts), "prices", tuple(parts))


def money(dollars: float) -> str:
    """Format an amount: four decimals (``$0.0007``), two significant digits below that, two decimals from $1."""
    if dollars >= 1:
        return f"${dollars:,.2f}"
    places = 4 if not 0 < dollars < 0.0005 else min(12, 1 - math.floor(math.log10(dollars)))
    return f"${dollars:.{places}f}"


def charged(usage: Mapping[str, Json]) -> float | None:
    """Return the cost that the service reported, if any."""
    cost = usage.get("cost")
    if isinstance(cost, dict):
        cost = cost.get("total_cost")
    return _number(cost) if _is_number(cost) else None


def images_in(messages: Iterable[JsonObject]) -> int:
    """Count the images in messages."""
    parts = (part for message in messages for part in parts_of(message))
    return sum(1 for part in parts if isinstance(part, dict) and part.get("type") in _IMAGES)


def _prompt(usage: Mapping[str, Json], prices: Mapping[str, float]) -> dict[str, float]:
    """Prompt tokens; cache reads and writes are separate if they have their own price."""
    total = usage.get("prompt_tokens")
    if not _is_number(total):
        return {}
    left, found = _number(total), dict[str, float]()
    read = value_at(usage, ("prompt_tokens_details", "cached_tokens"))
    if not _is_number(read):
        read = usage.get("prompt_cache_hit_tokens")
    written = value_at(usage, ("prompt_tokens_details", "cache_write_tokens"))
    for name, counted in (("cache_read", read), ("cache_write", written)):
        if name in prices and _is_number(counted):
            part = min(left, _number(counted))
            found[name] = part
            left -= part
    return {"prompt": left, **found}


def _completion(usage: Mapping[str, Json], prices: Mapping[str, float]) -> dict[str, float]:
    """Completion tokens; reasoning tokens are separate if they have their own price."""
    total = usage.get("completion_tokens")
    if not _is_number(total):
        return {}
    left = _number(total)
    thought = value_at(usage, ("completion_tokens_details", "reasoning_tokens"))
    if not prices.get("reasoning") or not _is_number(thought):
        return {"completion": left}
    part = min(left, _number(thought))
    return {"completion": left - part, "reasoning": part}


def _searches(usage: Mapping[str, Json]) -> Json:
    for path in (("server_tool_use_details", "web_search_requests"), ("server_tool_use", "web_search_requests")):
        counted = value_at(usage, path)
        if not isinstance(counted, Unset) and _is_number(counted):
            return counted
    return usage.get("num_search_queries")


def _is_number(value: Json | Unset) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _number(value: Json | Unset) -> float:
    """A count, at least 0."""
    return max(0.0, float(value)) if isinstance(value, int | float) and _is_number(value) else 0.0
