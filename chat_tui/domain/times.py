"""Format and parse times: relative ages for display, and validated durations from session files."""

from __future__ import annotations

from typing import Final

LONGEST_S: Final = 1e9
"""In seconds, about 31 years: longer times in a file are treated as damage."""
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


def ago(at_ms: int, now_ms: int) -> str:
    """Format an age: ``just now``, ``5 min ago``, ``2 h ago``, ``3 d ago``; both in milliseconds since the epoch.

    A time in the future, as after a clock was set back, is "just now".
    """
    passed_s = (now_ms - at_ms) // 1000
    return next((f"{passed_s // size} {unit} ago" for size, unit in _UNITS if passed_s >= size), "just now")


def seconds_in(value: object) -> float | None:
    """Return a JSON number as seconds; None if it is not a number, below 0 or beyond ``LONGEST_S``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= LONGEST_S else None
