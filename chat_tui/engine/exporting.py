"""Exports a request as a program to run elsewhere, with the address and headers used in this run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.secrets import masked_query

if TYPE_CHECKING:
    from chat_tui.domain.calls import Endpoint
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.engine.services import Services


def program(services: Services, provider: Provider, form: str, body: JsonObject) -> str:
    """Return a program that sends a body to a provider. It contains no key.

    Args:
        services: Give the address and headers of the provider in this run.
        provider: The provider the body is for.
        form: ``curl``, ``python`` (the openai package) or ``httpx``.
        body: The request body.
    """
    from chat_tui.domain.snippets import SNIPPETS

    return SNIPPETS[form](_in_this_run(services, provider), body)


def _in_this_run(services: Services, provider: Provider) -> Provider:
    """Return the provider with the overrides of environment and command line; unchanged if it has no key."""
    if provider.key_cmd:
        return replace(provider, headers_env={})
    try:
        endpoint = services.endpoints.endpoint(provider.id)
    except ProblemError:
        return replace(provider, headers_env={})
    return _as_sent(provider, endpoint)


def _as_sent(provider: Provider, endpoint: Endpoint) -> Provider:
    keyed = bool(endpoint.key_source)
    return replace(
        provider,
        base_url=endpoint.base_url,
        path=masked_query(endpoint.path),
        headers={name: value for name, value in provider.headers.items() if name in endpoint.headers},
        headers_env={name: word for name, word in provider.headers_env.items() if name in endpoint.headers},
        key_required=keyed,
        key_env=endpoint.key_hint if keyed else "",
    )
