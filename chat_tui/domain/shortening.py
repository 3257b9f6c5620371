"""Shorten text for a sentence or a line."""


def shortened(text: str, limit: int) -> str:
    """Return text of at most ``limit`` characters; what is longer ends with …, which counts as one of them."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
