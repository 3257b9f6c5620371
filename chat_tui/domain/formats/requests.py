"""Export one recorded request: its body as JSON, or a program that sends it again."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.counts import counted
from chat_tui.domain.formats.facts import body_of
from chat_tui.domain.formats.json_text import json_text
from chat_tui.domain.formats.table import Material, Written
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.secrets import may_be_secret
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.snippets import SNIPPETS

_MASK = "***"
_PATH = "/chat/completions"
_OF_THE_CLIENT = frozenset({"content-type", "content-length", "host", "user-agent", "accept", "accept-encoding"})


def body(material: Material) -> Written:
    """Write the request body before any adaptation."""
    exchange, sent = _recorded(material)
    return Written(json_text(sent, indent=2) + "\n", _notes(material, exchange))


def curl(material: Material) -> Written:
    """Write a curl command."""
    return _program(material, "curl")


def python(material: Material) -> Written:
    """Write a program that uses the openai package."""
    return _program(material, "python")


def httpx(material: Material) -> Written:
    """Write a program that uses httpx."""
    return _program(material, "httpx")


def _program(material: Material, form: str) -> Written:
    exchange, sent = _recorded(material)
    provider = recorded_provider(exchange.request, material.providers)
    return Written(SNIPPETS[form](provider, sent), _notes(material, exchange))


def _recorded(material: Material) -> tuple[RecordedExchange, JsonObject]:
    exchange = material.exchange
    sent = body_of(exchange) if exchange is not None else {}
    if exchange is None or not sent:
        raise ProblemError(
            Problem(
                kind="usage",
                what="This session has no recorded requests",
                hint="The formats messages, markdown and html do not need one.",
            )
        )
    return exchange, sent


def _notes(material: Material, exchange: RecordedExchange) -> tuple[str, ...]:
    others = len(material.session.exchanges) - 1
    told = (
        [f"Exported request {exchange.id}, one of {others + 1}. Choose another with --exchange."] if others > 0 else []
    )
    if exchange.adapted is not None:
        told.append(f"It was adapted before it was sent: {counted(len(exchange.adapted.notes), 'change')}.")
    return tuple(told)


def recorded_provider(request: JsonObject, providers: Mapping[str, Provider]) -> Provider:
    """Return the provider a recorded request was sent to: the known one, or a modified one if the URL differs.

    For a different URL, the known provider's key variable is not used; other secrets become variables named after their
    headers.
    """
    name, url = (request.get(member) for member in ("provider", "url"))
    known = providers.get(name) if isinstance(name, str) else None
    address = url if isinstance(url, str) else ""
    if known is not None and (not address or address == known.base_url.rstrip("/") + known.path):
        return known
    paths = [known.path] if known is not None else []
    path = next((path for path in [*paths, _PATH] if path and address.endswith(path)), "")
    base = address.removesuffix(path) if path else address
    sent = _headers(request)
    header = known.auth_header if known is not None else "Authorization"
    made = known or Provider(id=str(name or "recorded"), title=str(name or "recorded"), base_url=base)
    kept = {key: text for key, text in sent.items() if not may_be_secret(key) and _MASK not in text}
    masked = {key: re.sub(r"[^A-Za-z0-9]", "_", key).upper() for key in sent.keys() - kept.keys()}
    masked = {key: word for key, word in masked.items() if key.lower() != header.lower()}
    return replace(
        made,
        base_url=base,
        path=path,
        headers=kept,
        headers_env=masked,
        key_required=header.lower() in {key.lower() for key in sent},
        key_env="",
        key_cmd="",
    )


def _headers(request: JsonObject) -> dict[str, str]:
    headers = request.get("headers")
    members = headers.items() if isinstance(headers, dict) else ()
    return {name: text for name, text in members if isinstance(text, str) and name.lower() not in _OF_THE_CLIENT}
