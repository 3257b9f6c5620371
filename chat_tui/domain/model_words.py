"""What a model card says, in short words: prices, token counts, modalities, age. Pure."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.model_card import ModelCard

_MARKS: Final = {"image": "img", "audio": "aud", "video": "vid", "file": "file", "embeddings": "emb"}


def per_million(price: float | None) -> str:
    """A price of one token as US dollars for a million: ``2.50``; empty where nobody says."""
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
    """About how many tokens: ``128k``, ``1.05M``; empty where nobody says."""
    if count is None:
        return ""
    if count < 1_000:
        return str(count)
    unit, letter = (1_000, "k") if count < 999_500 else (1_000_000, "M")
    if count >= 1_000_000 * 9_995:
        return "huge"
    shown = f"{count / unit:.3g}" if count / unit < 1_000 else f"{count / unit:.0f}"
    return shown + letter


def modality_marks(card: ModelCard) -> str:
    """What it takes beside text, and after an arrow what it answers in beside text: ``img file →img``."""
    takes = [_MARKS.get(word, word) for word in card.inputs if word != "text"]
    gives = [_MARKS.get(word, word) for word in card.outputs if word != "text"]
    return " ".join([*takes, *(f"→{word}" for word in gives)])


def is_free(card: ModelCard) -> bool:
    """The list says that neither prompt nor completion costs anything."""
    return card.prices.get("prompt") == 0 and card.prices.get("completion") == 0


def age_words(seconds: float) -> str:
    """How long ago, in its largest unit: ``just now``, ``5 min ago``, ``2 h ago``, ``3 d ago``."""
    if seconds < 60:
        return "just now"
    if seconds < 3_600:
        return f"{seconds // 60:.0f} min ago"
    return f"{seconds // 3_600:.0f} h ago" if seconds < 48 * 3_600 else f"{seconds // 86_400:.0f} d ago"


def price_words(card: ModelCard) -> str:
    """Every price the list gives, in a sentence's part; empty where it gives none."""
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
