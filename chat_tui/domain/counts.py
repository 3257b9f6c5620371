"""Format a number with its noun."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 token`` or ``1,234 tokens``; ``plural`` is given if it is not the noun with an s."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
