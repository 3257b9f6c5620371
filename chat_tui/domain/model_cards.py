"""Parse the entries of a service's model list, in any of the formats that services use, into model cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject, Unset, value_at
from chat_tui.domain.model_card import MOST_CARDS, NATIVE_PREFIX, ModelCard
from chat_tui.domain.model_prices import prices_of

LONGEST_ID: Final = 1_000
"""In characters; longer ids are ignored."""
_LONGEST_NAME: Final = 200
_LONGEST_DESCRIPTION: Final = 4_000
_LONGEST_WORD: Final = 64
_MOST_WORDS: Final = 200
_MOST_TOKENS: Final = 10**12
_LATEST_S: Final = 32_503_680_000
"""The year 3000; later values are milliseconds, or not a time at all."""

_IDS: Final = ("id", "model", "name")
_NAMES: Final = ("display_name", "displayName", "name", "title")
_CREATED: Final = ("created", "created_at", "createdAt")
_CONTEXT: Final = (
    ("context_length",),
    ("context_window",),
    ("loaded_context_length",),
    ("max_context_length",),
    ("max_model_len",),
    ("max_input_tokens",),
    ("inputTokenLimit",),
    ("input_token_limit",),
    ("contextLength",),
    ("context_size",),
    ("meta", "n_ctx"),
    ("meta", "n_ctx_train"),
    ("top_provider", "context_length"),
    ("metadata", "context_length"),
    ("limit", "context"),
)
_OUTPUT: Final = (
    ("top_provider", "max_completion_tokens"),
    ("max_completion_tokens",),
    ("max_output_tokens",),
    ("max_output_length",),
    ("outputTokenLimit",),
    ("output_token_limit",),
    ("limit", "output"),
)
_INPUTS: Final = (
    ("architecture", "input_modalities"),
    ("input_modalities",),
    ("modalities", "input"),
)
_OUTPUTS: Final = (
    ("architecture", "output_modalities"),
    ("output_modalities",),
    ("modalities", "output"),
)
_MODALITY_NAMES: Final = {"images": "image", "vision": "image", "pdf": "file", "document": "file", "files": "file"}
_PARAMETERS: Final = ("supported_parameters", "supported_sampling_parameters", "supported_openai_params")
_MEANS: Final = {
    "structured_outputs": ("response_format",),
    "json_mode": ("response_format",),
    "max_tokens": ("max_completion_tokens",),
    "max_completion_tokens": ("max_tokens",),
    "reasoning": ("include_reasoning", "reasoning_effort"),
    "include_reasoning": ("reasoning", "reasoning_effort"),
    "reasoning_effort": ("reasoning", "include_reasoning"),
}
"""A listed name and the other parameters it implies: a second name of the same switch, or a part of it."""
_FEATURES: Final = {
    "tools": ("tools", "tool_choice"),
    "json_mode": ("response_format",),
    "structured_outputs": ("response_format", "structured_outputs"),
    "logprobs": ("logprobs", "top_logprobs"),
    "web_search": ("web_search_options",),
    "reasoning": ("reasoning", "include_reasoning", "reasoning_effort"),
}
_DEFAULTS: Final = {
    "temperature": "temperature",
    "default_model_temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
}
"""Members of the entry itself that are parameter defaults, used by Gemini and Mistral."""
_WORD: Final = re.compile(r"[a-z][a-z0-9_]*")


def read_cards(entries: Iterable[JsonObject]) -> list[ModelCard]:
    """Return a card for each entry, the first of each id; at most ``MOST_CARDS``, without overlong ids.

    Args:
        entries: The list as the service sent it, with any content.
    """
    cards: dict[str, ModelCard] = {}
    for entry in entries:
        card = read_card(entry)
        if card.id and len(card.id) <= LONGEST_ID:
            cards.setdefault(card.id, card)
        if len(cards) >= MOST_CARDS:
            break
    return list(cards.values())


def read_card(entry: JsonObject) -> ModelCard:
    """Parse one entry. Values of the wrong type or an absurd size count as absent; nothing is raised.

    Known formats: OpenRouter, OpenAI, Groq, Mistral, Gemini (also its native list), DeepSeek, Together, vLLM,
    llama.cpp, LM Studio, Ollama, and those of gateways derived from them.

    Returns:
        A card; its id is empty if the entry has none.
    """
    model = _id(entry).removeprefix(NATIVE_PREFIX)
    name = _first_text(entry, _NAMES, _LONGEST_NAME)
    return ModelCard(
        id=model,
        name="" if name in (model, NATIVE_PREFIX + model) else name,
        description=_first_text(entry, ("description",), _LONGEST_DESCRIPTION),
        created_s=next((time for time in map(_time, map(entry.get, _CREATED)) if time is not None), None),
        context_length=_first_count(entry, _CONTEXT),
        max_output=_first_count(entry, _OUTPUT),
        inputs=_modalities(entry, _INPUTS, 0),
        outputs=_modalities(entry, _OUTPUTS, 1),
        prices=prices_of(entry),
        parameters=_parameters(entry),
        defaults=_defaults(entry),
        entry=entry,
    )


def _id(entry: JsonObject) -> str:
    """Return the id in the service's exact spelling."""
    ids = (value for value in map(entry.get, _IDS) if isinstance(value, str) and value)
    return next(ids, "")


def _text(value: Json | Unset, limit: int) -> str:
    if not isinstance(value, str):
        return ""
    text = value[:limit].strip()
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _first_text(entry: JsonObject, names: Sequence[str], limit: int) -> str:
    return next((text for text in (_text(entry.get(name), limit) for name in names) if text), "")


def _first_count(entry: JsonObject, paths: Sequence[tuple[str, ...]]) -> int | None:
    """Return the first plausible number of tokens: an integer above 0 and below a sanity limit."""
    for path in paths:
        value = value_at(entry, path)
        if isinstance(value, str) and len(value) < 16 and value.isascii() and value.isdigit():
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _MOST_TOKENS:
            return int(value) or None
    return None


def _time(value: Json) -> int | None:
    """Parse a time in seconds, milliseconds or ISO 8601 into seconds since the epoch."""
    if isinstance(value, str) and len(value) < 40:
        try:
            moment = datetime.fromisoformat(value)
            value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError, OSError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if _LATEST_S < value < _LATEST_S * 1000:
        value /= 1000
    return int(value) if 1 <= value <= _LATEST_S else None


def _words(value: Json | Unset) -> Iterator[str]:
    """Yield the plain words of a list in lower case, without duplicates."""
    words = value[:_MOST_WORDS] if isinstance(value, list) else []
    short = (word.lower() for word in words if isinstance(word, str) and len(word) <= _LONGEST_WORD)
    yield from dict.fromkeys(word for word in short if _WORD.fullmatch(word))


def _modalities(entry: JsonObject, paths: Sequence[tuple[str, ...]], side: int) -> tuple[str, ...]:
    """Return input (side 0) or output (side 1) modalities from a list, an arrow (``text+image->text``), or a hint."""
    words = next((found for path in paths if (found := [*_words(value_at(entry, path))])), [])
    if not words:
        arrow = _text(value_at(entry, ("architecture", "modality")), _LONGEST_WORD).lower()
        if "->" in arrow:
            words = [*_words([*arrow.split("->")[side].split("+")])]
    if not words:
        words = [*_hinted(entry)] if side == 0 else []
    return tuple(dict.fromkeys(_MODALITY_NAMES.get(word, word) for word in words[:8]))


def _hinted(entry: JsonObject) -> Iterator[str]:
    """Yield inputs for lists that only flag vision: Mistral's and llama.cpp's capabilities, LM Studio's type."""
    able = entry.get("capabilities")
    sees = isinstance(able, dict) and able.get("vision") is True
    if sees or (isinstance(able, list) and ("vision" in able or "multimodal" in able)) or entry.get("type") == "vlm":
        yield from ("text", "image")


def _parameters(entry: JsonObject) -> frozenset[str] | None:
    """Return the top-level parameter names that the listed words stand for; None if the entry has no such list."""
    lists = [entry.get(name) for name in _PARAMETERS]
    if not any(isinstance(value, list) for value in lists):
        return None
    names: set[str] = set()
    for value in lists:
        for word in _words(value):
            names.update((word, *_MEANS.get(word, ())))
    for word in _words(entry.get("supported_features")):
        names.update(_FEATURES.get(word, ()))
    return frozenset(names)


def _defaults(entry: JsonObject) -> dict[str, Json]:
    """Return the service's defaults for omitted parameters by wire name; scalar values only."""
    found: dict[str, Json] = {name: entry[member] for member, name in _DEFAULTS.items() if member in entry}
    listed = entry.get("default_parameters")
    if isinstance(listed, dict):
        found |= {name: value for name, value in listed.items() if len(name) <= _LONGEST_WORD}
    found["reasoning.effort"] = _text(value_at(entry, ("reasoning", "default_effort")), _LONGEST_WORD) or None
    return {name: value for name, value in found.items() if _plain(value)}


def _plain(value: Json) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= _LONGEST_WORD and value.isprintable()
    return isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < _MOST_TOKENS)
