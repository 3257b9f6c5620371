"""What an exchange cost, with the prices of the service's model list where the service itself does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chat_tui.domain.costs import Cost, cost_of, images_in
from chat_tui.domain.json_values import Json
from chat_tui.domain.session import RecordedExchange

if TYPE_CHECKING:
    from chat_tui.engine.turns import Turn
    from chat_tui.engine.workbench import Workbench


def cost_of_turn(
    bench: Workbench, turn: Turn, usage: Mapping[str, Json], *, answered: str = "", images: int | None = None
) -> Cost | None:
    """The cost of one exchange; None as long as there is no usage, or nobody knows a price.

    Args:
        bench: Knows the model lists, and the messages that were sent.
        turn: The exchange.
        usage: What the service counted.
        answered: The model that answered, for where the list knows no price of the one that was asked.
        images: Pictures in the messages; None: counted here.
    """
    if not usage:
        return None
    prices = prices_of(bench, turn, answered)
    if images is None and prices.get("image"):
        images = images_in(node.message for node in bench.conversation.at(turn.head).path())
    return cost_of(usage, prices, images=images or 0)


def prices_of(bench: Workbench, turn: Turn, answered: str = "") -> Mapping[str, float]:
    """The prices of the model that was asked, else of the one that answered; empty where none are known."""
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
