"""Client of the tokenizer endpoints of llama.cpp and vLLM, which lie beside the API's base path, not below it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from chat_tui.domain.calls import Endpoint
from chat_tui.domain.json_values import Json, JsonObject, parse_json
from chat_tui.domain.problems import ProblemError
from chat_tui.net.connections import Connections
from chat_tui.net.reading import Reading
from chat_tui.net.requests import json_request

_PATIENCE_S: Final = 10.0
_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_TOKENS: Final = 200
"""Maximum number of tokens returned for a text."""
_AT_ONCE: Final = 4
"""Number of parallel connections that fetch the texts of single tokens."""


class HttpTokenizer:
    """Implements the engine's ``Tokenizer``. Keeps no connections open, since calls are rare.

    Args:
        environ: Environment for proxies and certificates.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    async def tokens(self, endpoint: Endpoint, model: str, text: str) -> list[tuple[int, str]] | None:
        """Return ids and texts of a text's first 200 tokens; None if there is no tokenizer or no response."""
        if endpoint.tokenizer == "llamacpp":
            answer = await self._ask(endpoint, "/tokenize", {"content": text, "with_pieces": True})
            return _llamacpp_tokens(answer)
        if endpoint.tokenizer != "vllm":
            return None
        body: JsonObject = {"model": model, "prompt": text, "add_special_tokens": False, "return_token_strs": True}
        ids = _ids((await self._ask(endpoint, "/tokenize", body)).get("tokens"))
        if ids is None:
            return None
        texts = await self.texts(endpoint, model, ids) or {}
        return [(number, texts.get(number, "")) for number in ids]

    async def texts(self, endpoint: Endpoint, model: str, ids: Sequence[int]) -> dict[int, str] | None:
        """Return token texts by id, one request each; None if there is no tokenizer or no response."""
        if endpoint.tokenizer not in ("llamacpp", "vllm"):
            return None
        turn = asyncio.Semaphore(_AT_ONCE)

        async def text_of(number: int) -> Json:
            body: JsonObject = {"tokens": [number]}
            if endpoint.tokenizer == "vllm":
                body["model"] = model
            async with turn:
                answer = await self._ask(endpoint, "/detokenize", body)
            return answer.get("content", answer.get("prompt"))

        wanted = list(dict.fromkeys(ids))[:_MOST_TOKENS]
        found = await asyncio.gather(*map(text_of, wanted))
        texts = {number: text for number, text in zip(wanted, found, strict=True) if isinstance(text, str)}
        return texts if texts or not wanted else None

    async def _ask(self, endpoint: Endpoint, path: str, body: JsonObject) -> JsonObject:
        """Return the object in the response; an empty one on any error."""
        connections = Connections(self._environ)
        try:
            prepared = json_request(endpoint, _root(endpoint) + path, body)
            proxy = connections.proxy(prepared.address)
            transport = await connections.transport(prepared.address, proxy, endpoint.ca_file)
            reading = Reading(transport, prepared.build(first_byte_timeout_s=_PATIENCE_S))
            try:
                return await _object(reading)
            finally:
                await reading.close()
        except (ProblemError, TimeoutError):
            return {}
        finally:
            await connections.aclose()


def _root(endpoint: Endpoint) -> str:
    return endpoint.base_url.rstrip("/").removesuffix("/v1")


async def _object(reading: Reading) -> JsonObject:
    outcome = await reading.outcome(_PATIENCE_S)
    if isinstance(outcome, Exception) or outcome.status_code != 200:
        return {}
    parts: list[bytes] = []
    while (read := await reading.next_read(_PATIENCE_S)) is not None:
        parts.append(read.data())
        if sum(map(len, parts)) > _MOST_BYTES:
            return {}
    try:
        value = parse_json(b"".join(parts).decode("utf-8", "replace"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) and reading.error is None else {}


def _ids(value: Json) -> list[int] | None:
    if not isinstance(value, list):
        return None
    return [each for each in value if isinstance(each, int) and not isinstance(each, bool)][:_MOST_TOKENS]


def _llamacpp_tokens(answer: JsonObject) -> list[tuple[int, str]] | None:
    """Parse tokens of the form ``{"id", "piece"}``; a piece that is not valid text arrives as a list of bytes."""
    listed = answer.get("tokens")
    if not isinstance(listed, list):
        return None
    found: list[tuple[int, str]] = []
    for each in listed[:_MOST_TOKENS]:
        number = each.get("id") if isinstance(each, dict) else each
        piece = each.get("piece", "") if isinstance(each, dict) else ""
        if isinstance(number, int) and not isinstance(number, bool):
            found.append((number, _text(piece)))
    return found


def _text(piece: Json) -> str:
    if isinstance(piece, list):
        return bytes(each for each in piece if isinstance(each, int) and 0 <= each < 256).decode("utf-8", "replace")
    return piece if isinstance(piece, str) else ""
