"""Learns from a finished exchange which parameters the service refuses for a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.refused_parameters import present, refused

if TYPE_CHECKING:
    from chat_tui.engine.exchange import Exchange
    from chat_tui.engine.services import Services


def learn(services: Services, exchange: Exchange) -> None:
    """Store the parameters an error blames; after a success, clear those of its request. Never raises."""
    provider = services.providers.get(exchange.settings.provider)
    if provider is None:
        return
    place, body = (provider.base_url, exchange.settings.model), exchange.call.body
    if exchange.problem is not None:
        at_ms = int(services.clock.now_s() * 1000)
        for refusal in refused(exchange.problem, body, services.catalogue, at_ms=at_ms):
            services.refusals.remember(*place, refusal)
    if _accepted(exchange):
        known = services.refusals.of(*place)
        services.refusals.forget(*place, present([*known], body, services.catalogue))


def _accepted(exchange: Exchange) -> bool:
    """Whether the service accepted the request and began to reply, complete or not."""
    return exchange.status == 200 and exchange.reply.outcome != "error" and bool(exchange.reply.choices)
