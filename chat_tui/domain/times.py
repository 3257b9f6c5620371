"""Times as session files hold them, and how long ago something was in a word or two."""

from __future__ import annotations

from typing import Final

LONGEST_S: Final = 1e9
"""Seconds, 31 years: a longer time in a file is damage, not a recording."""
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


def ago(at_ms: int, now_ms: int) -> str:
    """``just now``, ``5 min ago``, ``2 h ago``, ``3 d ago``; both in milliseconds since the epoch.

    What lies in the future, as after a clock was set back, is just now.
    """
    passed_s = (now_ms - at_ms) // 1000
    return next((f"{passed_s // size} {unit} ago" for size, unit in _UNITS if passed_s >= size), "just now")


def seconds_in(value: object) -> float | None:
    """The seconds that a JSON value tells; None for no number, one below 0, and one beyond ``LONGEST_S``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= LONGEST_S else None
