"""Computes the cost of an exchange, from the model list's prices if the service reports no cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.costs import Cost, cost_of, images_in
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.outgoing import outgoing
from chat_tui.domain.session import RecordedExchange

if TYPE_CHECKING:
    from chat_tui.engine.turns import Turn
    from chat_tui.engine.workbench import Workbench


def cost_of_turn(
    bench: Workbench,
    turn: Turn,
    usage: Mapping[str, Json],
    *,
    answered: str = "",
    pictured: Sequence[JsonObject] | None = None,
) -> Cost | None:
    """Return the cost of one exchange; None without usage data or a known price.

    Args:
        bench: Gives the model lists and the messages that were sent.
        turn: The exchange.
        usage: The usage reported by the service.
        answered: The model that answered, used if the list has no price for the requested one.
        pictured: Those of its messages that may contain images; None: all on its path.
    """
    if not usage:
        return None
    prices = prices_of(bench, turn, answered)
    images = 0
    if prices.get("image"):
        if pictured is None:
            pictured = [node.message for node in bench.conversation.at(turn.head).path()]
        asked = bench.services.providers.get(turn.settings.provider) if turn.settings is not None else None
        images = images_in(outgoing(asked, pictured))
    return cost_of(usage, prices, images=images)


def prices_of(bench: Workbench, turn: Turn, answered: str = "") -> Mapping[str, float]:
    """Return the prices of the requested model, else of the one that answered; empty if unknown."""
    asked = turn.settings
    if asked is None:
        return {}
    provider = bench.services.providers.get(asked.provider)
    base_url = provider.base_url if provider is not None else ""
    if not isinstance(turn, RecordedExchange):
        base_url = turn.call.endpoint.base_url
    for model in (asked.model, answered):
        card = bench.services.model_lists.card(base_url, model) if base_url and model else None
        if card is not None and card.prices:
            return card.prices
    return {}
