"""Format a number with its noun."""


def counted(number: int, noun: str) -> str:
    """Return ``1 token`` or ``1,234 tokens``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
