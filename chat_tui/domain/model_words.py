"""Format the values of a model card: prices, token counts, modalities. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chat_tui.domain.model_card import ModelCard

_MARKS: Final = {"image": "img", "file": "file", "audio": "aud", "video": "vid", "embeddings": "emb"}


def per_million(price: float | None) -> str:
    """Format a price per token as US dollars per million tokens: ``2.50``; empty if unknown."""
    if price is None:
        return ""
    dollars = price * 1_000_000
    if dollars == 0:
        return "0"
    if dollars >= 1_000:
        return f"{dollars:,.0f}"
    if dollars >= 0.095:
        return f"{dollars:.2f}"
    return f"{dollars:.4f}".rstrip("0") if dollars >= 0.0005 else "<0.001"


def token_count(count: int | None) -> str:
    """Format an approximate number of tokens: ``128k``, ``1.05M``; empty if unknown."""
    if count is None:
        return ""
    if count < 1_000:
        return str(count)
    if count < 999_500:
        return f"{count / 1_000:.{1 if count < 99_950 else 0}f}".removesuffix(".0") + "k"
    millions = count / 1_000_000
    return f"{millions:.2f}".rstrip("0").rstrip(".") + "M" if millions < 1_000 else "over 1G"


def modality_marks(card: ModelCard) -> str:
    """Return the input modalities besides text and, after an arrow each, the output modalities: ``img file →img``."""
    return " ".join([*_marks(card.inputs), *(f"→{mark}" for mark in _marks(card.outputs))])


def _marks(modalities: Sequence[str]) -> list[str]:
    """Known modalities in a fixed order, so that columns can be compared; then the others."""
    known = [mark for word, mark in _MARKS.items() if word in modalities]
    return [*known, *(word for word in modalities if word not in _MARKS and word != "text")]


def is_free(card: ModelCard) -> bool:
    """Return whether the list states a price of 0 for both prompt and completion."""
    return card.prices.get("prompt") == 0 and card.prices.get("completion") == 0


def price_words(card: ModelCard) -> str:
    """Return every listed price as part of a sentence; empty without prices."""
    said = [f"${per_million(card.prices[name])} {words}" for name, words in _TOKENS if name in card.prices]
    pieces = [f"${card.prices[name]:.4g} {words}" for name, words in _PIECES if name in card.prices]
    if is_free(card):
        said = ["free", *said[2:]]
    tokens = ", ".join(said) + (" per million tokens" if any("$" in word for word in said) else "")
    return " · ".join(part for part in (tokens, ", ".join(pieces)) if part)


_TOKENS: Final = (
    ("prompt", "in"),
    ("completion", "out"),
    ("cache_read", "cached"),
    ("cache_write", "cache write"),
    ("reasoning", "reasoning"),
)
_PIECES: Final = (("request", "a request"), ("image", "an image"), ("search", "a search"))
